using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>Generated product codecs of the sampled schemes, with every check.</summary>
public sealed class GeneratedProductCodecTests0 : GeneratedCodecTests<GeneratedProductCodecTests0>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample => Share(SampledProductSchemes.All, 0, shares: 3);
}

public sealed class GeneratedProductCodecTests1 : GeneratedCodecTests<GeneratedProductCodecTests1>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample => Share(SampledProductSchemes.All, 1, shares: 3);
}

public sealed class GeneratedProductCodecTests2 : GeneratedCodecTests<GeneratedProductCodecTests2>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample => Share(SampledProductSchemes.All, 2, shares: 3);
}

/// <summary>Generated product codecs of every number of subspaces, with the checks of results.</summary>
public sealed class GeneratedProductCodecTestsOfSubspaces0 : GeneratedCodecTests<GeneratedProductCodecTestsOfSubspaces0>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample => Share(SampledProductSchemes.EverySubspaces, 0, shares: 2);

    public static bool IsThorough => false;
}

public sealed class GeneratedProductCodecTestsOfSubspaces1 : GeneratedCodecTests<GeneratedProductCodecTestsOfSubspaces1>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample => Share(SampledProductSchemes.EverySubspaces, 1, shares: 2);

    public static bool IsThorough => false;
}
