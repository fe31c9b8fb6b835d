using System.Text.Json;
using KernelGen.Reference;

namespace KernelGen.Tests.Transforms;

/// <summary>Where the levels of <see cref="GridLevels.LloydMax"/> come from.</summary>
public sealed class LloydMaxTests
{
    /// <summary>Positive levels and mean squared errors of the optimal quantizers of normal values, 1 to 8 bits: another program's, to 15 digits.</summary>
    private static readonly Lazy<Dictionary<int, Optimum>> s_optima = new(static () => JsonSerializer.Deserialize<Dictionary<int, Optimum>>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "lloyd-max.json")), JsonSerializerOptions.Web)!);

    public static TheoryData<int> Bits => [.. Enumerable.Range(1, 8)];

    [Theory]
    [MemberData(nameof(Bits))]
    public void Oracle_finds_the_optimal_quantizers(int bits)
    {
        double[] levels = LloydMax.Levels(bits);
        Optimum optimum = s_optima.Value[bits];
        Assert.Equal(optimum.Levels.Length, levels.Length);
        Assert.All(levels.Zip(optimum.Levels), static pair => Assert.Equal(pair.Second, pair.First, 1e-9));
        Assert.Equal(optimum.Error, LloydMax.Error(levels), 1e-12);
    }

    /// <summary>The table of docs/formats.md is the best of integers whose products with queries fit an int16 as often as the kernels want.</summary>
    [Theory]
    [InlineData(2, 7, 1.001)]
    [InlineData(3, 3, 1.001)]
    [InlineData(4, 2, 1.01)]
    public void Levels_are_the_best_integers(int bits, int pairs, double mostOfOptimum)
    {
        ReferenceNormalLevels table = ReferenceNormalLevels.Of(bits);
        int limit = ((short.MaxValue / (2 * 127 * pairs)) + 1) / 2;
        (int[] steps, double unit) = LloydMax.Integers(bits, limit);
        Assert.Equal(steps, table.Steps);
        Assert.Equal(unit, table.Unit, 1e-8);
        double error = LloydMax.Error([.. steps.Select(step => (step + 0.5) * unit)]);
        Assert.Equal(error, table.Error, 1e-6);
        Assert.InRange(error / s_optima.Value[bits].Error, 1, mostOfOptimum);

        // What rounding a query of 127 steps to six deviations adds is less than a fiftieth (docs/formats.md, section 10).
        Assert.InRange(6.0 / 127 * (6.0 / 127) / 12, 0, error / 50);
    }

    private sealed record Optimum(double Error, double[] Levels);
}
