using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu.Codebooks;

/// <summary>
/// Emits exact scores: sums of table entries in four partial sums, whose order is prescribed. A single row is summed by scalar code; groups of
/// interleaved codes are summed by permutations of tables in registers where there are such.
/// </summary>
internal sealed class ScoreEmitter(CodebookPlan plan)
{
    private const int Partials = 4;

    /// <summary>Subspaces that are written out for a single row.</summary>
    private const int UnrolledSubspaces = 64;

    /// <summary>Octets of codes per turn of a loop over the subspaces of a row: one per turn takes a tenth longer.</summary>
    private const int LoopedOctets = 4;

    /// <summary>Subspaces per turn of a loop over the codes of one or two rows.</summary>
    private const int LoopedSubspaces = 8;

    private static bool HasPermutations(CpuTarget target) => target.Bytes >= 32;

    /// <summary>The tier whose kernel scores groups for a tier.</summary>
    public static string GroupsTier(string tier) => CpuTarget.All.Any(target => target.Tier == tier && HasPermutations(target)) ? tier : "Scalar";

    /// <summary>What belongs to all tiers.</summary>
    public void EmitShared(SourceWriter writer)
    {
        if (plan.IsFastScan)
        {
            EmitGroupedRow(writer);
            EmitGroupsScalar(writer);
        }
        else
        {
            EmitRows(writer);
            if (plan.HasByteTables)
            {
                EmitTwoRows(writer);
            }
        }
    }

    public void Emit(SourceWriter writer, CpuTarget target)
    {
        if (!plan.IsFastScan || !HasPermutations(target))
        {
            return;
        }

        string v = target.V;
        int perHalf = 16 / target.Floats;
        writer.Write("/// <summary>Scores of the rows of groups.</summary>");
        writer.Open($"private static void ScoreGroups{target.Tier}(ref float tables, ref byte groups, int count, ref float scores)");
        writer.Open($"for (int g = 0; g < count; g++)");
        writer.Write($"ref byte codes = ref Unsafe.Add(ref groups, g * {plan.GroupBytes});");
        if (perHalf == 1)
        {
            EmitHalves(writer, target, [0, 1]);
        }
        else
        {
            // A half at a time: the sums of both would not fit the registers.
            foreach (int half in (int[])[0, 1])
            {
                writer.Open();
                EmitHalves(writer, target, [half]);
                writer.Close();
            }
        }

        writer.Close();
        writer.Close();
        writer.Blank();
    }

    private void EmitHalves(SourceWriter writer, CpuTarget target, int[] halves)
    {
        string v = target.V;
        int perHalf = 16 / target.Floats;
        string[] rows = [.. halves.SelectMany(half => Enumerable.Range(0, perHalf).Select(part => $"{half}{part}"))];
        foreach (string row in rows)
        {
            for (int p = 0; p < Partials; p++)
            {
                writer.Write($"{v}<float> sum{row}_{p} = {v}<float>.Zero;");
            }
        }

        EmitSubspaces(
            writer,
            CodebookText.MaximumUnroll,
            (variable, constant, partial) => EmitSubspace(writer, target, halves, variable, constant, partial));
        foreach (int half in halves)
        {
            for (int part = 0; part < perHalf; part++)
            {
                int row = (half * 16) + (part * target.Floats);
                writer.Write($"({CodebookText.Total($"sum{half}{part}_")}).StoreUnsafe(ref scores, (nuint)(uint)(g * {CodebookPlan.GroupRows}){(row == 0 ? "" : $" + {row}")});");
            }
        }
    }

    private static void EmitSubspace(SourceWriter writer, CpuTarget target, int[] halves, string variable, int constant, int partial)
    {
        string v = target.V;
        int perHalf = 16 / target.Floats;
        string Place(int offset) => variable.Length == 0 ? SourceWriter.Number((constant * 16) + offset) : CodebookText.Plus("(m * 16)", (constant * 16) + offset);
        writer.Open();
        string[] tables = target.Floats == 16 ? ["table"] : ["lower", "upper"];
        for (int k = 0; k < tables.Length; k++)
        {
            writer.Write($"{v}<float> {tables[k]} = {v}.LoadUnsafe(ref {CodebookText.At("tables", Place(k * 8))});");
        }

        for (int part = 0; part < perHalf; part++)
        {
            writer.Write($"{v}<int> code{part} = {target.Simd}.WidenBytes(ref {CodebookText.At("codes", Place(part * target.Floats))});");
            foreach (int half in halves)
            {
                string index = half == 0 ? $"code{part}" : $"code{part} >> 4";
                writer.Write($"sum{half}{part}_{partial} += {target.Simd}.Lookup({string.Join(", ", tables)}, {index});");
            }
        }

        writer.Close();
    }

    /// <summary>Emits steps over all subspaces, four per turn of a loop where there are more than so many; a step is told the loop's variable, if
    /// any, what is added to it, and the partial sum.</summary>
    private void EmitSubspaces(SourceWriter writer, int unrolled, Action<string, int, int> emitStep)
    {
        int looped = plan.Codes <= unrolled ? 0 : plan.Codes / Partials * Partials;
        if (looped > 0)
        {
            writer.Open($"for (int m = 0; m < {looped}; m += {Partials})");
            for (int p = 0; p < Partials; p++)
            {
                emitStep("m", p, p);
            }

            writer.Close();
            writer.Blank();
        }

        for (int m = looped; m < plan.Codes; m++)
        {
            emitStep("", m, m % Partials);
        }
    }

    private static void EmitPartials(SourceWriter writer, string suffix = "")
    {
        for (int p = 0; p < Partials; p++)
        {
            writer.Write($"float sum{suffix}{p} = 0f;");
        }
    }

    private void EmitGroupedRow(SourceWriter writer)
    {
        writer.Write("/// <summary>The score of one row, from the byte of its first code in its group.</summary>");
        writer.Open("private static float ScoreRow(ref float tables, ref byte codes, int shift)");
        EmitGroupedSums(writer, [""], UnrolledSubspaces);
        writer.Write($"return {CodebookText.Total()};");
        writer.Close();
        writer.Blank();
        writer.Write("/// <summary>The scores of two rows, which wait for their additions together.</summary>");
        writer.Open("private static (float First, float Second) ScoreTwoRows(ref float tables, ref byte codes0_, int shift0_, ref byte codes1_, int shift1_)");
        EmitGroupedSums(writer, ["0_", "1_"], Partials);
        writer.Write($"return ({CodebookText.Total("sum0_")}, {CodebookText.Total("sum1_")});");
        writer.Close();
        writer.Blank();
    }

    /// <summary>Sums the entries of rows, whose names end differently. References that move along leave constants as offsets.</summary>
    private void EmitGroupedSums(SourceWriter writer, string[] rows, int unrolled)
    {
        foreach (string row in rows)
        {
            EmitPartials(writer, row);
        }

        void EmitTerms(string table, string code, int constant, int partial)
        {
            foreach (string row in rows)
            {
                string stored = CodebookText.At($"{code}{row}", SourceWriter.Number(constant * 16));
                writer.Write($"sum{row}{partial} += Unsafe.Add(ref {table}, {Index($"({stored} >> shift{row}) & 15", SourceWriter.Number(constant * 16))});");
            }
        }

        int looped = plan.Subspaces <= unrolled ? 0 : plan.Subspaces / LoopedSubspaces * LoopedSubspaces;
        if (looped > 0)
        {
            writer.Open($"for (nuint m = 0; m < {looped * 16}; m += {LoopedSubspaces * 16})");
            writer.Write("ref float table = ref Unsafe.Add(ref tables, m);");
            foreach (string row in rows)
            {
                writer.Write($"ref byte code{row} = ref Unsafe.Add(ref codes{row}, m);");
            }

            for (int m = 0; m < LoopedSubspaces; m++)
            {
                EmitTerms("table", "code", m, m % Partials);
            }

            writer.Close();
            writer.Blank();
        }

        for (int m = looped; m < plan.Subspaces; m++)
        {
            EmitTerms("tables", "codes", m, m % Partials);
        }
    }

    private void EmitGroupsScalar(SourceWriter writer)
    {
        writer.Write("/// <summary>Scores of the rows of groups.</summary>");
        writer.Open("private static void ScoreGroupsScalar(ref float tables, ref byte groups, int count, ref float scores)");
        writer.Open($"for (int row = 0; row < count * {CodebookPlan.GroupRows}; row++)");
        writer.Write($"ref byte codes = ref Unsafe.Add(ref groups, ((row / {CodebookPlan.GroupRows}) * {plan.GroupBytes}) + (row & 15));");
        writer.Write("Unsafe.Add(ref scores, row) = ScoreRow(ref tables, ref codes, (row & 16) >> 2);");
        writer.Close();
        writer.Close();
        writer.Blank();
    }

    /// <summary>Row codes one after another: eight codes are as many bytes as a code has bits.</summary>
    private void EmitRows(SourceWriter writer)
    {
        writer.Write("/// <summary>Scores of rows.</summary>");
        string norms = (plan.HasNorm ? "ref byte norms, " : "") + (plan.HasSquaredNorm ? "ref byte squaredNorms, float queryNorm, " : "") + (plan.AddsBias ? "float bias, " : "");
        writer.Open($"private static void ScoreRows(ref float tables, ref byte codes, {norms}int rows, ref float scores)");
        writer.Open("for (int row = 0; row < rows; row++)");
        writer.Write($"ref byte code = ref Unsafe.Add(ref codes, row * {plan.ValueBytes});");
        EmitRowSums(writer, [""]);
        string product = plan.HasNorm ? $"{CodebookText.Norm(plan, "norms", $"row * {plan.NormBytes}")} * ({CodebookText.Total()})" : plan.AddsBias ? $"({CodebookText.Total()})" : CodebookText.Total();
        string score = plan.HasSquaredNorm
            ? $"KernelMath.NegativeDistance(KernelMath.Read<float>(ref squaredNorms, row * {plan.SquaredNormBytes}), queryNorm, {product})"
            : product;
        writer.Write($"Unsafe.Add(ref scores, row) = {score}{(plan.AddsBias ? " + bias" : "")};");
        writer.Close();
        writer.Close();
        writer.Blank();
    }

    private void EmitTwoRows(SourceWriter writer)
    {
        writer.Write("/// <summary>The scores of two rows, which wait for their additions together.</summary>");
        writer.Open("private static (float First, float Second) ScoreTwoRows(ref float tables, ref byte code0_, ref byte code1_)");
        EmitRowSums(writer, ["0_", "1_"]);
        writer.Write($"return ({CodebookText.Total("sum0_")}, {CodebookText.Total("sum1_")});");
        writer.Close();
        writer.Blank();
    }

    /// <summary>Sums the entries of rows, whose names end differently.</summary>
    private void EmitRowSums(SourceWriter writer, string[] rows)
    {
        foreach (string row in rows)
        {
            EmitPartials(writer, row);
        }

        int looped = plan.Codes <= UnrolledSubspaces / rows.Length ? 0 : plan.Codes / (8 * LoopedOctets) * LoopedOctets;
        if (looped > 0)
        {
            writer.Open($"for (int o = 0; o < {looped}; o += {LoopedOctets})");
            foreach (string row in rows)
            {
                writer.Write($"ref byte octet{row} = ref Unsafe.Add(ref code{row}, o * {plan.Bits});");
            }

            writer.Write($"ref float table = ref Unsafe.Add(ref tables, o * {8 * plan.Stride});");
            for (int o = 0; o < LoopedOctets; o++)
            {
                foreach (string row in rows)
                {
                    EmitOctet(writer, "octet", row, o * plan.Bits, "table", o * 8 * plan.Stride, 8, $"{row}{o}");
                }
            }

            writer.Close();
            writer.Blank();
        }

        for (int m = looped * 8; m < plan.Codes; m += 8)
        {
            foreach (string row in rows)
            {
                EmitOctet(writer, "code", row, m / 8 * plan.Bits, "tables", m * plan.Stride, Math.Min(8, plan.Codes - m), $"{row}{m}");
            }
        }
    }

    /// <summary>Up to eight codes of a row, of which a whole octet of 8 bits is one load.</summary>
    private void EmitOctet(SourceWriter writer, string codes, string row, int codeOffset, string tables, int tableOffset, int count, string suffix)
    {
        string code = $"{codes}{row}";
        bool isWord = plan.Bits == 8 && count == 8;
        if (isWord)
        {
            writer.Write($"ulong word{suffix} = KernelMath.Read<ulong>(ref {code}, {codeOffset});");
        }

        for (int i = 0; i < count; i++)
        {
            string index = isWord
                ? i == 7 ? $"word{suffix} >> 56" : $"word{suffix}{(i == 0 ? "" : $" >> {8 * i}")} & 255"
                : Code(code, codeOffset, i * plan.Bits);
            writer.Write($"sum{row}{i % Partials} += Unsafe.Add(ref {tables}, {Index(index, SourceWriter.Number(tableOffset + (i * plan.Stride)))});");
        }
    }

    /// <summary>The place of a code's entry. As a native integer, so that the offset of the table becomes part of the address.</summary>
    private static string Index(string code, string table)
    {
        string native = code.StartsWith("word", StringComparison.Ordinal) ? $"(nuint)({code})" : $"(nuint)(uint){(code.Contains(' ') ? $"({code})" : code)}";
        return table == "0" ? native : $"{native} + {table}";
    }

    /// <summary>The code at a bit, from the bytes that hold it: one to three.</summary>
    private string Code(string code, int offset, int bit)
    {
        int shift = bit % 8;
        int bytes = (shift + plan.Bits + 7) / 8;
        string first = SourceWriter.Number(offset + (bit / 8));
        string loaded = bytes switch
        {
            1 => $"Unsafe.Add(ref {code}, {first})",
            2 => $"KernelMath.Read<ushort>(ref {code}, {first})",
            _ => $"(KernelMath.Read<ushort>(ref {code}, {first}) | (Unsafe.Add(ref {code}, {first} + 2) << 16))",
        };
        string shifted = shift == 0 ? loaded : $"({loaded} >> {shift})";
        return shift + plan.Bits == 8 * bytes && bytes != 3 ? shifted : $"({shifted} & {plan.Centroids - 1})";
    }
}
