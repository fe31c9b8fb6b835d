using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>Generated residual and additive codecs of the sampled schemes, with every check.</summary>
public sealed class GeneratedAdditiveCodecTests : GeneratedCodecTests<GeneratedAdditiveCodecTests>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample => SampledAdditiveSchemes.All;
}
