using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>Generated codecs of signs against the oracle.</summary>
public sealed class GeneratedSignCodecTests : GeneratedCodecTests<GeneratedSignCodecTests>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample => SampledSignSchemes.All;
}

public sealed class GeneratedSignCodecTestsOfSmallDimensions : GeneratedCodecTests<GeneratedSignCodecTestsOfSmallDimensions>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample => SampledSignSchemes.Small;
}
