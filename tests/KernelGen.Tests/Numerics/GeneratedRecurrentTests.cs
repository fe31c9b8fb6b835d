using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>Generated codecs of several planes against the oracle.</summary>
public sealed class GeneratedRecurrentTests : GeneratedCodecTests<GeneratedRecurrentTests>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample => RecurrentSchemes.All;
}
