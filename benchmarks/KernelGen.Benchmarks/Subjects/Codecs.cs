namespace KernelGen.Benchmarks;

// 768 dimensions: every scheme.

[VectorCodec(768), FloatQuantizer(FloatFormat.Single)]
internal sealed partial class SingleX768;

[VectorCodec(768), FloatQuantizer(FloatFormat.Half)]
internal sealed partial class HalfX768;

[VectorCodec(768), FloatQuantizer(FloatFormat.BFloat16)]
internal sealed partial class BFloat16X768;

[VectorCodec(768), FloatQuantizer(FloatFormat.E4M3), Scale(Granularity.Vector)]
internal sealed partial class E4M3X768;

[VectorCodec(768), FloatQuantizer(FloatFormat.E5M2), Scale(Granularity.Vector)]
internal sealed partial class E5M2X768;

[VectorCodec(768), ScalarQuantizer(8)]
internal sealed partial class Int8X768;

[VectorCodec(768), ScalarQuantizer(8), Scale(Granularity.Channel)]
internal sealed partial class Int8ChannelX768;

[VectorCodec(768), ScalarQuantizer(7)]
internal sealed partial class Int7X768;

[VectorCodec(768), ScalarQuantizer(6)]
internal sealed partial class Int6X768;

[VectorCodec(768), ScalarQuantizer(5)]
internal sealed partial class Int5X768;

[VectorCodec(768), ScalarQuantizer(4)]
internal sealed partial class Int4X768;

[VectorCodec(768), ScalarQuantizer(4), Scale(Granularity.Block, Size = 32, Format = ScaleFormat.Half)]
internal sealed partial class Int4Block32X768;

[VectorCodec(768), ScalarQuantizer(3)]
internal sealed partial class Int3X768;

[VectorCodec(768), ScalarQuantizer(2)]
internal sealed partial class Int2X768;

[VectorCodec(768), ScalarQuantizer(1)]
internal sealed partial class Int1X768;

// Other dimensions: 8 and 4 bits.

[VectorCodec(128), ScalarQuantizer(8)]
internal sealed partial class Int8X128;

[VectorCodec(384), ScalarQuantizer(8)]
internal sealed partial class Int8X384;

[VectorCodec(1024), ScalarQuantizer(8)]
internal sealed partial class Int8X1024;

[VectorCodec(1536), ScalarQuantizer(8)]
internal sealed partial class Int8X1536;

[VectorCodec(128), ScalarQuantizer(4)]
internal sealed partial class Int4X128;

[VectorCodec(384), ScalarQuantizer(4)]
internal sealed partial class Int4X384;

[VectorCodec(1024), ScalarQuantizer(4)]
internal sealed partial class Int4X1024;

[VectorCodec(1536), ScalarQuantizer(4)]
internal sealed partial class Int4X1536;

// Prefixes.

[VectorCodec(768, Prefixes = [64, 256]), ScalarQuantizer(8)]
internal sealed partial class Int8PrefixesX768;

[VectorCodec(768, Prefixes = [64, 256]), ScalarQuantizer(4)]
internal sealed partial class Int4PrefixesX768;

// Product codes.

[VectorCodec(128), ProductQuantizer(32, 4)]
internal sealed partial class Product32x4X128;

[VectorCodec(768), ProductQuantizer(96, 4)]
internal sealed partial class Product96x4X768;

[VectorCodec(768), ProductQuantizer(192, 4)]
internal sealed partial class Product192x4X768;

[VectorCodec(128), ProductQuantizer(16, 8)]
internal sealed partial class Product16x8X128;

[VectorCodec(768), ProductQuantizer(96, 8)]
internal sealed partial class Product96x8X768;

// Product codes of real embeddings.

[VectorCodec(512, Metric = Metric.Cosine), ProductQuantizer(128, 4)]
internal sealed partial class Product128x4X512;

[VectorCodec(512, Metric = Metric.Cosine), ProductQuantizer(64, 4)]
internal sealed partial class Product64x4X512;

[VectorCodec(512, Metric = Metric.Cosine), ProductQuantizer(32, 8)]
internal sealed partial class Product32x8X512;

[VectorCodec(512, Metric = Metric.Cosine), ProductQuantizer(64, 8)]
internal sealed partial class Product64x8X512;

// Residual and additive codes: 8, 96 and 193 bytes.

[VectorCodec(128), ResidualQuantizer(8, 8)]
internal sealed partial class Residual8x8X128;

[VectorCodec(768), ResidualQuantizer(4, 8, Subspaces = 24)]
internal sealed partial class Residual24x4x8X768;

[VectorCodec(768), AdditiveQuantizer(2, 8, GroupSize = 8, Norm = Norm.Byte)]
internal sealed partial class Additive2x8X768;

// Transforms, in front of 8 bits.

[VectorCodec(768), Rotate(Rotation.Hadamard), ScalarQuantizer(8)]
internal sealed partial class HadamardX768;

[VectorCodec(768), Rotate(Rotation.Random), ScalarQuantizer(8)]
internal sealed partial class RandomX768;

[VectorCodec(768), Pca(256), ScalarQuantizer(8)]
internal sealed partial class Pca256X768;

// Sums of rows: the dimensions of word vectors.

[VectorCodec(100), ScalarQuantizer(8)]
internal sealed partial class Int8X100;

[VectorCodec(100), ScalarQuantizer(4)]
internal sealed partial class Int4X100;

[VectorCodec(100), ProductQuantizer(50, 4)]
internal sealed partial class Product50x4X100;

[VectorCodec(100), ProductQuantizer(25, 8)]
internal sealed partial class Product25x8X100;

// Two-stage search: coarse codes and fine ones.

[VectorCodec(768, Metric = Metric.Cosine), ScalarQuantizer(8)]
internal sealed partial class Int8CosineX768;

[VectorCodec(768, Metric = Metric.Cosine), RotatedQuantizer(1)]
internal sealed partial class Rotated1CosineX768;

// Rotated codes.

[VectorCodec(768), RotatedQuantizer(1)]
internal sealed partial class Rotated1X768;

[VectorCodec(768), RotatedQuantizer(2)]
internal sealed partial class Rotated2X768;

[VectorCodec(768), RotatedQuantizer(4)]
internal sealed partial class Rotated4X768;

[VectorCodec(768), RotatedQuantizer(4, ScaleSearch = ScaleSearch.Fast)]
internal sealed partial class RotatedFast4X768;

[VectorCodec(768), RotatedQuantizer(4, Levels = GridLevels.LloydMax)]
internal sealed partial class RotatedLloydMax4X768;

[VectorCodec(768), RotatedQuantizer(8)]
internal sealed partial class Rotated8X768;

[VectorCodec(128), RotatedQuantizer(1)]
internal sealed partial class Rotated1X128;

// Rotated codes that estimate squared distances.

[VectorCodec(128, Metric = Metric.SquaredL2), RotatedQuantizer(1)]
internal sealed partial class Rotated1L2X128;

[VectorCodec(768, Metric = Metric.SquaredL2), RotatedQuantizer(1)]
internal sealed partial class Rotated1L2X768;

[VectorCodec(768, Metric = Metric.SquaredL2), RotatedQuantizer(2)]
internal sealed partial class Rotated2L2X768;

[VectorCodec(768, Metric = Metric.SquaredL2), RotatedQuantizer(4)]
internal sealed partial class Rotated4L2X768;

[VectorCodec(768, Metric = Metric.SquaredL2), RotatedQuantizer(8)]
internal sealed partial class Rotated8L2X768;

// Signs.

[VectorCodec(1024, Metric = Metric.Hamming), BinaryQuantizer]
internal sealed partial class Bits1024;

[VectorCodec(128), BinaryQuantizer]
internal sealed partial class Signs128;

[VectorCodec(768), BinaryQuantizer]
internal sealed partial class Signs768;
