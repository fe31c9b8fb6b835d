using System.Runtime.Intrinsics.X86;

namespace KernelGen.Tests.Processor;

/// <summary>The x86 instruction sets on which kernels branch, as far as this process may use them.</summary>
internal static class ProcessorFeatures
{
    private static readonly (string Name, bool IsSupported)[] s_all =
    [
        (nameof(Sse41), Sse41.IsSupported),
        (nameof(Avx), Avx.IsSupported),
        (nameof(Avx2), Avx2.IsSupported),
        (nameof(AvxVnni), AvxVnni.IsSupported),
        (nameof(Avx512F), Avx512F.IsSupported),
        (nameof(Avx512Vbmi), Avx512Vbmi.IsSupported),
    ];

    public static string[] Supported { get; } = [.. s_all.Where(feature => feature.IsSupported).Select(feature => feature.Name)];
}

/// <summary>A fact that is skipped, with the reason, where the processor lacks an instruction set.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FeatureFactAttribute : FactAttribute
{
    public FeatureFactAttribute(string feature)
    {
        Feature = feature;
        if (!ProcessorFeatures.Supported.Contains(feature))
        {
            Skip = $"This processor has no {feature} to switch off.";
        }
    }

    public string Feature { get; }
}
