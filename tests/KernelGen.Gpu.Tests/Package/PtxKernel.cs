#if REAL_ILGPU
using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;

namespace KernelGen.GpuTests.Package;

/// <summary>A kernel as ILGPU compiles it for CUDA, without a device.</summary>
internal sealed partial class PtxKernel
{
    private readonly MethodInfo _method;
    private readonly string _ptx;

    private PtxKernel(MethodInfo method, string ptx)
    {
        _method = method;
        _ptx = ptx;
    }

    /// <summary>Dot products of four bytes at once.</summary>
    public int ByteDots => Count("dp4a.");

    public int VectorLoads => Count("ld.global.v4.b32");

    public int LocalLoads => Count("ld.local.");

    public int LocalStores => Count("st.local.");

    /// <summary>How often bits are changed by the argument that is zero, which keeps products and sums apart.</summary>
    public int RoundedProducts => ZeroArgument().Match(_ptx) is { Success: true } zero ? Count($", {zero.Groups["register"].Value};", "xor.b32") : 0;

    /// <summary>The same with products of doubles: nothing else takes two words for bits.</summary>
    public int RoundedDoubles => Count("xor.b64");

    /// <summary>How often the C# of the kernel, and of the functions that it calls, asks for that.</summary>
    public int RoundedProductsInSource => RoundedInSource(typeof(float));

    /// <summary>How often it asks for that of doubles.</summary>
    public int RoundedDoublesInSource => RoundedInSource(typeof(double));

    /// <summary>Compiles kernels.</summary>
    public static IReadOnlyList<PtxKernel> Compile(IEnumerable<MethodInfo> kernels)
    {
        using Context context = Context.Create(static builder => builder.Optimize(OptimizationLevel.O2));
        using var backend = new PTXBackend(context, CudaArchitecture.SM_80, CudaInstructionSet.ISA_70, null!);
        return
        [
            .. from kernel in kernels
               let compiled = (PTXCompiledKernel)backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), default)
               select new PtxKernel(kernel, compiled.PTXAssembly),
        ];
    }

    /// <summary>Assembles the kernel for an architecture.</summary>
    /// <returns>What the assembler says of registers and memory.</returns>
    public string Assemble(string assembler, string architecture)
    {
        string directory = Directory.CreateTempSubdirectory("kernelgen").FullName;
        try
        {
            string source = Path.Combine(directory, "kernel.ptx");
            File.WriteAllText(source, _ptx);
            using Process process = Process.Start(new ProcessStartInfo(assembler, [$"-arch={architecture}", "-v", source, "-o", Path.Combine(directory, "kernel.cubin")])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
            })!;
            string said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"{this}, {architecture}: {said}");
            return said;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    public override string ToString() => $"{_method.DeclaringType!.Name}.{_method.Name}";

    private int RoundedInSource(Type number)
    {
        Type math = _method.DeclaringType!.Assembly.GetType("KernelGen.Generated.GpuMath", throwOnError: true)!;
        return CallsOf(math.GetMethod("Rounded", [number, typeof(int)])!, _method, math.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic));
    }

    /// <summary>Calls of a function, also by other functions.</summary>
    private static int CallsOf(MethodInfo wanted, MethodInfo caller, MethodInfo[] functions)
    {
        const byte callInstruction = 0x28;
        ReadOnlySpan<byte> body = caller.GetMethodBody()!.GetILAsByteArray();
        int count = 0;
        foreach (MethodInfo function in functions)
        {
            byte[] call = [callInstruction, .. BitConverter.GetBytes(function.MetadataToken)];
            int calls = body.Count(call);
            count += calls == 0 ? 0 : calls * (function == wanted ? 1 : CallsOf(wanted, function, functions));
        }

        return count;
    }

    private int Count(string text, string alsoInLine = "")
    {
        int count = 0;
        foreach (ReadOnlySpan<char> line in _ptx.AsSpan().EnumerateLines())
        {
            count += line.Contains(text, StringComparison.Ordinal) && line.Contains(alsoInLine, StringComparison.Ordinal) ? 1 : 0;
        }

        return count;
    }

    [GeneratedRegex(@"ld\.param\.b32\s+(?<register>%r\d+), \[_zero_\d+\];", RegexOptions.CultureInvariant)]
    private static partial Regex ZeroArgument();
}
#endif
