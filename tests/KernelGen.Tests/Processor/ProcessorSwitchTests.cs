using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using KernelGen.Tests.Numerics;

namespace KernelGen.Tests.Processor;

/// <summary>Kernels in a process that may not use all of the processor, as on one that has less.</summary>
public sealed class ProcessorSwitchTests
{
    private static readonly Lazy<byte[]> s_codecs = new(() => CodecAssembly.Generate(ConformanceProgram.Schemes).Image);

    /// <summary>AVX-512 without permutations of bytes, as before 2019; no such processor has the dot products of AVX-VNNI.</summary>
    [FeatureFact(nameof(Avx512Vbmi))]
    public void Avx512_without_vbmi_conforms() =>
        Conforms(
            ["EnableAVX512v2", "EnableAVXVNNI"],
            lacking: [nameof(AvxVnni), nameof(Avx512Vbmi)],
            [CpuTier.Scalar, CpuTier.Vector128, CpuTier.Avx2, CpuTier.Avx512]);

    /// <summary>AVX2 with the dot products of VNNI and no AVX-512, as in notebooks since 2021.</summary>
    [FeatureFact(nameof(AvxVnni))]
    public void Avx2_with_vnni_conforms() =>
        Conforms(
            ["EnableAVX512"],
            lacking: [nameof(Avx512F), nameof(Avx512Vbmi)],
            [CpuTier.Scalar, CpuTier.Vector128, CpuTier.Avx2]);

    /// <summary>AVX2 without the dot products of VNNI, as before 2021.</summary>
    [FeatureFact(nameof(AvxVnni))]
    public void Avx2_without_vnni_conforms() =>
        Conforms(
            ["EnableAVX512", "EnableAVXVNNI"],
            lacking: [nameof(AvxVnni), nameof(Avx512F), nameof(Avx512Vbmi)],
            [CpuTier.Scalar, CpuTier.Vector128, CpuTier.Avx2]);

    /// <summary>128-bit vectors in their old encoding, without the instructions that came with AVX.</summary>
    [FeatureFact(nameof(Avx))]
    public void Sse_without_avx_conforms() =>
        Conforms(
            ["EnableAVX"],
            lacking: [nameof(Avx), nameof(Avx2), nameof(AvxVnni), nameof(Avx512F), nameof(Avx512Vbmi)],
            [CpuTier.Scalar, CpuTier.Vector128]);

    /// <summary>Without any intrinsics, the runtime's software for vectors among them.</summary>
    [FeatureFact(nameof(Sse41))]
    public void Scalar_without_intrinsics_conforms() =>
        Conforms(["EnableHWIntrinsic"], lacking: ProcessorFeatures.Supported, [CpuTier.Scalar]);

    /// <summary>Runs <see cref="ConformanceProgram"/> with settings of the runtime switched off.</summary>
    private static void Conforms(string[] switchedOff, string[] lacking, CpuTier[] tiers)
    {
        string framework = RuntimeEnvironment.GetRuntimeDirectory();
        var start = new ProcessStartInfo(Path.GetFullPath(Path.Combine(framework, "../../../dotnet")))
        {
            ArgumentList = { "exec", typeof(ConformanceProgram).Assembly.Location },
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in switchedOff)
        {
            start.Environment[$"DOTNET_{name}"] = "0";
        }

        byte[] codecs = s_codecs.Value;
        using Process child = Process.Start(start)!;
        Task<string> errors = child.StandardError.ReadToEndAsync();
        child.StandardInput.BaseStream.Write(codecs);
        child.StandardInput.Close();
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        Assert.True(child.ExitCode == 0, $"Exit code {child.ExitCode}. {output}{errors.Result}");
        string[] expected =
        [
            string.Join(' ', ProcessorFeatures.Supported.Except(lacking)),
            string.Join(' ', tiers),
            $"{ConformanceProgram.Schemes.Count} codecs conform",
        ];
        Assert.Equal(expected, output.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'));
    }
}
