using KernelGen.Reference;
using KernelGen.Tests.Numerics;
using KernelGen.Tests.Prefixes;
using KernelGen.Tests.Transforms;

namespace KernelGen.GpuTests.Conformance;

/// <summary>The schemes that a test class runs. Each class has its own assembly of codecs, and so its own device: they run in parallel.</summary>
public interface IShare
{
    static abstract IReadOnlyList<IReferenceScheme> Sample { get; }

    /// <summary>Those that are compiled once more, as in a project that checks for arithmetic overflow.</summary>
    static abstract IReadOnlyList<IReferenceScheme> CheckedSample { get; }
}

/// <summary>
/// Generated GPU kernels of sampled schemes against the oracle: codes and integer scores bit for bit, float scores within the documented
/// bound. The same checks that the CPU's tiers pass.
/// </summary>
public abstract class GpuConformanceTests<TShare>
    where TShare : IShare
{
    private static readonly Lazy<CodecAssembly> s_codecs = new(() => CodecAssembly.Generate(TShare.Sample, references: [IlgpuUnderTest.Assembly]));

    private static readonly Lazy<CodecAssembly> s_checkedCodecs = new(() => CodecAssembly.Generate(
        TShare.CheckedSample, isChecked: true, references: [IlgpuUnderTest.Assembly]));

    public static TheoryData<string> Schemes => [.. TShare.Sample.Select(scheme => scheme.Text)];

    public static TheoryData<string> CheckedSchemes => [.. TShare.CheckedSample.Select(scheme => scheme.Text)];

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Kernels_conform(string scheme) => Check(s_codecs.Value, TShare.Sample, scheme);

    [Theory]
    [MemberData(nameof(CheckedSchemes))]
    public void Kernels_conform_in_a_checked_project(string scheme) => Check(s_checkedCodecs.Value, TShare.CheckedSample, scheme);

    /// <summary>One of four quarters.</summary>
    private protected static IReadOnlyList<IReferenceScheme> Quarter(IEnumerable<IReferenceScheme> schemes, int index) => [.. schemes.Where((_, i) => i % 4 == index)];

    private static void Check(CodecAssembly codecs, IEnumerable<IReferenceScheme> schemes, string text)
    {
        IReferenceScheme scheme = schemes.First(scheme => scheme.Text == text);
        DeviceUnderTest.Check(codecs[scheme], scheme);
    }
}

public sealed class GpuConformanceTests0 : GpuConformanceTests<GpuConformanceTests0>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample { get; } = Quarter(SampledSchemes.All, 0);

    public static IReadOnlyList<IReferenceScheme> CheckedSample { get; } = Quarter(SampledSchemes.Compact, 0);
}

public sealed class GpuConformanceTests1 : GpuConformanceTests<GpuConformanceTests1>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample { get; } = Quarter(SampledSchemes.All, 1);

    public static IReadOnlyList<IReferenceScheme> CheckedSample { get; } = Quarter(SampledSchemes.Compact, 1);
}

public sealed class GpuConformanceTests2 : GpuConformanceTests<GpuConformanceTests2>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample { get; } = Quarter(SampledSchemes.All, 2);

    public static IReadOnlyList<IReferenceScheme> CheckedSample { get; } = Quarter(SampledSchemes.Compact, 2);
}

public sealed class GpuConformanceTests3 : GpuConformanceTests<GpuConformanceTests3>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample { get; } = Quarter(SampledSchemes.All, 3);

    public static IReadOnlyList<IReferenceScheme> CheckedSample { get; } = Quarter(SampledSchemes.Compact, 3);
}

public sealed class GpuProductConformanceTests : GpuConformanceTests<GpuProductConformanceTests>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample => ProductSchemes.All;

    public static IReadOnlyList<IReferenceScheme> CheckedSample => ProductSchemes.Compact;
}

public sealed class GpuAdditiveConformanceTests : GpuConformanceTests<GpuAdditiveConformanceTests>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample => AdditiveSchemes.All;

    public static IReadOnlyList<IReferenceScheme> CheckedSample => AdditiveSchemes.Compact;
}

public sealed class GpuTransformConformanceTests : GpuConformanceTests<GpuTransformConformanceTests>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample => TransformedSchemes.All;

    public static IReadOnlyList<IReferenceScheme> CheckedSample => TransformedSchemes.Compact;
}

/// <summary>The CPU encodes rotated codes of 2 bits or more and several planes; everything else is as with other codecs.</summary>
public sealed class GpuRotatedConformanceTests : GpuConformanceTests<GpuRotatedConformanceTests>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample =>
    [
        .. RotatedSchemes.All.Where(static (scheme, i) => i % 2 == 0 || scheme.Inner is ReferenceRotatedScheme { Bits: 1, Dimensions: >= 128 }),
        .. RecurrentSchemes.Compact,
    ];

    public static IReadOnlyList<IReferenceScheme> CheckedSample => RotatedSchemes.Compact;
}

public sealed class GpuSignConformanceTests : GpuConformanceTests<GpuSignConformanceTests>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample => SignSchemes.All;

    public static IReadOnlyList<IReferenceScheme> CheckedSample => SignSchemes.Compact;
}

public sealed class GpuPrefixConformanceTests : GpuConformanceTests<GpuPrefixConformanceTests>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample => PrefixSchemes.Compact;

    public static IReadOnlyList<IReferenceScheme> CheckedSample => [.. PrefixSchemes.Compact.Take(2)];
}
