using System.Diagnostics;
using System.Numerics.Tensors;
using Shared;

namespace EmbeddingBag;

/// <summary>One line of the table.</summary>
internal sealed record Result(IEmbeddingTable Table, double Error, double Cosine, double LeastCosine, double MillionRows, double SpeedUp);

/// <summary>Measures tables against the loop over floats: what they cost, how close bags come, how fast.</summary>
internal sealed class Comparison(TextVectors words, IReadOnlyList<IEmbeddingTable> tables)
{
    public const int Bags = 500;
    public const int BagSize = 32;
    private const int Rounds = 9;
    private const int Passes = 20;

    private readonly Bag[] _bags = Draw(words.Count);

    /// <summary>Runs the comparison; both steps report their share done, 0 to 1. The first table has the exact vectors.</summary>
    public Result[] Run(Action<double> bagProgress, Action<double> speedProgress)
    {
        var errors = new double[tables.Count];
        var cosines = new double[tables.Count][];
        for (int i = 0; i < tables.Count; i++)
        {
            errors[i] = RelativeError(tables[i]);
            cosines[i] = [.. _bags.Select(bag => (double)TensorPrimitives.CosineSimilarity<float>(
                bag.Sum(tables[0], words.Dimensions), bag.Sum(tables[i], words.Dimensions)))];
            bagProgress((i + 1.0) / tables.Count);
        }

        (double Rate, double SpeedUp)[] speeds = Measure(speedProgress);
        return [.. tables.Select((table, i) =>
            new Result(table, errors[i], cosines[i].Average(), cosines[i].Min(), speeds[i].Rate, speeds[i].SpeedUp))];
    }

    private static Bag[] Draw(int words)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Bags).Select(_ => Bag.Draw(random, BagSize, words))];
    }

    /// <summary>Squared distance between vectors and what the table has in their place, relative to their squared length.</summary>
    private double RelativeError(IEmbeddingTable table)
    {
        double error = 0;
        for (int word = 0; word < words.Count; word++)
        {
            float distance = TensorPrimitives.Distance(words.Vector(word), new Bag([word], [1]).Sum(table, words.Dimensions));
            error += (double)distance * distance;
        }

        return error / TensorPrimitives.SumOfSquares<float>(words.Values);
    }

    /// <summary>
    /// Runs all tables in turn, several times, each round starting with another one, and takes medians: what else the machine does
    /// then strikes all alike. The speed-up is the median of the ratios within a round; the first table is the yardstick.
    /// </summary>
    private (double Rate, double SpeedUp)[] Measure(Action<double> progress)
    {
        var times = new double[tables.Count][];
        for (int i = 0; i < times.Length; i++)
        {
            times[i] = new double[Rounds];
        }

        for (int round = 0; round < Rounds; round++)
        {
            for (int turn = 0; turn < tables.Count; turn++)
            {
                int i = (round + turn) % tables.Count;
                times[i][round] = MicrosecondsPerRow(tables[i]);
                progress((round + ((turn + 1.0) / tables.Count)) / Rounds);
            }
        }

        return [.. times.Select(rounds => (
            1 / Median.Of(rounds), Median.Of(rounds.Zip(times[0], (own, yardstick) => yardstick / own))))];
    }

    private double MicrosecondsPerRow(IEmbeddingTable table)
    {
        var sum = new float[words.Dimensions];
        long start = Stopwatch.GetTimestamp();
        for (int pass = 0; pass < Passes; pass++)
        {
            foreach (Bag bag in _bags)
            {
                Array.Clear(sum);
                table.Accumulate(bag.Words, bag.Weights, sum);
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / Passes / Bags / BagSize;
    }
}
