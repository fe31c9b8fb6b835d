using KernelGen.Generators.Diagnostics;
using KernelGen.Generators.Plans;
using Microsoft.CodeAnalysis;

namespace KernelGen.Generators.Schemes;

/// <summary>Checks the prefixes that a codec declares against the rest of its scheme.</summary>
internal static class PrefixParser
{
    /// <summary>The property of [VectorCodec] that declares them.</summary>
    public const string Property = "Prefixes";

    /// <summary>Reports what keeps the prefixes from being scored by themselves.</summary>
    /// <param name="scheme">The scheme, with one prefix at least.</param>
    /// <param name="location">Where they are declared.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void Check(Scheme scheme, Location location, ProblemList problems)
    {
        if (scheme.Dimensions < 1)
        {
            return; // a problem of its own, beside which no prefix is right
        }

        if (Refusal(scheme) is { } refusal)
        {
            problems.Add(Rules.PrefixesOfQuantizer, location, refusal);
            return;
        }

        if (scheme.Transforms is { } transforms)
        {
            problems.Add(Rules.PrefixesOfTransforms, location, transforms.Text);
            return;
        }

        if (scheme.Scale?.Granularity == Granularity.Block)
        {
            problems.Add(Rules.PrefixesOfBlocks, location);
            return;
        }

        int least = 1;
        foreach (int prefix in scheme.Prefixes)
        {
            if (prefix < least || prefix >= scheme.Dimensions)
            {
                problems.Add(Rules.Prefixes, location, scheme.Dimensions - 1, prefix);
                return;
            }

            least = prefix + 1;
            (int below, int above) = Ends(prefix, scheme);
            if (below < prefix)
            {
                problems.Add(Rules.PrefixEnd, location, prefix, scheme.Grid is CodebookGrid ? "a subspace" : "a word of 4 bytes", Nearest(below, above, scheme));
            }
        }
    }

    /// <summary>Which quantizer has no prefixes, or why; null if it has.</summary>
    private static string? Refusal(Scheme scheme) => scheme switch
    {
        { Grid: (IntegerGrid and not RotatedGrid) or FloatGrid } => null,
        { Grid: CodebookGrid, Metric: Metric.Cosine } => "product codes under Metric.Cosine",
        { Grid: CodebookGrid } => null,
        _ => "this quantizer",
    };

    /// <summary>The places nearest to a prefix, or both the prefix itself, at which what is stored together comes to an end.</summary>
    private static (int Below, int Above) Ends(int prefix, Scheme scheme)
    {
        int multiple = scheme.Grid is FloatGrid grid ? 4 / new FloatFacts(grid.Format).ElementBytes : 1;
        (int below, int above) = (prefix / multiple * multiple, PlanMath.RoundUp(prefix, multiple));

        // A wrong number of subspaces is a problem of its own.
        if (scheme.Grid is CodebookGrid codebooks && codebooks.Subspaces >= 1 && codebooks.Subspaces <= scheme.Dimensions)
        {
            int m = 0;
            int end = 0;
            while (end < prefix)
            {
                below = end;
                end += (scheme.Dimensions / codebooks.Subspaces) + (m < scheme.Dimensions % codebooks.Subspaces ? 1 : 0);
                m++;
            }

            (below, above) = (end == prefix ? prefix : below, end);
        }

        return (below, above);
    }

    private static string Nearest(int below, int above, Scheme scheme) => (below, above) switch
    {
        (0, _) => $"{above}",
        _ when above >= scheme.Dimensions => $"{below}",
        _ => $"{below} and {above}",
    };
}
