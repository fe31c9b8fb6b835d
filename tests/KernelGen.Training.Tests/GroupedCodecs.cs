namespace KernelGen.Training.Tests;

// Codecs with codebooks per group of rows, for GroupedCodecTests.
[VectorCodec(20, Metric = Metric.SquaredL2)]
[ProductQuantizer(subspaces: 5, bits: 4, Codebooks = 3)]
internal sealed partial class GroupedProductCodec;

[VectorCodec(12)]
[ResidualQuantizer(stages: 2, bits: 3, Subspaces = 2, Codebooks = 2)]
internal sealed partial class GroupedResidualCodec;

[VectorCodec(12)]
[Center]
[Rotate(Rotation.Random)]
[AdditiveQuantizer(stages: 2, bits: 4, GroupSize = 4, Codebooks = 2)]
internal sealed partial class GroupedAdditiveCodec;
