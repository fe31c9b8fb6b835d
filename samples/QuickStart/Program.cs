using KernelGen;

// 10,000 vectors of 384 dimensions. Yours come from an embedding model.
var random = new Random(1);
float[] vectors = [.. Enumerable.Range(0, 10_000 * 384).Select(_ => random.NextSingle() - 0.5f)];
long[] ids = [.. Enumerable.Range(0, 10_000).Select(i => (long)i)];

var codec = SentenceCodec.Train(vectors);
var set = new VectorSet<SentenceCodec>(codec);
set.AddRange(ids, vectors);

foreach (Hit hit in set.Search(vectors.AsSpan(0, 384), k: 3))
{
    Console.WriteLine($"{hit.Id,5}  {hit.Score:F4}");
}

[VectorCodec(384, Metric = Metric.Cosine)]
[ScalarQuantizer(bits: 8)]
internal sealed partial class SentenceCodec;
