using KernelGen.Generators.Plans;
using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit;

/// <summary>Explains scheme, layout and strategy in words, as the remarks of the generated class.</summary>
internal static class SchemeDescription
{
    public static IReadOnlyList<string> Lines(KernelPlan plan)
    {
        var lines = new List<string>
        {
            "<remarks>",
            $"<para>Scheme: {plan.Scheme.Text}.</para>",
            $"<para>Values: {Values(plan)}.</para>",
            $"<para>Scales: {ScalesText(plan)}.</para>",
            $"<para>Row code: {plan.CodeBytes} bytes = {Parts(plan)}. Block: {plan.Block.Rows} rows, {plan.Block.Bytes} bytes, values from byte {plan.Block.ValuesOffset}.</para>",
            $"<para>Query: {Query(plan)}.</para>",
        };
        return [.. lines, .. Prefixes(plan.Scheme), "</remarks>"];
    }

    /// <summary>The line about prefixes, if there are any.</summary>
    public static string[] Prefixes(Scheme scheme) => scheme.Prefixes.Count == 0
        ? []
        : [$"<para>Prefixes: the first {string.Join(", ", scheme.Prefixes)} dimensions of every row have kernels of their own.</para>"];

    /// <summary>How a scan kernel works, in a sentence or two.</summary>
    public static string Strategy(KernelPlan plan)
    {
        if (plan.Float is { } format)
        {
            string numbers = format.PerWord switch
            {
                1 => "Numbers are taken as they are",
                2 => "A word holds two numbers; each is moved to the top of the word and its exponent shifted into place",
                _ => "A word holds four numbers; even and odd bytes are shifted within 16 bits, where the sign is copied and the exponent comes into place",
            };
            string gap = format.ExponentGap == 0 ? "" : $", which leaves its value times 2^-{format.ExponentGap}";
            return $"{numbers}{gap}. {(plan.SumsDistances ? "Squared differences" : "Products with the query")} are summed in single precision.";
        }

        IntegerPlan integer = plan.Integer!;
        string codes = integer.IsBytePerCode
            ? "A vector of bytes is a vector of codes"
            : $"A byte of a stripe serves {(integer.Planes.Count == 1 ? $"{integer.Segments} codes" : $"up to {integer.Segments} codes")}, one per segment: shifts and masks bring the codes of a segment to bytes";
        string levels = integer.Levels.Count == 0 ? "" : "; a shuffle looks up their levels";
        string products = integer.Form == QueryForm.Int8
            ? "bytes are multiplied by int8 and added in pairs"
            : "even and odd bytes are multiplied by int16, apart";
        string sums = plan.IsPerBlock ? "every vector's sum is scaled and added in single precision" : "the sum is an exact integer";
        return $"{codes}{levels}; {products}; {sums}.";
    }

    private static string Values(KernelPlan plan)
    {
        if (plan.Integer is not { } integer)
        {
            return $"{plan.Dimensions} numbers of {plan.Float!.ElementBytes} bytes each ({plan.Float.Format}), one after another";
        }

        string formula = integer.Levels.Count > 0 ? $"x = (w - {integer.Center} + 1/2) s" : integer.Grid.Zero switch
        {
            ZeroMode.Symmetric => $"x = (u - {integer.Center}) s",
            ZeroMode.MidRise => integer.Bits == 1 ? "x = (u - 1/2) s" : $"x = (u - {integer.Center} + 1/2) s",
            _ => "x = u s + m",
        };
        if (plan.DecodeFactor is { } factor)
        {
            formula += $" * {PlanMath.Literal(factor).TrimEnd('f')}";
        }

        formula += integer.Levels.Count > 0 ? $", w = {string.Join(", ", integer.Levels)} for u = 0, 1, ..." : "";
        string planes = integer.Planes.Count == 1 ? "" : $", split into planes of {string.Join(" + ", integer.Planes.Select(p => p.Width))} bits (lowest first)";
        string segments = integer.Segments == 1
            ? "code i is byte i"
            : $"{integer.Segments} segments of {integer.Lanes} lanes share {integer.Stripes} stripe{(integer.Stripes == 1 ? "" : "s")} of {integer.Lanes} bytes: code i is {(integer.IsInterleaved ? $"lane i / {integer.Segments} of segment i mod {integer.Segments}" : $"lane i mod {integer.Lanes} of segment i / {integer.Lanes}")}";
        return $"codes u of {integer.Bits} bits, {formula}{planes}; {segments}";
    }

    private static string ScalesText(KernelPlan plan) => plan.Granularity switch
    {
        Granularity.Vector => $"one s{(plan.IsAffine ? " and m" : "")} per vector ({plan.ScaleFormat})",
        Granularity.Block => $"one s{(plan.IsAffine ? " and m" : "")} per block of {plan.ScaleBlock} values ({plan.ScaleFormat})",
        Granularity.Channel => $"one s{(plan.IsAffine ? " and m" : "")} per dimension, learned",
        Granularity.Tensor => $"one s{(plan.IsAffine ? " and m" : "")} for everything, learned",
        _ => "none",
    };

    private static string Parts(KernelPlan plan)
    {
        var parts = new List<string> { $"{plan.ValueBytes} of values" };
        if (plan.RowScaleBytes != 0)
        {
            parts.Add($"{plan.RowScaleBytes} of scales");
            if (plan.HasRowMinima)
            {
                parts.Add($"{plan.RowScaleBytes} of minima");
            }
        }

        if (plan.HasTerm)
        {
            parts.Add(plan.HasOffset ? "4 of inner product with the mean" : "4 of squared norm");
        }

        if (plan.Rotated is not null)
        {
            parts.Add("4 of the norm of what is left over");
        }

        if (plan.HasPrefixNorms)
        {
            parts.Add($"{4 * plan.Prefixes.Count} of {(plan.IsCosine ? "reciprocal" : "squared")} norms of prefixes");
        }

        return string.Join(" + ", parts);
    }

    private static string Query(KernelPlan plan)
    {
        if (plan.Integer is not { } integer)
        {
            return plan.Float!.ExponentGap == 0 || plan.SumsDistances
                ? "single precision"
                : $"single precision, times the 2^{plan.Float.ExponentGap} by which a shifted number falls short of its value";
        }

        string integers = plan.Recurrent is null ? "integers" : "encoded like a row, odd integers";
        return integer.Form == QueryForm.Int8
            ? $"{integers} of at most {integer.QueryMaximum}; a pair of products is at most {2 * integer.MaximumCode * integer.QueryMaximum}, so an int16 lane takes {integer.PairsPerInt16} pairs before it is widened to int32"
            : $"{integers} of at most {integer.QueryMaximum}; {integer.SummedDimensions} products of a centred code are at most {(long)integer.SummedDimensions * integer.Center * integer.QueryMaximum}, which int32 holds";
    }
}
