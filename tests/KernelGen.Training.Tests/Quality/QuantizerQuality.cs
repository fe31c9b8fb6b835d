using System.Numerics.Tensors;

namespace KernelGen.Training.Tests.Quality;

/// <summary>Measures quantizers as Data/figures.py does.</summary>
internal sealed class QuantizerQuality
{
    private const int Nearest = 10;

    private readonly float[] _base;
    private readonly float[] _queries;
    private readonly int _dimensions;
    private readonly long[] _ids;
    private readonly double[][] _scores;

    /// <summary>Takes vectors, scaled to norm 1 for <see cref="Metric.Cosine"/>, and the exact scores.</summary>
    public QuantizerQuality(VectorPair vectors, int dimensions, Metric metric)
    {
        (_base, _queries) = vectors;
        if (metric == Metric.Cosine)
        {
            (_base, _queries) = (Normalized(_base, dimensions), Normalized(_queries, dimensions));
        }

        _dimensions = dimensions;
        _ids = [.. Enumerable.Range(0, _base.Length / dimensions).Select(row => (long)row)];
        double[][] rows = Rows(_base, dimensions);
        _scores = [.. Rows(_queries, dimensions).AsParallel().AsOrdered().Select(query => Scores(query, rows, metric))];
    }

    /// <summary>Trains, encodes and searches, with the defaults but for the seed.</summary>
    public (double Error, double Recall) Of<TCodec>(int seed)
        where TCodec : class, IVectorCodec<TCodec>
    {
        TCodec codec = TCodec.Train(_base, new CodebookTrainingOptions { Seed = seed });
        using var set = new VectorSet<TCodec>(codec);
        set.AddRange(_ids, _base);
        Hit[][] found = set.SearchBatch(_queries, Nearest, parallelism: -1);
        double hits = 0;
        for (int i = 0; i < found.Length; i++)
        {
            // Of equally near rows any will do.
            double tenth = _scores[i].OrderDescending().ElementAt(Nearest - 1);
            hits += found[i].Count(hit => _scores[i][hit.Id] >= tenth - (1e-9 * Math.Abs(tenth)));
        }

        return (Error(codec), hits / (Nearest * found.Length));
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

    private static double[] Scores(double[] query, double[][] rows, Metric metric) =>
    [
        .. rows.Select(row => metric == Metric.Cosine
            ? TensorPrimitives.Dot<double>(query, row)
            : (2 * TensorPrimitives.Dot<double>(query, row)) - TensorPrimitives.SumOfSquares<double>(row)),
    ];

    private static double[][] Rows(float[] values, int dimensions) =>
        [.. values.Chunk(dimensions).Select(row => Array.ConvertAll(row, value => (double)value))];

    private static float[] Normalized(float[] values, int dimensions) =>
    [
        .. Rows(values, dimensions).SelectMany(row =>
        {
            double norm = TensorPrimitives.Norm<double>(row);
            return row.Select(value => (float)(value / norm));
        }),
    ];
}
