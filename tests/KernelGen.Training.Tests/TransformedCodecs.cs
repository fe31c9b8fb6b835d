namespace KernelGen.Training.Tests;

// Codecs with each transform that is learned here, for TransformTrainingTests.
[VectorCodec(24, Metric = Metric.SquaredL2)]
[Pca(10)]
[FloatQuantizer(FloatFormat.Single)]
internal sealed partial class PcaCodec;

[VectorCodec(24, Metric = Metric.SquaredL2)]
[Pca(24)]
[ScalarQuantizer(8)]
internal sealed partial class WholePcaCodec;

[VectorCodec(24)]
[Rotate(Rotation.Random)]
[FloatQuantizer(FloatFormat.Single)]
internal sealed partial class RandomCodec;

[VectorCodec(24, Metric = Metric.SquaredL2)]
[ScalarQuantizer(1)]
internal sealed partial class BitCodec;

[VectorCodec(24, Metric = Metric.SquaredL2)]
[Rotate(Rotation.Random)]
[ScalarQuantizer(1)]
internal sealed partial class RandomBitCodec;

[VectorCodec(24, Metric = Metric.SquaredL2)]
[Rotate(Rotation.Learned)]
[ScalarQuantizer(1)]
internal sealed partial class LearnedBitCodec;

[VectorCodec(24, Metric = Metric.SquaredL2)]
[Rotate(Rotation.Givens)]
[ScalarQuantizer(1)]
internal sealed partial class GivensBitCodec;

[VectorCodec(24)]
[Rotate(Rotation.Random)]
[RotatedQuantizer(2)]
internal sealed partial class RandomRotatedCodec;

[VectorCodec(24)]
[Rotate(Rotation.Learned)]
[RotatedQuantizer(2)]
internal sealed partial class LearnedRotatedCodec;

[VectorCodec(24, Metric = Metric.SquaredL2)]
[ProductQuantizer(6, 4)]
internal sealed partial class PlainProductCodec;

[VectorCodec(24, Metric = Metric.SquaredL2)]
[Rotate(Rotation.Learned)]
[ProductQuantizer(6, 4)]
internal sealed partial class LearnedProductCodec;

[VectorCodec(24, Metric = Metric.SquaredL2)]
[Rotate(Rotation.Givens)]
[ProductQuantizer(6, 4)]
internal sealed partial class GivensProductCodec;

[VectorCodec(24, Metric = Metric.Cosine)]
[Center]
[Pca(16)]
[Rotate(Rotation.Learned)]
[ProductQuantizer(8, 4)]
internal sealed partial class WholeChainCodec;

[VectorCodec(24, Metric = Metric.SquaredL2)]
[Center]
[Rotate(Rotation.Hadamard)]
[ScalarQuantizer(4)]
[Scale(Granularity.Tensor)]
internal sealed partial class HadamardCodec;

[VectorCodec(24, Metric = Metric.SquaredL2)]
[ResidualQuantizer(stages: 2, bits: 4, Subspaces = 6)]
internal sealed partial class PlainResidualCodec;

[VectorCodec(24, Metric = Metric.SquaredL2)]
[Rotate(Rotation.Learned)]
[ResidualQuantizer(stages: 2, bits: 4, Subspaces = 6)]
internal sealed partial class LearnedResidualCodec;

[VectorCodec(24, Metric = Metric.SquaredL2)]
[Rotate(Rotation.Givens)]
[ResidualQuantizer(stages: 2, bits: 4, Subspaces = 6)]
internal sealed partial class GivensResidualCodec;

// Groups of seven dimensions and one of three.
[VectorCodec(24, Metric = Metric.SquaredL2)]
[Center]
[AdditiveQuantizer(stages: 2, bits: 6, GroupSize = 7)]
internal sealed partial class PlainAdditiveCodec;

[VectorCodec(24, Metric = Metric.SquaredL2)]
[Center]
[Rotate(Rotation.Learned)]
[AdditiveQuantizer(stages: 2, bits: 6, GroupSize = 7)]
internal sealed partial class LearnedAdditiveCodec;

// Everything at once: normalised, centred, fewer dimensions, turned, and normalised again for its norm.
[VectorCodec(24)]
[Normalize]
[Pca(18)]
[Rotate(Rotation.Givens)]
[ResidualQuantizer(stages: 2, bits: 4, Subspaces = 4, Norm = Norm.Byte)]
internal sealed partial class WholeAdditiveChainCodec;
