using System.Numerics.Tensors;

namespace KernelGen.Training.Tests.Quality;

/// <summary>Scores of all queries and vectors in double precision, and what searches find by them.</summary>
internal sealed class ExactScores
{
    private readonly double[][] _scores;

    /// <summary>Takes vectors; under <see cref="Metric.Cosine"/> of any norm but 0.</summary>
    public ExactScores(VectorPair vectors, int dimensions, Metric metric)
    {
        double[][] rows = Rows(vectors.Base, dimensions, metric);
        double[] squares = Array.ConvertAll(rows, row => metric == Metric.SquaredL2 ? TensorPrimitives.SumOfSquares<double>(row) : 0);
        _scores = [.. Rows(vectors.Queries, dimensions, metric).AsParallel().AsOrdered().Select(query => Scores(query, rows, squares, metric))];
    }

    /// <summary>The share of the k best that searches found, the mean over all queries. Of equally near rows any will do.</summary>
    public double Recall(IEnumerable<IReadOnlyList<Hit>> found, int k) => found.Zip(_scores, (hits, scores) =>
    {
        double last = scores.OrderDescending().ElementAt(k - 1);
        return (double)hits.Count(hit => scores[hit.Id] >= last - (1e-9 * Math.Abs(last))) / k;
    }).Average();

    /// <summary>Squared distances lack the query's own square, and are negated.</summary>
    private static double[] Scores(double[] query, double[][] rows, double[] squares, Metric metric)
    {
        int factor = metric == Metric.SquaredL2 ? 2 : 1;
        return [.. rows.Select((row, i) => (factor * TensorPrimitives.Dot<double>(query, row)) - squares[i])];
    }

    private static double[][] Rows(float[] values, int dimensions, Metric metric) =>
    [
        .. values.Chunk(dimensions).Select(values =>
        {
            double[] row = Array.ConvertAll(values, static value => (double)value);
            if (metric == Metric.Cosine)
            {
                TensorPrimitives.Divide(row, TensorPrimitives.Norm<double>(row), row);
            }

            return row;
        }),
    ];
}
