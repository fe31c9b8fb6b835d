using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu;

/// <summary>Brings the planes of integer codes back together: loads of stripes, and the bytes of a segment made of them, with levels looked up where the plan
/// has some.</summary>
internal sealed class IntegerCodes(IntegerPlan integer)
{
    /// <summary>Declares the levels that scalar code looks up, as a member of the class; nothing where there are none.</summary>
    public static void EmitLevels(SourceWriter writer, IntegerPlan? integer)
    {
        if (integer is { Levels.Count: > 0 })
        {
            writer.Write("/// <summary>The level of each code, in steps above the lowest one.</summary>");
            writer.Write($"private static ReadOnlySpan<byte> Levels => [{string.Join(", ", integer.Levels)}];");
            writer.Blank();
        }
    }

    /// <summary>Declares the masks of the planes, and the levels.</summary>
    public void EmitConstants(SourceWriter writer, CpuTarget target)
    {
        if (integer.Levels.Count > 0)
        {
            // A shuffle looks up within 16 bytes; codes of fewer bits do not reach the last ones.
            IEnumerable<int> table = integer.Levels.Concat(Enumerable.Repeat(0, 16 - integer.Levels.Count));
            string vector = $"Vector128.Create((byte){string.Join(", ", table)})";
            writer.Write($"{target.V}<byte> levels = {(target.Bytes == 16 ? vector : $"{target.V}.Create({vector})")};");
        }

        foreach (Plane plane in integer.Planes.Where(p => p.Width < 8))
        {
            writer.Write($"{target.V}<byte> mask{plane.Width} = {target.V}.Create((byte)0x{plane.Mask:X2});");
        }
    }

    /// <summary>Loads the stripes of a row at an offset into code{row}_{stripe}.</summary>
    public void EmitLoads(SourceWriter writer, CpuTarget target, int row, Offset offset)
    {
        for (int stripe = 0; stripe < integer.Stripes; stripe++)
        {
            writer.Write($"{target.V}<byte> code{row}_{stripe} = {target.V}.LoadUnsafe(ref values{row}, {offset.Plus(stripe * integer.StripeBytes)});");
        }
    }

    /// <summary>The codes of a segment or what they stand for, one per byte.</summary>
    public string Codes(CpuTarget target, int row, int segment)
    {
        string[] parts = [.. integer.Planes.Select(plane => Part(target, plane, row, segment))];
        string codes = parts.Length == 1 ? parts[0] : string.Join(" | ", parts.Select(part => $"({part})"));
        return integer.Levels.Count == 0 ? codes : $"{target.Simd}.ShuffleBytes(levels{target.Lower}, {codes})";
    }

    /// <summary>The code of one lane and segment as an int, or what it stands for, read byte by byte.</summary>
    public string ScalarCode(string values, string lane, int segment)
    {
        string[] parts = [.. integer.Planes.Select(plane =>
        {
            int stripeOffset = plane.Stripe(segment) * integer.StripeBytes;
            string stored = $"Unsafe.Add(ref {values}, {(stripeOffset == 0 ? lane : $"{lane} + {stripeOffset}")})";
            return plane.Width == 8 ? stored : $"({Shift(stored, plane.ShiftRight(segment))} & 0x{plane.Mask:X2})";
        })];
        string code = string.Join(" | ", parts);
        return integer.Levels.Count == 0 ? code : $"Levels[{code}]";
    }

    private static string Shift(string value, int right) => right switch
    {
        > 0 => $"({value} >> {right})",
        < 0 => $"({value} << {-right})",
        _ => value,
    };

    private static string Part(CpuTarget target, Plane plane, int row, int segment)
    {
        string stripe = $"code{row}_{plane.Stripe(segment)}";
        if (plane.Width == 8)
        {
            return stripe;
        }

        // There is no shift of bytes: shift 16-bit lanes and mask what crossed over.
        string shifted = plane.ShiftRight(segment) switch
        {
            > 0 and int right => $"{target.V}.ShiftRightLogical({stripe}.AsUInt16(), {right}).AsByte()",
            < 0 and int right => $"{target.V}.ShiftLeft({stripe}.AsUInt16(), {-right}).AsByte()",
            _ => stripe,
        };
        return $"{shifted} & mask{plane.Width}{target.Lower}";
    }
}
