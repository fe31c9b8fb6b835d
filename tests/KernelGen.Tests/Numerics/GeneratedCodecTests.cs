using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>The schemes that a test class runs: classes run in parallel.</summary>
public interface IShare
{
    static abstract IReadOnlyList<IReferenceScheme> Sample { get; }

    /// <summary>Whether they meet every check, or for product codecs those of results only.</summary>
    static virtual bool IsThorough => true;
}

/// <summary>Generated codecs of sampled schemes against the oracle, on every tier that this processor runs.</summary>
public abstract class GeneratedCodecTests<TShare>
    where TShare : IShare
{
    private const int SchemesPerAssembly = 16;

    private static readonly IReferenceScheme[] s_schemes = [.. TShare.Sample];

    /// <summary>Compiled in parts, so that no compilation holds the trees of all.</summary>
    private static readonly Lazy<CodecAssembly>[] s_codecs = InParts(s_schemes, isChecked: false);

    /// <summary>Some schemes again, as in a project that checks for arithmetic overflow.</summary>
    private static readonly Lazy<CodecAssembly>[] s_checkedCodecs = InParts(Some(), isChecked: true);

    public static TheoryData<string> Schemes => [.. s_schemes.Select(scheme => scheme.Text)];

    public static TheoryData<string> SomeSchemes => [.. Some().Select(scheme => scheme.Text)];

    /// <summary>The first scheme: tests of it tell which tiers this processor cannot run.</summary>
    public static TheoryData<string> FirstScheme => [s_schemes[0].Text];

    /// <summary>All tiers in one test: the oracle's share is slow, and kept no longer than the tiers need it.</summary>
    [Theory]
    [MemberData(nameof(Schemes))]
    public void Kernels_conform_on_all_tiers_that_run_here(string scheme)
    {
        ICodecConformance conformance = Conformance(scheme);
        foreach (CpuTier tier in Enum.GetValues<CpuTier>().Where(static tier => tier != CpuTier.Auto && CpuTiers.IsSupported(tier)))
        {
            conformance.Run(tier);
        }

        conformance.RunWithoutTier();
    }

    [TierTheory(CpuTier.Scalar)]
    [MemberData(nameof(FirstScheme))]
    public void Scalar_kernels_conform(string scheme) => Conformance(scheme).Run(CpuTier.Scalar);

    [TierTheory(CpuTier.Vector128)]
    [MemberData(nameof(FirstScheme))]
    public void Vector128_kernels_conform(string scheme) => Conformance(scheme).Run(CpuTier.Vector128);

    [TierTheory(CpuTier.Avx2)]
    [MemberData(nameof(FirstScheme))]
    public void Avx2_kernels_conform(string scheme) => Conformance(scheme).Run(CpuTier.Avx2);

    [TierTheory(CpuTier.Avx512)]
    [MemberData(nameof(FirstScheme))]
    public void Avx512_kernels_conform(string scheme) => Conformance(scheme).Run(CpuTier.Avx512);

    [Theory]
    [MemberData(nameof(SomeSchemes))]
    public void Kernels_conform_in_a_checked_project(string scheme)
    {
        ICodecConformance conformance = CheckedConformance(scheme);
        conformance.Run(CpuTier.Scalar);
        conformance.Run(CpuTiers.Best);
    }

    /// <summary>One of so many equal shares.</summary>
    private protected static IReadOnlyList<IReferenceScheme> Share(IEnumerable<IReferenceScheme> schemes, int index, int shares) =>
        [.. schemes.Where((_, i) => i % shares == index)];

    private static IReferenceScheme[] Some() => [.. s_schemes.Where((_, i) => i % (TShare.IsThorough ? 8 : 64) == 0)];

    private static Lazy<CodecAssembly>[] InParts(IReferenceScheme[] schemes, bool isChecked) =>
        [.. schemes.Chunk(SchemesPerAssembly).Select(part => new Lazy<CodecAssembly>(() => CodecAssembly.Generate(part, isChecked)))];

    private static ICodecConformance Conformance(string text)
    {
        int index = Array.FindIndex(s_schemes, scheme => scheme.Text == text);
        return Conformance(s_codecs[index / SchemesPerAssembly], s_schemes[index]);
    }

    private static ICodecConformance CheckedConformance(string text)
    {
        IReferenceScheme[] schemes = Some();
        int index = Array.FindIndex(schemes, scheme => scheme.Text == text);
        return Conformance(s_checkedCodecs[index / SchemesPerAssembly], schemes[index]);
    }

    private static ICodecConformance Conformance(Lazy<CodecAssembly> codecs, IReferenceScheme scheme) =>
        ICodecConformance.Of(codecs.Value[scheme], scheme, TShare.IsThorough);
}

public sealed class GeneratedCodecTests0 : GeneratedCodecTests<GeneratedCodecTests0>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample => Share(SampledSchemes.All, 0, shares: 4);
}

public sealed class GeneratedCodecTests1 : GeneratedCodecTests<GeneratedCodecTests1>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample => Share(SampledSchemes.All, 1, shares: 4);
}

public sealed class GeneratedCodecTests2 : GeneratedCodecTests<GeneratedCodecTests2>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample => Share(SampledSchemes.All, 2, shares: 4);
}

public sealed class GeneratedCodecTests3 : GeneratedCodecTests<GeneratedCodecTests3>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample => Share(SampledSchemes.All, 3, shares: 4);
}
