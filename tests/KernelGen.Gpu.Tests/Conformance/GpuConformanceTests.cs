using KernelGen.Reference;
using KernelGen.Tests.Numerics;

namespace KernelGen.GpuTests.Conformance;

/// <summary>Which share of the sampled schemes a test class runs. Each has its own assembly of codecs, and so its own device: they run in parallel.</summary>
public interface IShare
{
    static abstract int Index { get; }
}

/// <summary>
/// Generated GPU kernels of all sampled schemes against the oracle: codes and integer scores bit for bit, float scores within the documented
/// bound. The same checks that the CPU's tiers pass.
/// </summary>
public abstract class GpuConformanceTests<TShare>
    where TShare : IShare
{
    private const int Shares = 2;

    private static readonly ReferenceScheme[] s_schemes = Share(SampledSchemes.All);

    private static readonly ReferenceScheme[] s_compactSchemes = Share(SampledSchemes.Compact);

    private static readonly Lazy<CodecAssembly> s_codecs = new(() => CodecAssembly.Generate(s_schemes, references: [IlgpuUnderTest.Assembly]));

    /// <summary>As in a project that checks for arithmetic overflow.</summary>
    private static readonly Lazy<CodecAssembly> s_checkedCodecs = new(() => CodecAssembly.Generate(
        s_compactSchemes, isChecked: true, references: [IlgpuUnderTest.Assembly]));

    public static TheoryData<string> Schemes => [.. s_schemes.Select(scheme => scheme.Text)];

    public static TheoryData<string> CompactSchemes => [.. s_compactSchemes.Select(scheme => scheme.Text)];

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Kernels_conform(string scheme) => Check(s_codecs.Value, scheme);

    [Theory]
    [MemberData(nameof(CompactSchemes))]
    public void Kernels_conform_in_a_checked_project(string scheme) => Check(s_checkedCodecs.Value, scheme);

    private static ReferenceScheme[] Share(IEnumerable<ReferenceScheme> schemes) => [.. schemes.Where((_, i) => i % Shares == TShare.Index)];

    private static void Check(CodecAssembly codecs, string text)
    {
        ReferenceScheme scheme = SampledSchemes.All.First(scheme => scheme.Text == text);
        DeviceUnderTest.Check(codecs[scheme], scheme);
    }
}

public sealed class GpuConformanceTests0 : GpuConformanceTests<GpuConformanceTests0>, IShare
{
    public static int Index => 0;
}

public sealed class GpuConformanceTests1 : GpuConformanceTests<GpuConformanceTests1>, IShare
{
    public static int Index => 1;
}
