namespace KernelGen.Reference;

/// <summary>The quantizers of least mean squared error for normal values of variance 1: of any levels (Lloyd, Max), and of integers plus 1/2 times a unit.</summary>
public static class LloydMax
{
    // Gauss's rule of five points, within a panel of the width 2.
    private static readonly (double Place, double Weight)[] s_rule =
    [
        (0, 128 / 225.0),
        .. new[] { -1, 1 }.SelectMany(static sign => new[]
        {
            (sign * Math.Sqrt(5 - (2 * Math.Sqrt(10 / 7.0))) / 3, (322 + (13 * Math.Sqrt(70))) / 900),
            (sign * Math.Sqrt(5 + (2 * Math.Sqrt(10 / 7.0))) / 3, (322 - (13 * Math.Sqrt(70))) / 900),
        }),
    ];

    /// <summary>The positive levels of 2^bits, ascending: Newton's method on what Lloyd's iteration has come near to.</summary>
    public static double[] Levels(int bits)
    {
        int count = 1 << (bits - 1);
        double[] levels = [.. Enumerable.Range(0, count).Select(k => (k + 0.5) * (1 + (0.4 * bits)) / count)];
        for (int round = 0; round < 300; round++)
        {
            levels = [.. Cells(levels).Select(static cell => cell.Mean)];
        }

        for (int round = 0; round < 10; round++)
        {
            double[] change = NewtonStep(levels);
            levels = [.. levels.Zip(change, static (level, step) => level - step)];
        }

        return levels;
    }

    /// <summary>The mean squared error of positive levels and their negatives, each value taking the nearest one.</summary>
    public static double Error(double[] levels) => 2 * Cells(levels).Zip(levels, static (cell, level) => Integral(cell.From, cell.To, x => (x - level) * (x - level))).Sum();

    /// <summary>The best levels that are units times an integer below <paramref name="limit"/> plus 1/2, of all units and all choices of integers.</summary>
    /// <returns>The integers, ascending, and the unit.</returns>
    public static (int[] Steps, double Unit) Integers(int bits, int limit)
    {
        double top = Levels(bits)[^1];
        (double Error, int[] Steps, double Unit) best = Enumerable.Range(0, 200)
            .Select(i => top * (0.85 + (0.002 * i)) / (limit - 0.5))
            .Select(unit => Choose(1 << (bits - 1), limit, unit))
            .MinBy(static choice => choice.Error);
        double unit = best.Unit;
        for (int round = 0; round < 200; round++)
        {
            // Least squares for the levels as they are; the cells follow.
            double[] halves = [.. best.Steps.Select(static step => step + 0.5)];
            (double From, double To, double Mean)[] cells = Cells([.. halves.Select(half => half * unit)]);
            unit = cells.Zip(halves, static (cell, half) => half * Integral(cell.From, cell.To, static x => x)).Sum()
                / cells.Zip(halves, static (cell, half) => half * half * Integral(cell.From, cell.To, static _ => 1)).Sum();
        }

        return (best.Steps, unit);
    }

    /// <summary>The best integers for a unit, chosen one after another: what lies between two neighbours depends on no other.</summary>
    private static (double Error, int[] Steps, double Unit) Choose(int count, int limit, double unit)
    {
        double Level(int step) => (step + 0.5) * unit;
        double Between(double level, double from, double to) => Integral(from, to, x => (x - level) * (x - level));
        var least = Enumerable.Range(0, limit).Select(step => (Error: Between(Level(step), 0, Level(step)), Steps: new[] { step })).ToArray();
        double[,] gaps = new double[limit, limit];
        for (int low = 0; low < limit; low++)
        {
            for (int high = low + 1; high < limit; high++)
            {
                double middle = (Level(low) + Level(high)) / 2;
                gaps[low, high] = Between(Level(low), Level(low), middle) + Between(Level(high), middle, Level(high));
            }
        }

        for (int k = 1; k < count; k++)
        {
            least = [.. Enumerable.Range(0, limit).Select(high => Enumerable.Range(0, high)
                .Select(low => (Error: least[low].Error + gaps[low, high], Steps: (int[])[.. least[low].Steps, high]))
                .Append((Error: double.PositiveInfinity, Steps: Array.Empty<int>()))
                .MinBy(static choice => choice.Error))];
        }

        (double error, int[] steps) = least
            .Where(choice => choice.Steps.Length == count)
            .Select(choice => (choice.Error + Between(Level(choice.Steps[^1]), Level(choice.Steps[^1]), 12), choice.Steps))
            .MinBy(static choice => choice.Item1);
        return (2 * error, steps, unit);
    }

    /// <summary>What is nearest to each level, and the mean there.</summary>
    private static (double From, double To, double Mean)[] Cells(double[] levels) => [.. levels.Select((level, k) =>
    {
        double from = k == 0 ? 0 : (levels[k - 1] + level) / 2;
        double to = k == levels.Length - 1 ? 12 : (level + levels[k + 1]) / 2;
        return (from, to, Integral(from, to, static x => x) / Integral(from, to, static _ => 1));
    })];

    /// <summary>The change that solves, to first order, that every level is the mean of its cell: a tridiagonal system.</summary>
    private static double[] NewtonStep(double[] levels)
    {
        (double From, double To, double Mean)[] cells = Cells(levels);
        int count = levels.Length;
        double[] diagonal = new double[count];
        double[] above = new double[count];
        double[] value = new double[count];
        for (int k = 0; k < count; k++)
        {
            (double from, double to, double mean) = cells[k];
            double mass = Integral(from, to, static _ => 1);
            double below = k == 0 ? 0 : -0.5 * Density(from) * (mean - from) / mass;
            above[k] = k == count - 1 ? 0 : -0.5 * Density(to) * (to - mean) / mass;
            diagonal[k] = 1 + below + above[k];
            value[k] = levels[k] - mean;
            if (k > 0)
            {
                double ratio = below / diagonal[k - 1];
                diagonal[k] -= ratio * above[k - 1];
                value[k] -= ratio * value[k - 1];
            }
        }

        for (int k = count - 1; k >= 0; k--)
        {
            value[k] = (value[k] - (k == count - 1 ? 0 : above[k] * value[k + 1])) / diagonal[k];
        }

        return value;
    }

    private static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary>The integral of a function times the density, in panels that are narrow enough for double precision.</summary>
    private static double Integral(double from, double to, Func<double, double> function)
    {
        int panels = Math.Max(1, (int)Math.Ceiling((to - from) / 0.2));
        double half = (to - from) / (2 * panels);
        double sum = 0;
        for (int panel = 0; panel < panels; panel++)
        {
            double middle = from + (((2 * panel) + 1) * half);
            foreach ((double place, double weight) in s_rule)
            {
                double x = middle + (place * half);
                sum += weight * function(x) * Density(x);
            }
        }

        return sum * half;
    }
}
