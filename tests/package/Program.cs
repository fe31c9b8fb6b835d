using KernelGen;

Console.WriteLine(typeof(SentenceCodec));

[VectorCodec(384, Metric = Metric.Cosine)]
[ScalarQuantizer(8)]
internal sealed partial class SentenceCodec;
