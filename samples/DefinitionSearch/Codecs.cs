using KernelGen;

namespace DefinitionSearch;

// The schemes that the sample compares. Each is one line of attributes; the rest of the program does not know which one it runs.

[VectorCodec(512, Metric = Metric.Cosine), FloatQuantizer(FloatFormat.Single)]
internal sealed partial class Float32;

[VectorCodec(512, Metric = Metric.Cosine), FloatQuantizer(FloatFormat.Half)]
internal sealed partial class Float16;

[VectorCodec(512, Metric = Metric.Cosine), FloatQuantizer(FloatFormat.BFloat16)]
internal sealed partial class BFloat16;

[VectorCodec(512, Metric = Metric.Cosine), FloatQuantizer(FloatFormat.E4M3), Scale(Granularity.Vector)]
internal sealed partial class Float8;

[VectorCodec(512, Metric = Metric.Cosine), ScalarQuantizer(bits: 8)]
internal sealed partial class Int8;

[VectorCodec(512, Metric = Metric.Cosine), ScalarQuantizer(bits: 8), Scale(Granularity.Channel)]
internal sealed partial class Int8Channel;

[VectorCodec(512, Metric = Metric.Cosine), ScalarQuantizer(bits: 6)]
internal sealed partial class Int6;

[VectorCodec(512, Metric = Metric.Cosine), ScalarQuantizer(bits: 5)]
internal sealed partial class Int5;

[VectorCodec(512, Metric = Metric.Cosine), ScalarQuantizer(bits: 4)]
internal sealed partial class Int4;

[VectorCodec(512, Metric = Metric.Cosine), ScalarQuantizer(bits: 4), Scale(Granularity.Block, Size = 32, Format = ScaleFormat.Half)]
internal sealed partial class Int4Block32;

[VectorCodec(512, Metric = Metric.Cosine), ScalarQuantizer(bits: 3)]
internal sealed partial class Int3;

[VectorCodec(512, Metric = Metric.Cosine), ScalarQuantizer(bits: 2)]
internal sealed partial class Int2;

[VectorCodec(512, Metric = Metric.Cosine), ScalarQuantizer(bits: 1)]
internal sealed partial class Int1;

// Signs: a bit per dimension, with queries of floats or of bits.

[VectorCodec(512, Metric = Metric.Cosine), Center, BinaryQuantizer]
internal sealed partial class Signs;

[VectorCodec(512, Metric = Metric.Hamming), Center, BinaryQuantizer]
internal sealed partial class Bits;

// Several signs per dimension, of values and of what signs leave over; queries are such codes too.

[VectorCodec(512, Metric = Metric.Cosine), BinaryQuantizer(Planes = 4)]
internal sealed partial class Planes4;

[VectorCodec(512, Metric = Metric.Cosine), BinaryQuantizer(Planes = 2)]
internal sealed partial class Planes2;

// Rotated codes: the mean taken away, a random rotation, few bits, estimates without bias.

[VectorCodec(512, Metric = Metric.Cosine), RotatedQuantizer(bits: 4)]
internal sealed partial class Rotated4;

[VectorCodec(512, Metric = Metric.Cosine), RotatedQuantizer(bits: 2)]
internal sealed partial class Rotated2;

[VectorCodec(512, Metric = Metric.Cosine), RotatedQuantizer(bits: 1)]
internal sealed partial class Rotated1;

// The same with levels that suit normal values.

[VectorCodec(512, Metric = Metric.Cosine), RotatedQuantizer(bits: 4, Levels = GridLevels.LloydMax)]
internal sealed partial class Lloyd4;

[VectorCodec(512, Metric = Metric.Cosine), RotatedQuantizer(bits: 2, Levels = GridLevels.LloydMax)]
internal sealed partial class Lloyd2;

// Transforms before codes: principal components for bytes, a learned rotation for codebooks (optimized product quantization).

[VectorCodec(512, Metric = Metric.Cosine), Pca(256), ScalarQuantizer(bits: 8)]
internal sealed partial class Int8Pca256;

[VectorCodec(512, Metric = Metric.Cosine), Rotate(Rotation.Learned), ProductQuantizer(subspaces: 128, bits: 4)]
internal sealed partial class Opq128x4;

// Product quantizers, by subspaces and bits: codebooks that Train learns with the package KernelGen.Training.

[VectorCodec(512, Metric = Metric.Cosine), ProductQuantizer(subspaces: 256, bits: 4)]
internal sealed partial class Pq256x4;

[VectorCodec(512, Metric = Metric.Cosine), ProductQuantizer(subspaces: 128, bits: 4)]
internal sealed partial class Pq128x4;

[VectorCodec(512, Metric = Metric.Cosine), ProductQuantizer(subspaces: 128, bits: 8)]
internal sealed partial class Pq128x8;

[VectorCodec(512, Metric = Metric.Cosine), ProductQuantizer(subspaces: 64, bits: 8)]
internal sealed partial class Pq64x8;

[VectorCodec(512, Metric = Metric.Cosine), ProductQuantizer(subspaces: 32, bits: 8)]
internal sealed partial class Pq32x8;

// A product residual quantizer, by subspaces, stages and bits.

[VectorCodec(512, Metric = Metric.Cosine), ResidualQuantizer(stages: 2, bits: 8, Subspaces = 16)]
internal sealed partial class Prq16x2x8;
