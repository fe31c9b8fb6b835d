using System.Diagnostics;
using KernelGen.Training;

namespace KernelGen.Benchmarks;

/// <summary>Training of product codes on one thread, as FAISS was measured: 96 subspaces of 8 bits, 100,000 Gaussian vectors, ten iterations.</summary>
internal sealed class TrainingRun
{
    private const int Vectors = 100_000;

    private static readonly CodebookTrainingOptions s_options = new() { Iterations = 10, MaximumThreads = 1 };

    private readonly float[] _sample = Workload.Gaussian(Vectors * Product96x8X768.Layout.Dimensions, seed: 5);
    private Product96x8X768? _codec;

    /// <summary>Trains and returns seconds.</summary>
    public double Train()
    {
        long start = Stopwatch.GetTimestamp();
        _codec = Product96x8X768.Train(_sample, s_options);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The mean squared error of a value of the sample under the last codec.</summary>
    public double Error()
    {
        var codes = new byte[Vectors * Product96x8X768.Layout.CodeBytes];
        var decoded = new float[_sample.Length];
        _codec!.Encode(_sample, codes);
        _codec.Decode(codes, decoded);
        double sum = 0;
        for (int i = 0; i < decoded.Length; i++)
        {
            double difference = (double)decoded[i] - _sample[i];
            sum += difference * difference;
        }

        return sum / decoded.Length;
    }
}
