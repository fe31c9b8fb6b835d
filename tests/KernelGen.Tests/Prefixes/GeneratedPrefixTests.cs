using KernelGen.Reference;
using KernelGen.Tests.Numerics;

namespace KernelGen.Tests.Prefixes;

/// <summary>Generated codecs with prefixes against the oracle.</summary>
public sealed class GeneratedPrefixTests0 : GeneratedCodecTests<GeneratedPrefixTests0>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample => Share(PrefixSchemes.All, 0, shares: 2);
}

public sealed class GeneratedPrefixTests1 : GeneratedCodecTests<GeneratedPrefixTests1>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample => Share(PrefixSchemes.All, 1, shares: 2);
}
