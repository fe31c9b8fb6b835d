namespace KernelGen.Training.Tests.Planes;

// Two and four planes for PlanesRecallTests. Where dimensions are all positive or differ (pixels, SIFT), the mean is taken away and the rest rotated.
[VectorCodec(512, Metric = Metric.Cosine), BinaryQuantizer(Planes = 2)]
internal sealed partial class UsePlanes2;

[VectorCodec(512, Metric = Metric.Cosine), BinaryQuantizer(Planes = 4)]
internal sealed partial class UsePlanes4;

[VectorCodec(100, Metric = Metric.Cosine), BinaryQuantizer(Planes = 2)]
internal sealed partial class GlovePlanes2;

[VectorCodec(100, Metric = Metric.Cosine), BinaryQuantizer(Planes = 4)]
internal sealed partial class GlovePlanes4;

[VectorCodec(784, Metric = Metric.SquaredL2), Center, Rotate(Rotation.Hadamard), BinaryQuantizer(Planes = 2)]
internal sealed partial class FashionPlanes2;

[VectorCodec(784, Metric = Metric.SquaredL2), Center, Rotate(Rotation.Hadamard), BinaryQuantizer(Planes = 4)]
internal sealed partial class FashionPlanes4;

[VectorCodec(384, Metric = Metric.Cosine), BinaryQuantizer(Planes = 2)]
internal sealed partial class MiniLmPlanes2;

[VectorCodec(384, Metric = Metric.Cosine), BinaryQuantizer(Planes = 4)]
internal sealed partial class MiniLmPlanes4;

[VectorCodec(128, Metric = Metric.SquaredL2), Center, Rotate(Rotation.Hadamard), BinaryQuantizer(Planes = 2)]
internal sealed partial class SiftPlanes2;

[VectorCodec(128, Metric = Metric.SquaredL2), Center, Rotate(Rotation.Hadamard), BinaryQuantizer(Planes = 4)]
internal sealed partial class SiftPlanes4;
