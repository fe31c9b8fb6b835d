using KernelGen;

namespace EmbeddingBag;

// The tables that the sample compares: 400 bytes per word uncompressed.

[VectorCodec(100), ScalarQuantizer(bits: 8)]
internal sealed partial class Int8;

[VectorCodec(100), ScalarQuantizer(bits: 4)]
internal sealed partial class Int4;

[VectorCodec(100), ProductQuantizer(subspaces: 50, bits: 8)]
internal sealed partial class Pq50x8;

[VectorCodec(100), ProductQuantizer(subspaces: 25, bits: 8)]
internal sealed partial class Pq25x8;

[VectorCodec(100), ProductQuantizer(subspaces: 50, bits: 4)]
internal sealed partial class Pq50x4;

// What finds the words nearest to a bag, by the angle: exactly, and compressed like the table.

[VectorCodec(100, Metric = Metric.Cosine), FloatQuantizer(FloatFormat.Single)]
internal sealed partial class ExactWords;

[VectorCodec(100, Metric = Metric.Cosine), ProductQuantizer(subspaces: 25, bits: 8)]
internal sealed partial class CompressedWords;
