using System.Numerics;

namespace KernelGen.Tests.Transforms;

/// <summary>Rotations as docs/rotations.md defines them: their bits in single precision, their mathematics in double.</summary>
internal sealed class RotationReference(int dimensions, byte[] signBits)
{
    private const int Rounds = 4;
    private readonly int _window = 1 << BitOperations.Log2((uint)dimensions);

    private bool HasKacSteps => _window < dimensions;

    /// <summary>The prescribed operations in single precision.</summary>
    public float[] Rotate(ReadOnlySpan<float> vector)
    {
        float[] x = vector.ToArray();
        for (int round = 0; round < Rounds; round++)
        {
            Multiply(x, round);
            Transform(x, round);
            Kac(x);
        }

        return x;
    }

    /// <summary>The prescribed operations of the inverse in single precision.</summary>
    public float[] RotateBack(ReadOnlySpan<float> vector)
    {
        float[] x = vector.ToArray();
        for (int round = Rounds - 1; round >= 0; round--)
        {
            Kac(x);
            Transform(x, round);
            Multiply(x, round);
        }

        return x;
    }

    /// <summary>The rotation in double precision, its transform summed from the entries of the Hadamard matrix.</summary>
    public double[] RotateExactly(ReadOnlySpan<float> vector)
    {
        double[] x = [.. vector.ToArray().Select(value => (double)value)];
        for (int round = 0; round < Rounds; round++)
        {
            x = [.. x.Select((value, i) => Flips(round, i) ? -value : value)];
            int start = Start(round);
            double[] values = x[start..(start + _window)];
            for (int i = 0; i < _window; i++)
            {
                double sum = values.Select((value, j) => IsNegative(i, j) ? -value : value).Sum();
                x[start + i] = sum / Math.Sqrt(_window);
            }

            int half = (dimensions + 1) / 2;
            for (int i = 0; HasKacSteps && i + half < dimensions; i++)
            {
                (x[i], x[i + half]) = ((x[i] + x[i + half]) / Math.Sqrt(2), (x[i] - x[i + half]) / Math.Sqrt(2));
            }
        }

        return x;
    }

    /// <summary>Whether the entry of the Hadamard matrix in row i, column j is -1.</summary>
    private static bool IsNegative(int i, int j) => int.IsOddInteger(BitOperations.PopCount((uint)(i & j)));

    private bool Flips(int round, int i) => (signBits[(round * ((dimensions + 7) / 8)) + (i / 8)] & (1 << (i % 8))) != 0;

    private int Start(int round) => int.IsEvenInteger(round) ? 0 : dimensions - _window;

    private void Multiply(float[] x, int round)
    {
        for (int i = 0; i < dimensions; i++)
        {
            float factor = i >= Start(round) && i < Start(round) + _window ? (float)(1 / Math.Sqrt(_window)) : 1;
            factor *= round == 0 && HasKacSteps ? 0.25f : 1;
            x[i] *= Flips(round, i) ? -factor : factor;
        }
    }

    private void Transform(float[] x, int round)
    {
        for (int distance = 1; distance < _window; distance *= 2)
        {
            for (int i = 0; i < _window; i++)
            {
                if ((i & distance) == 0)
                {
                    int left = Start(round) + i;
                    (x[left], x[left + distance]) = (x[left] + x[left + distance], x[left] - x[left + distance]);
                }
            }
        }
    }

    private void Kac(float[] x)
    {
        if (HasKacSteps)
        {
            int half = (dimensions + 1) / 2;
            for (int i = 0; i + half < dimensions; i++)
            {
                (x[i], x[i + half]) = (x[i] + x[i + half], x[i] - x[i + half]);
            }

            if (int.IsOddInteger(dimensions))
            {
                x[half - 1] *= (float)Math.Sqrt(2);
            }
        }
    }
}
