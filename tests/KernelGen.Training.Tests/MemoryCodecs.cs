namespace KernelGen.Training.Tests;

// Codecs whose training keeps a copy of the sample, for MemoryTests. Points are long, so that what is counted per point hardly shows.
[VectorCodec(128, Metric = Metric.SquaredL2)]
[ResidualQuantizer(stages: 2, bits: 6)]
internal sealed partial class ResidualMemory;

[VectorCodec(128, Metric = Metric.Cosine)]
[ResidualQuantizer(stages: 2, bits: 6, Subspaces = 2)]
internal sealed partial class SubspacesMemory;

[VectorCodec(128)]
[AdditiveQuantizer(stages: 2, bits: 6, GroupSize = 64)]
internal sealed partial class AdditiveMemory;

[VectorCodec(128)]
[ProductQuantizer(subspaces: 2, bits: 6)]
internal sealed partial class ProductMemory;

[VectorCodec(128)]
[Center]
[Rotate(Rotation.Hadamard)]
[ProductQuantizer(subspaces: 2, bits: 6)]
internal sealed partial class FixedProductMemory;

[VectorCodec(128)]
[Center]
[Rotate(Rotation.Learned)]
[ProductQuantizer(subspaces: 2, bits: 6)]
internal sealed partial class LearnedProductMemory;

[VectorCodec(128, Metric = Metric.Cosine)]
[Pca(128)]
[Rotate(Rotation.Givens)]
[ProductQuantizer(subspaces: 2, bits: 6)]
internal sealed partial class ComponentsProductMemory;

[VectorCodec(128)]
[Center]
[Rotate(Rotation.Random)]
[ResidualQuantizer(stages: 2, bits: 6, Subspaces = 2, Norm = Norm.Byte)]
internal sealed partial class FixedResidualMemory;

[VectorCodec(128)]
[Center]
[Rotate(Rotation.Learned)]
[ResidualQuantizer(stages: 2, bits: 6, Subspaces = 2)]
internal sealed partial class LearnedResidualMemory;

[VectorCodec(128)]
[Center]
[Rotate(Rotation.Givens)]
[AdditiveQuantizer(stages: 2, bits: 6, GroupSize = 64)]
internal sealed partial class LearnedAdditiveMemory;

[VectorCodec(128)]
[Center]
[Rotate(Rotation.Learned)]
[ScalarQuantizer(4)]
[Scale(Granularity.Channel)]
internal sealed partial class LearnedScalarMemory;

[VectorCodec(128)]
[Center]
[Rotate(Rotation.Givens)]
[FloatQuantizer(FloatFormat.Half)]
internal sealed partial class LearnedHalfMemory;
