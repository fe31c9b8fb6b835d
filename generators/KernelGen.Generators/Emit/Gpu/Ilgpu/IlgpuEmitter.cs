using System.Reflection;
using KernelGen.Generators.Emit.Gpu.Kernels;
using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit.Gpu.Ilgpu;

/// <summary>
/// Emits, for compilations that reference ILGPU, a codec's kernels with the class that launches them, and once the file that all codecs share.
/// </summary>
internal static class IlgpuEmitter
{
    private static readonly Lazy<string> s_shared = new(static () =>
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("KernelGen.Ilgpu.cs");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });

    /// <summary>What the codecs of a compilation share.</summary>
    public static string Shared => s_shared.Value;

    /// <summary>The member by which the runtime finds the kernels: part of the user's class.</summary>
    /// <param name="writer">Takes the text.</param>
    /// <param name="type">The codec.</param>
    /// <param name="parameters">What the codec has learned, as an expression.</param>
    /// <param name="needsDouble">Whether Encode computes in double precision.</param>
    /// <param name="hasTransforms">Whether the codec transforms vectors.</param>
    public static void EmitProgram(SourceWriter writer, TargetType type, string parameters, bool needsDouble, bool hasTransforms)
    {
        writer.Blank();
        writer.Write("/// <inheritdoc/>");
        writer.Write($"global::KernelGen.Devices.GpuProgram? global::KernelGen.IVectorCodec<{type.FullName}>.CreateGpuProgram() =>");
        writer.Write($"    {CodecFile.KernelsOf(type)}Ilgpu.CreateProgram({parameters}, {(needsDouble ? "true" : "false")}{(hasTransforms ? $", {TransformEmitter.Field}" : "")});");
    }

    /// <summary>The kernels and what launches them.</summary>
    public static GeneratedFile Emit(TargetType type, Scheme scheme)
    {
        CodecKernels kernels = CodecKernels.Of(scheme);
        return CodecFile.Kernels(
            type, scheme, "Ilgpu", "Kernels for GPUs through ILGPU.", $"internal sealed class {type.KernelsClass}Ilgpu : IlgpuKernels", ["ILGPU", "ILGPU.Runtime", "KernelGen.Devices"], writer =>
            {
                new IlgpuLauncherEmitter(writer, kernels, $"{type.KernelsClass}Ilgpu", scheme.Transforms is not null).Emit();
                var printer = new IlgpuPrinter(writer);
                foreach (GpuKernel kernel in kernels.All)
                {
                    writer.Blank();
                    printer.Print(kernel);
                }
            });
    }
}
