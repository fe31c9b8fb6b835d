extern alias generators;

using generators::KernelGen.Generators.Plans;
using generators::KernelGen.Generators.Schemes;
using G = generators::KernelGen;

namespace KernelGen.Generators.Tests.Plans;

/// <summary>The bounds of accumulators, from the extreme values themselves.</summary>
public sealed class AccumulatorProofTests
{
    public static TheoryData<int, string> Grids
    {
        get
        {
            var grids = new TheoryData<int, string>();
            foreach (int bits in Enumerable.Range(1, 8))
            {
                foreach (string zero in new[] { "MidRise", "Affine", "Symmetric" }.Take(bits == 1 ? 2 : 3))
                {
                    grids.Add(bits, zero);
                }
            }

            return grids;
        }
    }

    [Theory]
    [MemberData(nameof(Grids))]
    public void Extreme_codes_and_queries_fit(int bits, string zero)
    {
        var grid = new IntegerGrid(bits, Enum.Parse<G.ZeroMode>(zero));
        foreach (int dimensions in new[] { 1, 2, 255, 768, 16_384 })
        {
            foreach (ScaleSpec scale in Scales)
            {
                var plan = new IntegerPlan(new Scheme(dimensions, G.Metric.InnerProduct, grid, scale), grid);
                int summed = scale.BlockSize == 0 ? dimensions : Math.Min(dimensions, scale.BlockSize);
                long greatestCentred = Math.Max(plan.Center, plan.MaximumCode - plan.Center);
                Assert.True(summed * greatestCentred * plan.QueryMaximum <= int.MaxValue);
                Assert.InRange(plan.QueryMaximum, 1, short.MaxValue);
                if (plan.Form == QueryForm.Int8)
                {
                    // A lane of int16 takes this many pairs of the greatest code and the greatest query, and none fewer than one.
                    Assert.InRange(plan.PairsPerInt16, 1, int.MaxValue);
                    Assert.True(plan.PairsPerInt16 * 2L * plan.MaximumCode * 127 <= short.MaxValue);
                }
            }
        }
    }

    private static IEnumerable<ScaleSpec> Scales =>
    [
        new(G.Granularity.Vector, 0, G.ScaleFormat.Single),
        new(G.Granularity.Channel, 0, G.ScaleFormat.Single),
        new(G.Granularity.Tensor, 0, G.ScaleFormat.Single),
        .. from size in new[] { 16, 32, 64, 128, 256 } select new ScaleSpec(G.Granularity.Block, size, G.ScaleFormat.Half),
    ];
}
