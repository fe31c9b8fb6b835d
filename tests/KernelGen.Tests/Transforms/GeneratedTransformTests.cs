using KernelGen.Reference;
using KernelGen.Tests.Numerics;

namespace KernelGen.Tests.Transforms;

/// <summary>Generated codecs with transforms against the oracle.</summary>
public sealed class GeneratedTransformTests : GeneratedCodecTests<GeneratedTransformTests>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample => TransformedSchemes.All;
}

/// <summary>Generated codecs of rotated quantizers against the oracle.</summary>
public sealed class GeneratedRotatedTests : GeneratedCodecTests<GeneratedRotatedTests>, IShare
{
    public static IReadOnlyList<IReferenceScheme> Sample => RotatedSchemes.All;
}
