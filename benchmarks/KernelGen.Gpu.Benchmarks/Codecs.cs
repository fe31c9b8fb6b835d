namespace KernelGen.GpuBenchmarks;

[VectorCodec(768)]
[ScalarQuantizer(8)]
public sealed partial class Int8;

[VectorCodec(768)]
[ScalarQuantizer(8)]
[Scale(Granularity.Channel)]
public sealed partial class Int8Channel;

[VectorCodec(768)]
[ScalarQuantizer(6)]
public sealed partial class Int6;

[VectorCodec(768)]
[ScalarQuantizer(5)]
public sealed partial class Int5;

[VectorCodec(768)]
[ScalarQuantizer(4)]
public sealed partial class Int4;

[VectorCodec(768)]
[ScalarQuantizer(4)]
[Scale(Granularity.Block, Size = 32)]
public sealed partial class Int4Block32;

[VectorCodec(768)]
[ScalarQuantizer(3)]
public sealed partial class Int3;

[VectorCodec(768)]
[ScalarQuantizer(2)]
public sealed partial class Int2;

[VectorCodec(768)]
[ScalarQuantizer(1)]
public sealed partial class Int1;

[VectorCodec(768)]
[FloatQuantizer(FloatFormat.Single)]
public sealed partial class Single768;

[VectorCodec(768)]
[FloatQuantizer(FloatFormat.Half)]
public sealed partial class Half768;

[VectorCodec(768)]
[FloatQuantizer(FloatFormat.E4M3)]
[Scale(Granularity.Vector)]
public sealed partial class E4M3;

[VectorCodec(768)]
[ProductQuantizer(192, 4)]
public sealed partial class Product192x4;

[VectorCodec(768)]
[ProductQuantizer(96, 4)]
public sealed partial class Product96x4;

[VectorCodec(768)]
[ProductQuantizer(96, 8)]
public sealed partial class Product96x8;

[VectorCodec(768)]
[ProductQuantizer(32, 8)]
public sealed partial class Product32x8;

[VectorCodec(768)]
[BinaryQuantizer]
public sealed partial class Signs;

[VectorCodec(768, Metric = Metric.Hamming)]
[BinaryQuantizer]
public sealed partial class SignsHamming;

[VectorCodec(768)]
[RotatedQuantizer(1)]
public sealed partial class Rotated1;
