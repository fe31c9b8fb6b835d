using System.Numerics.Tensors;

namespace KernelGen.Training.Tests.Quality;

/// <summary>Measures quantizers as Data/figures.py does.</summary>
internal sealed class QuantizerQuality
{
    private const int Nearest = 10;

    private readonly float[] _base;
    private readonly float[] _queries;
    private readonly long[] _ids;
    private readonly ExactScores _exact;

    /// <summary>Takes vectors, scaled to norm 1 for <see cref="Metric.Cosine"/>, and the exact scores.</summary>
    public QuantizerQuality(VectorPair vectors, int dimensions, Metric metric)
    {
        (_base, _queries) = vectors;
        if (metric == Metric.Cosine)
        {
            (_base, _queries) = (Normalized(_base, dimensions), Normalized(_queries, dimensions));
        }

        _ids = [.. Enumerable.Range(0, _base.Length / dimensions).Select(row => (long)row)];
        _exact = new ExactScores(new VectorPair(_base, _queries), dimensions, metric);
    }

    /// <summary>Trains, encodes and searches, with the defaults but for the seed.</summary>
    public (double Error, double Recall) Of<TCodec>(int seed)
        where TCodec : class, IVectorCodec<TCodec>
    {
        TCodec codec = TCodec.Train(_base, new CodebookTrainingOptions { Seed = seed });
        using var set = new VectorSet<TCodec>(codec);
        set.AddRange(_ids, _base);
        return (Error(codec), _exact.Recall(set.SearchBatch(_queries, Nearest, parallelism: -1), Nearest));
    }

    private double Error<TCodec>(TCodec codec)
        where TCodec : class, IVectorCodec<TCodec>
    {
        var codes = new byte[_ids.Length * TCodec.Layout.CodeBytes];
        codec.Encode(_base, codes);
        var decoded = new float[_base.Length];
        codec.Decode(codes, decoded);
        double sum = 0;
        for (int i = 0; i < decoded.Length; i++)
        {
            double difference = (double)_base[i] - decoded[i];
            sum += difference * difference;
        }

        return sum / _ids.Length;
    }

    private static float[] Normalized(float[] values, int dimensions) =>
    [
        .. values.Chunk(dimensions).SelectMany(row =>
        {
            double norm = TensorPrimitives.Norm<double>(Array.ConvertAll(row, static value => (double)value));
            return row.Select(value => (float)(value / norm));
        }),
    ];
}
