namespace KernelGen.Training.Tests.Rotated;

// Rotated codes of 1, 2 and 4 bits, and the bytes that stand behind them, for RotatedStagesTests.
[VectorCodec(512, Metric = Metric.InnerProduct), RotatedQuantizer(1)]
internal sealed partial class UseProduct1;

[VectorCodec(512, Metric = Metric.InnerProduct), RotatedQuantizer(2)]
internal sealed partial class UseProduct2;

[VectorCodec(512, Metric = Metric.InnerProduct), RotatedQuantizer(4)]
internal sealed partial class UseProduct4;

[VectorCodec(512, Metric = Metric.InnerProduct), ScalarQuantizer(8)]
internal sealed partial class UseProduct8;

[VectorCodec(512, Metric = Metric.Cosine), RotatedQuantizer(1)]
internal sealed partial class UseCosine1;

[VectorCodec(512, Metric = Metric.Cosine), RotatedQuantizer(2)]
internal sealed partial class UseCosine2;

[VectorCodec(512, Metric = Metric.Cosine), RotatedQuantizer(4)]
internal sealed partial class UseCosine4;

[VectorCodec(512, Metric = Metric.Cosine), ScalarQuantizer(8)]
internal sealed partial class UseCosine8;

[VectorCodec(512, Metric = Metric.SquaredL2), RotatedQuantizer(1)]
internal sealed partial class UseDistance1;

[VectorCodec(512, Metric = Metric.SquaredL2), RotatedQuantizer(2)]
internal sealed partial class UseDistance2;

[VectorCodec(512, Metric = Metric.SquaredL2), RotatedQuantizer(4)]
internal sealed partial class UseDistance4;

[VectorCodec(512, Metric = Metric.SquaredL2), ScalarQuantizer(8)]
internal sealed partial class UseDistance8;

[VectorCodec(100, Metric = Metric.InnerProduct), RotatedQuantizer(1)]
internal sealed partial class GloveProduct1;

[VectorCodec(100, Metric = Metric.InnerProduct), RotatedQuantizer(2)]
internal sealed partial class GloveProduct2;

[VectorCodec(100, Metric = Metric.InnerProduct), RotatedQuantizer(4)]
internal sealed partial class GloveProduct4;

[VectorCodec(100, Metric = Metric.InnerProduct), ScalarQuantizer(8)]
internal sealed partial class GloveProduct8;

[VectorCodec(100, Metric = Metric.Cosine), RotatedQuantizer(1)]
internal sealed partial class GloveCosine1;

[VectorCodec(100, Metric = Metric.Cosine), RotatedQuantizer(2)]
internal sealed partial class GloveCosine2;

[VectorCodec(100, Metric = Metric.Cosine), RotatedQuantizer(4)]
internal sealed partial class GloveCosine4;

[VectorCodec(100, Metric = Metric.Cosine), ScalarQuantizer(8)]
internal sealed partial class GloveCosine8;

[VectorCodec(784, Metric = Metric.SquaredL2), RotatedQuantizer(1)]
internal sealed partial class FashionDistance1;

[VectorCodec(784, Metric = Metric.SquaredL2), RotatedQuantizer(2)]
internal sealed partial class FashionDistance2;

[VectorCodec(784, Metric = Metric.SquaredL2), RotatedQuantizer(4)]
internal sealed partial class FashionDistance4;

[VectorCodec(784, Metric = Metric.SquaredL2), ScalarQuantizer(8)]
internal sealed partial class FashionDistance8;

[VectorCodec(384, Metric = Metric.Cosine), RotatedQuantizer(1)]
internal sealed partial class MiniLmCosine1;

[VectorCodec(384, Metric = Metric.Cosine), RotatedQuantizer(2)]
internal sealed partial class MiniLmCosine2;

[VectorCodec(384, Metric = Metric.Cosine), RotatedQuantizer(4)]
internal sealed partial class MiniLmCosine4;

[VectorCodec(384, Metric = Metric.Cosine), ScalarQuantizer(8)]
internal sealed partial class MiniLmCosine8;

[VectorCodec(128, Metric = Metric.SquaredL2), RotatedQuantizer(1)]
internal sealed partial class SiftDistance1;

[VectorCodec(128, Metric = Metric.SquaredL2), RotatedQuantizer(2)]
internal sealed partial class SiftDistance2;

[VectorCodec(128, Metric = Metric.SquaredL2), RotatedQuantizer(4)]
internal sealed partial class SiftDistance4;

[VectorCodec(128, Metric = Metric.SquaredL2), ScalarQuantizer(8)]
internal sealed partial class SiftDistance8;
