using KernelGen.Training.Clustering;
using MathNet.Numerics.LinearAlgebra.Double;

namespace KernelGen.Training.Linear;

/// <summary>
/// Improves a rotation by rotations of two dimensions each: pairs are chosen by their gain, disjoint ones at a time, and each turns by the angle that is best for
/// it (block Givens coordinate descent: Jiang et al.: Givens coordinate descent methods for rotation matrix learning in trainable embedding indexes, 2022).
/// </summary>
internal static class GivensDescent
{
    /// <summary>Blocks of disjoint pairs per improvement.</summary>
    private const int Blocks = 16;

    /// <summary>A rotation that brings a sample nearer to targets than the one given.</summary>
    /// <param name="rotation">Row after row.</param>
    /// <param name="targets">What rotated rows should be.</param>
    /// <param name="sample">Rows before they are rotated.</param>
    /// <param name="workers">The threads.</param>
    internal static float[] Improve(float[] rotation, GroupedPoints targets, SampleChunks sample, Workers workers)
    {
        int n = sample.Dimensions;

        // Row a, column b: the sum of target value a times rotated value b. Its trace is to be as great as it can; turning the rotation turns columns.
        var current = DenseMatrix.Create(n, n, (j, k) => rotation[(j * n) + k]);
        double[] trace = Rotations.Correlation(targets, sample, workers).TransposeAndMultiply(current).ToRowMajorArray();
        double[] turned = current.ToRowMajorArray();
        var gains = new List<(double Gain, int First, int Second)>();
        var isUsed = new bool[n];
        for (int block = 0; block < Blocks; block++)
        {
            workers.CancellationToken.ThrowIfCancellationRequested();
            gains.Clear();
            for (int i = 0; i < n; i++)
            {
                for (int j = i + 1; j < n; j++)
                {
                    double cosine = trace[(i * n) + i] + trace[(j * n) + j];
                    double sine = trace[(i * n) + j] - trace[(j * n) + i];
                    double gain = Math.Sqrt((cosine * cosine) + (sine * sine)) - cosine;
                    if (gain > 0)
                    {
                        gains.Add((gain, i, j));
                    }
                }
            }

            gains.Sort(static (left, right) => left.Gain != right.Gain
                ? right.Gain.CompareTo(left.Gain)
                : (left.First, left.Second).CompareTo((right.First, right.Second)));
            Array.Clear(isUsed);
            foreach ((double _, int i, int j) in gains)
            {
                if (!isUsed[i] && !isUsed[j])
                {
                    isUsed[i] = isUsed[j] = true;
                    Turn(trace, turned, n, i, j);
                }
            }
        }

        return [.. turned.Select(static value => (float)value)];
    }

    /// <summary>Turns rows i and j of the rotation, and so columns i and j of the trace's matrix, by the angle that makes its trace greatest.</summary>
    private static void Turn(double[] trace, double[] rotation, int n, int i, int j)
    {
        double cosine = trace[(i * n) + i] + trace[(j * n) + j];
        double sine = trace[(i * n) + j] - trace[(j * n) + i];
        double length = Math.Sqrt((cosine * cosine) + (sine * sine));
        (cosine, sine) = (cosine / length, sine / length);
        for (int k = 0; k < n; k++)
        {
            (double a, double b) = (rotation[(i * n) + k], rotation[(j * n) + k]);
            rotation[(i * n) + k] = (cosine * a) + (sine * b);
            rotation[(j * n) + k] = (cosine * b) - (sine * a);
            (a, b) = (trace[(k * n) + i], trace[(k * n) + j]);
            trace[(k * n) + i] = (cosine * a) + (sine * b);
            trace[(k * n) + j] = (cosine * b) - (sine * a);
        }
    }
}
