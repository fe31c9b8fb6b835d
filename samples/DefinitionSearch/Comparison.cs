using System.Diagnostics;
using KernelGen;
using Shared;

namespace DefinitionSearch;

/// <summary>One line of the table.</summary>
internal sealed record Result(
    Scheme Scheme, double Error, double Recall10, double Recall100, double NanosecondsPerVector, double SpeedUp, double EncodeRate);

/// <summary>Measures schemes against exact float search: what they cost, what they find, how fast.</summary>
internal sealed class Comparison(Dataset data, IReadOnlyList<Scheme> schemes)
{
    private const int Rounds = 7;

    /// <summary>Runs the comparison; each step reports its share done, 0 to 1.</summary>
    public Result[] Run(Action<double> exactProgress, Action<double> encodeProgress, Action<double> recallProgress, Action<double> speedProgress)
    {
        var truth = new GroundTruth(data, exactProgress);

        var indexes = new Index[schemes.Count];
        var errors = new double[schemes.Count];
        for (int i = 0; i < indexes.Length; i++)
        {
            indexes[i] = schemes[i].Build(data.Glosses, share => encodeProgress((i + share) / indexes.Length));
            errors[i] = indexes[i].RelativeError();
        }

        var recalls = new (double At10, double At100)[schemes.Count];
        for (int i = 0; i < indexes.Length; i++)
        {
            recalls[i] = (truth.Recall(indexes[i], 10), truth.Recall(indexes[i], 100));
            recallProgress((i + 1.0) / indexes.Length);
        }

        Timings timings = Measure(indexes, speedProgress);
        return [.. schemes.Select((scheme, i) => new Result(
            scheme, errors[i], recalls[i].At10, recalls[i].At100, timings.Search[i], timings.SpeedUp[i], timings.Encode[i]))];
    }

    private sealed record Timings(double[] Search, double[] SpeedUp, double[] Encode);

    /// <summary>
    /// Runs all contenders in turn, several times, each round starting with another one, and takes medians: what else the machine
    /// does then strikes all alike. The speed-up is the median of the ratios within a round.
    /// </summary>
    private Timings Measure(Index[] indexes, Action<double> progress)
    {
        var exact = new ExactSearch(data.Glosses);
        SearchAll(exact);
        var search = new double[indexes.Length][];
        var ratio = new double[indexes.Length][];
        var encode = new double[indexes.Length][];
        for (int i = 0; i < indexes.Length; i++)
        {
            (search[i], ratio[i], encode[i]) = (new double[Rounds], new double[Rounds], new double[Rounds]);
        }

        for (int round = 0; round < Rounds; round++)
        {
            double baseline = SearchAll(exact);
            for (int turn = 0; turn < indexes.Length; turn++)
            {
                int i = (round + turn) % indexes.Length;
                search[i][round] = SearchAll(indexes[i]);
                ratio[i][round] = baseline / search[i][round];
                encode[i][round] = indexes[i].EncodeRate();
                progress((round + ((turn + 1.0) / indexes.Length)) / Rounds);
            }
        }

        return new Timings([.. search.Select(Median.Of)], [.. ratio.Select(Median.Of)], [.. encode.Select(Median.Of)]);
    }

    /// <summary>Searches the ten best for all queries and returns nanoseconds per query and vector.</summary>
    private double SearchAll(ISearch search)
    {
        var hits = new Hit[10];
        long start = Stopwatch.GetTimestamp();
        for (int query = 0; query < data.Queries.Count; query++)
        {
            search.Search(data.Queries.Vector(query), hits);
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / data.Queries.Count / data.Glosses.Count;
    }
}
