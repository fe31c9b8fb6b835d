namespace KernelGen.GpuBenchmarks;

[VectorCodec(768)]
[ScalarQuantizer(8)]
public sealed partial class Int8;

[VectorCodec(768)]
[ScalarQuantizer(6)]
public sealed partial class Int6;

[VectorCodec(768)]
[ScalarQuantizer(4)]
public sealed partial class Int4;

[VectorCodec(768)]
[ScalarQuantizer(1)]
public sealed partial class Int1;

[VectorCodec(768)]
[FloatQuantizer(FloatFormat.Half)]
public sealed partial class Half768;

[VectorCodec(768)]
[FloatQuantizer(FloatFormat.E4M3)]
[Scale(Granularity.Vector)]
public sealed partial class E4M3;
