using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit;

/// <summary>Explains scheme, layout and strategy of a codec of signs in words, as the remarks of the generated class.</summary>
internal static class SignDescription
{
    public static IReadOnlyList<string> Lines(SignPlan plan)
    {
        string ones = plan.Grid.Ones == SignBit.Positive ? "greater than zero" : "zero or greater";
        string place = plan.Grid.Order == BitOrder.LsbFirst ? "i mod 8" : "7 - i mod 8";
        string layout =
            $"groups of 32 rows, {plan.GroupBytes} bytes each: 16 bytes per four bits, rows 0 to 15 in the low four bits, rows 16 to 31 in the high ones";
        string query = plan.IsHamming
            ? "bits that agreeing rows lack, each four 16 times. Search: bits that agree are added up by carry-save adders, and their numbers compared with the least one that can enter"
            : "16 sums of query integers per four bits, a byte each. Search: their exact sums are compared with the least one that can enter";
        string parts = plan.Parts switch
        {
            null => "",
            { HasNorm: true } => " of bits + 4 of scale + 4 of squared norm + 4 of the norm of what is left over",
            { HasOffset: true } => " of bits + 4 of scale + 4 of inner product with the mean + 4 of the norm of what is left over",
            _ => " of bits + 4 of scale + 4 of the norm of what is left over",
        };
        if (plan.Parts is not null)
        {
            layout = $"arrays of the parts but bits, then of bits {layout}";
            query = "16 sums of query integers per four bits, a byte each. Search: scores of their exact sums are compared with the least that can enter";
        }

        return
        [
            "<remarks>",
            $"<para>Scheme: {plan.Scheme.Text}.</para>",
            $"<para>Values: 1 for what is {ones}; dimension i is bit {place} of byte i / 8.</para>",
            $"<para>Row code: {(plan.Parts is null ? $"{plan.CodeBytes} bytes" : $"{plan.BitBytes} bytes{parts}")}. Block: {plan.Rows} rows, {plan.BlockBytes} bytes, {layout}.</para>",
            $"<para>Query: {query}.</para>",
            "</remarks>",
        ];
    }
}
