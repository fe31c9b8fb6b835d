namespace KernelGen.Benchmarks;

/// <summary>
/// How far squared distances that rotated codes estimate are from exact ones: independent normal values, as FAISS was measured.
/// </summary>
internal static class EstimateRun
{
    /// <summary>Sets of vectors over which the error is averaged: that of one scatters by 0.3 %.</summary>
    private const int Samples = 8;
    private const int Vectors = 2000;
    private const int Queries = 100;

    /// <summary>The mean of |estimate - distance| / distance.</summary>
    public static double Error<TCodec>()
        where TCodec : class, IVectorCodec<TCodec> =>
        Enumerable.Range(0, Samples).AsParallel().Average(Error<TCodec>);

    private static double Error<TCodec>(int sample)
        where TCodec : class, IVectorCodec<TCodec>
    {
        int dimensions = TCodec.Layout.Dimensions;
        float[] vectors = Workload.Gaussian(Vectors * dimensions, seed: 1000 + sample);
        float[] queries = Workload.Gaussian(Queries * dimensions, seed: 2000 + sample);
        using var set = new VectorSet<TCodec>(TCodec.Train(vectors));
        set.AddRange([.. Enumerable.Range(0, Vectors).Select(static row => (long)row)], vectors);
        double sum = 0;
        for (int q = 0; q < Queries; q++)
        {
            ReadOnlySpan<float> query = queries.AsSpan(q * dimensions, dimensions);
            foreach (Hit hit in set.Search(query, Vectors))
            {
                double distance = SquaredDistance(vectors.AsSpan((int)hit.Id * dimensions, dimensions), query);
                sum += Math.Abs(-hit.Score - distance) / distance;
            }
        }

        return sum / (Vectors * Queries);
    }

    private static double SquaredDistance(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        double sum = 0;
        for (int i = 0; i < first.Length; i++)
        {
            double difference = (double)first[i] - second[i];
            sum += difference * difference;
        }

        return sum;
    }
}
