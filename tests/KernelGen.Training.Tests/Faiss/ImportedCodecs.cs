namespace KernelGen.Training.Tests.Faiss;

// The schemes of the files. A generated codec has its sizes in its kernels, so there is one class per shape and metric.
[VectorCodec(8, Metric = Metric.SquaredL2)]
[ProductQuantizer(subspaces: 4, bits: 8)]
internal sealed partial class Product8L2;

[VectorCodec(16, Metric = Metric.InnerProduct)]
[ProductQuantizer(subspaces: 8, bits: 4)]
internal sealed partial class Product4InnerProduct;

[VectorCodec(16, Metric = Metric.SquaredL2)]
[ProductQuantizer(subspaces: 8, bits: 4)]
internal sealed partial class Product4L2;

[VectorCodec(10, Metric = Metric.SquaredL2)]
[ProductQuantizer(subspaces: 5, bits: 4)]
internal sealed partial class Product4OddL2;

[VectorCodec(8, Metric = Metric.SquaredL2)]
[ProductQuantizer(subspaces: 4, bits: 4)]
internal sealed partial class Product4TransformedL2;

[VectorCodec(12, Metric = Metric.SquaredL2)]
[ProductQuantizer(subspaces: 3, bits: 6)]
internal sealed partial class Product6L2;

[VectorCodec(14, Metric = Metric.InnerProduct)]
[ProductQuantizer(subspaces: 7, bits: 5)]
internal sealed partial class Product5InnerProduct;

[VectorCodec(2, Metric = Metric.SquaredL2)]
[ProductQuantizer(subspaces: 2, bits: 10)]
internal sealed partial class Product10L2;

[VectorCodec(40, Metric = Metric.SquaredL2)]
[ProductQuantizer(subspaces: 40, bits: 1)]
internal sealed partial class Product1L2;
