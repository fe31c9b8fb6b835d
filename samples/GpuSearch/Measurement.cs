using System.Diagnostics;
using DefinitionSearch;
using KernelGen;
using Shared;

namespace GpuSearch;

/// <summary>Searches on one device.</summary>
/// <param name="FirstMilliseconds">The first search. On a GPU it opens the device, compiles the kernels and uploads the set.</param>
/// <param name="OneMilliseconds">A later search: the median of the last quarter, when Auto has made up its mind.</param>
/// <param name="BatchMilliseconds">A batch, the median.</param>
/// <param name="Searches">Number of searches with a single query.</param>
/// <param name="SentToGpu">How many of these went to the GPU.</param>
/// <param name="Hits">What the first search found.</param>
internal sealed record Measurement(
    double FirstMilliseconds, double OneMilliseconds, double BatchMilliseconds, int Searches, int SentToGpu, Hit[] Hits)
{
    private const int K = 3;
    private const int MaximumSearches = 200;
    private const int MaximumBatches = 10;

    public static Measurement Take(
        VectorSet<DefinitionCodec> set, Device device, int? deviceIndex, TextVectors queries, int shown, int batch, double seconds)
    {
        var model = new CountingCostModel();
        set.Device = device;
        set.GpuOptions = new GpuOptions { DeviceIndex = deviceIndex, CostModel = model };

        Hit[] hits = [];
        double[] single = Time(MaximumSearches, seconds, i =>
        {
            Hit[] found = set.Search(queries.Vector((shown + i) % queries.Count), K, parallelism: -1);
            hits = i == 0 ? found : hits;
        });
        int sent = device == Device.Gpu ? single.Length : model.SentToGpu;
        double[] batches = Time(MaximumBatches, seconds, _ => set.SearchBatch(queries.Values.AsSpan(0, batch * queries.Dimensions), K, parallelism: -1));
        return new Measurement(single[0], Median.Of(single[(single.Length * 3 / 4)..]), Median.Of(batches), single.Length, sent, hits);
    }

    /// <summary>Milliseconds of each round.</summary>
    private static double[] Time(int maximumRounds, double seconds, Action<int> action)
    {
        var rounds = new List<double>();
        long start = Stopwatch.GetTimestamp();
        do
        {
            long before = Stopwatch.GetTimestamp();
            action(rounds.Count);
            rounds.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }
        while (rounds.Count < maximumRounds && Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
        return [.. rounds];
    }

    /// <summary>Decides as the runtime does by default, and counts.</summary>
    private sealed class CountingCostModel : GpuCostModel
    {
        public int SentToGpu { get; private set; }

        public override bool PrefersGpu(in GpuWorkload workload)
        {
            bool prefers = base.PrefersGpu(workload);
            SentToGpu += prefers ? 1 : 0;
            return prefers;
        }
    }
}
