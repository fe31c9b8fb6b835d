namespace KernelGen.Training.Tests.Additive;

// The sets and sizes of Data/additive.py.
[VectorCodec(100, Metric = Metric.Cosine)]
[ResidualQuantizer(stages: 6, bits: 6)]
internal sealed partial class Glove1x6x6;

[VectorCodec(100, Metric = Metric.Cosine)]
[ResidualQuantizer(stages: 4, bits: 6, Subspaces = 2)]
internal sealed partial class Glove2x4x6;

[VectorCodec(784, Metric = Metric.SquaredL2)]
[ResidualQuantizer(stages: 4, bits: 6)]
internal sealed partial class Fashion1x4x6;

[VectorCodec(512, Metric = Metric.Cosine)]
[ResidualQuantizer(stages: 4, bits: 6)]
internal sealed partial class Use1x4x6;

// Like Glove1x6x6.
[VectorCodec(100, Metric = Metric.Cosine)]
[ResidualQuantizer(stages: 6, bits: 6, Beam = 1)]
internal sealed partial class GloveGreedy;

[VectorCodec(100, Metric = Metric.Cosine)]
[AdditiveQuantizer(stages: 6, bits: 6)]
internal sealed partial class GloveAdditive;

// Two bits per weight.
[VectorCodec(256)]
[AdditiveQuantizer(stages: 2, bits: 8, GroupSize = 8)]
internal sealed partial class WeightsAdditive;

[VectorCodec(256)]
[AdditiveQuantizer(stages: 2, bits: 8, GroupSize = 8, Norm = Norm.Byte)]
internal sealed partial class WeightsAdditiveNorm;

[VectorCodec(256)]
[ProductQuantizer(subspaces: 128, bits: 4)]
internal sealed partial class WeightsProduct;

// What the training package encodes with, as generated code.
[VectorCodec(11, Metric = Metric.SquaredL2)]
[ResidualQuantizer(stages: 3, bits: 3, Subspaces = 2, Beam = 4)]
internal sealed partial class SmallResidual;

[VectorCodec(11)]
[AdditiveQuantizer(stages: 2, bits: 5, GroupSize = 4, Beam = 3)]
internal sealed partial class SmallAdditive;
