namespace KernelGen.Training.Tests.Quality;

// The sets and sizes of Data/figures.py.
[VectorCodec(512, Metric = Metric.Cosine)]
[ProductQuantizer(subspaces: 64, bits: 8)]
internal sealed partial class Use64x8;

[VectorCodec(512, Metric = Metric.Cosine)]
[ProductQuantizer(subspaces: 128, bits: 4)]
internal sealed partial class Use128x4;

[VectorCodec(100, Metric = Metric.Cosine)]
[ProductQuantizer(subspaces: 20, bits: 8)]
internal sealed partial class Glove20x8;

[VectorCodec(100, Metric = Metric.Cosine)]
[ProductQuantizer(subspaces: 50, bits: 4)]
internal sealed partial class Glove50x4;

[VectorCodec(784, Metric = Metric.SquaredL2)]
[ProductQuantizer(subspaces: 49, bits: 8)]
internal sealed partial class Fashion49x8;

[VectorCodec(784, Metric = Metric.SquaredL2)]
[ProductQuantizer(subspaces: 98, bits: 4)]
internal sealed partial class Fashion98x4;

[VectorCodec(128, Metric = Metric.SquaredL2)]
[ProductQuantizer(subspaces: 16, bits: 8)]
internal sealed partial class Sift16x8;

[VectorCodec(128, Metric = Metric.SquaredL2)]
[ProductQuantizer(subspaces: 32, bits: 4)]
internal sealed partial class Sift32x4;
