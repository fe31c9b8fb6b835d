using KernelGen.Generators.Emit.Cpu.Codebooks;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu.Signs;

/// <summary>
/// Emits the kernels that count the bits in which rows differ from a query: eight rows at a time, whose counts of bytes are added up together. Bits of a
/// byte are looked up: in two shuffles of 16 counts or, on processors that have it, one permutation of 128.
/// </summary>
internal sealed class HammingEmitter(SignPlan plan)
{
    private const int Rows = SignPlan.ComparedRows;

    /// <summary>Vectors of a row whose query stays in registers, with the code unrolled.</summary>
    private const int UnrolledVectors = 4;

    /// <summary>Vectors per turn of the loop of longer rows; a divisor of <see cref="CountedVectors"/>.</summary>
    private const int LoopedVectors = 2;

    /// <summary>Vectors whose counts a byte holds: 30 * 8 = 240.</summary>
    private const int CountedVectors = 30;

    /// <summary>How far ahead rows are asked for at least: prefetchers of processors stop at pages of 4 KiB.</summary>
    private const int LeastPrefetchAhead = 8192;

    private const int CacheLine = 64;

    private readonly int _prefetchAhead = Math.Max(LeastPrefetchAhead, Rows * plan.RowBytes);

    public static string Name(string tier) => $"Differing{tier}";

    /// <summary>The kernel of a tier; the scalar one without a target.</summary>
    public void Emit(SourceWriter writer, CpuTarget? target)
    {
        writer.Write($"/// <summary>Minus the numbers of bits in which rows differ from a query{(target is null ? "" : $", {Rows} rows at a time")}.</summary>");
        writer.Open($"private static void {Name(target?.Tier ?? "Scalar")}(ref byte query, ref byte rows, int count, ref float scores)");
        if (target is null)
        {
            writer.Open("for (int row = 0; row < count; row++)");
            writer.Write($"Unsafe.Add(ref scores, row) = -BitCounts.Differing(ref query, ref Unsafe.Add(ref rows, row * {plan.RowBytes}), {plan.RowBytes});");
            writer.Close();
            writer.Close();
            return;
        }

        int width = 16;
        while (width < target.Bytes && width < plan.RowBytes)
        {
            width *= 2;
        }

        EmitKernel(writer, target.WithBytes(width));
        writer.Close();
    }

    private void EmitKernel(SourceWriter writer, CpuTarget target)
    {
        string v = target.V;
        int whole = plan.RowBytes / target.Bytes;
        int rest = plan.RowBytes % target.Bytes;
        int vectors = whole + (rest > 0 ? 1 : 0);
        bool isUnrolled = vectors <= UnrolledVectors;
        writer.Write($"{v}<byte> low = {v}.Create((byte)15);");
        if (target.Bytes == 64)
        {
            writer.Write($"{v}<byte> counts = {target.Simd}.BitCounts;");
            writer.Write($"{v}<byte> moreCounts = {target.Simd}.MoreBitCounts;");
        }
        else
        {
            writer.Write($"{v}<byte> counts = {target.Simd}.NibbleCounts;");
        }

        if (rest > 0)
        {
            writer.Write($"{v}<byte> lowOfRest = low & ~{target.Simd}.LastBytes({target.Bytes - rest});");
        }

        for (int i = 0; isUnrolled && i < vectors; i++)
        {
            EmitQuery(writer, v, $"{i}", $"{i * target.Bytes}");
        }

        writer.Open($"for (int row = 0; row < count; row += {Rows})");
        writer.Write($"ref byte codes = ref Unsafe.Add(ref rows, row * {plan.RowBytes});");
        if (isUnrolled)
        {
            for (int line = 0; line < Rows * plan.RowBytes; line += CacheLine)
            {
                writer.Write($"KernelMath.Prefetch(ref codes, {line + _prefetchAhead});");
            }

            for (int r = 0; r < Rows; r++)
            {
                writer.Write($"{v}<byte> count{r} = {string.Join(" + ", Counts(target, r * plan.RowBytes, whole, rest > 0))};");
                if (r % 2 != 0)
                {
                    EmitPair(writer, target, r - 1, static row => $"count{row}");
                }
            }

            EmitStore(writer, target);
        }
        else
        {
            EmitLoops(writer, target, whole, rest > 0);
        }

        writer.Close();
    }

    /// <summary>Rows of many vectors: counts in bytes as long as they fit, then in words of 64 bits.</summary>
    private void EmitLoops(SourceWriter writer, CpuTarget target, int whole, bool hasRest)
    {
        string v = target.V;
        int looped = whole / LoopedVectors * LoopedVectors;
        bool isOneRun = whole + 1 <= CountedVectors;
        EachRow(writer, r => isOneRun ? $"{v}<byte> count{r} = {v}<byte>.Zero;" : $"{v}<ulong> total{r} = {v}<ulong>.Zero;");
        if (!isOneRun)
        {
            writer.Open($"for (nuint start = 0; start < {looped * target.Bytes}; start += {CountedVectors * target.Bytes})");
            writer.Write($"nuint end = Math.Min(start + {CountedVectors * target.Bytes}, {looped * target.Bytes});");
            EachRow(writer, r => $"{v}<byte> count{r} = {v}<byte>.Zero;");
        }

        writer.Open(isOneRun
            ? $"for (nuint i = 0; i < {looped * target.Bytes}; i += {LoopedVectors * target.Bytes})"
            : $"for (nuint i = start; i < end; i += {LoopedVectors * target.Bytes})");
        EmitStep(writer, target, "i", 0, LoopedVectors, "count", isRest: false);

        writer.Close();
        if (!isOneRun)
        {
            EachRow(writer, r => $"total{r} += {target.Simd}.SumBytes(count{r});");
            writer.Close();
        }

        for (int i = looped; i < whole + (hasRest ? 1 : 0); i++)
        {
            EmitStep(writer, target, "0", i * target.Bytes, vectors: 1, isOneRun ? "count" : "total", isRest: i == whole);
        }

        for (int r = 0; r < Rows; r += 2)
        {
            EmitPair(writer, target, r, isOneRun ? static row => $"count{row}" : null);
        }

        EmitStore(writer, target);
    }

    /// <summary>Compares one or two vectors of the query with those of every row.</summary>
    private void EmitStep(SourceWriter writer, CpuTarget target, string start, int offset, int vectors, string sum, bool isRest)
    {
        writer.Open();
        for (int i = 0; i < vectors; i++)
        {
            EmitQuery(writer, target.V, $"{i}", CodebookText.Plus(start, offset + (i * target.Bytes)));
        }

        for (int r = 0; r < Rows; r++)
        {
            int inRows = offset + (r * plan.RowBytes);
            for (int line = 0; line < vectors * target.Bytes; line++)
            {
                if ((offset + line) % CacheLine == 0)
                {
                    writer.Write($"KernelMath.Prefetch(ref codes, {CodebookText.Plus(start, inRows + line + _prefetchAhead)});");
                }
            }

            string count = vectors == LoopedVectors
                ? CountTwo(target, start, inRows, first: 0)
                : Count(target, CodebookText.Plus(start, inRows), number: 0, isRest);
            writer.Write($"{sum}{r} += {(sum == "total" ? $"{target.Simd}.SumBytes({count})" : count)};");
        }

        writer.Close();
    }

    private static void EmitQuery(SourceWriter writer, string v, string number, string place)
    {
        writer.Write($"{v}<byte> query{number} = {v}.LoadUnsafe(ref query, {place});");
        writer.Write($"{v}<byte> query{number}High = (query{number}.AsUInt16() >> 4).AsByte();");
    }

    /// <summary>The counts of a row of few vectors, two vectors at a time.</summary>
    private static IEnumerable<string> Counts(CpuTarget target, int row, int whole, bool hasRest)
    {
        int i = 0;
        for (; i < whole - 1; i += 2)
        {
            yield return CountTwo(target, "0", row + (i * target.Bytes), i);
        }

        for (; i < whole + (hasRest ? 1 : 0); i++)
        {
            yield return Count(target, SourceWriter.Number(row + (i * target.Bytes)), i, isRest: i == whole);
        }
    }

    private static string CountTwo(CpuTarget target, string start, int offset, int first)
    {
        string place = CodebookText.Plus(start, offset);
        string next = CodebookText.Plus(start, offset + target.Bytes);
        return target.Bytes == 64
            ? $"{target.Simd}.CountDiffering({Load(target, place)}, {Load(target, next)}, query{first}, query{first}High, query{first + 1}, query{first + 1}High, low, counts, moreCounts)"
            : $"{Count(target, place, first, isRest: false)} + {Count(target, next, first + 1, isRest: false)}";
    }

    private static string Count(CpuTarget target, string place, int number, bool isRest) =>
        $"{target.Simd}.CountDiffering({Load(target, place)}, query{number}, query{number}High, {(isRest ? "lowOfRest" : "low")}, counts{(target.Bytes == 64 ? ", moreCounts" : "")})";

    private static string Load(CpuTarget target, string place) => $"{target.V}.LoadUnsafe(ref codes, {place})";

    /// <summary>Joins the totals of two rows as soon as they are there, so that few wait in registers.</summary>
    private static void EmitPair(SourceWriter writer, CpuTarget target, int row, Func<int, string>? count)
    {
        string Total(int r) => count is null ? $"total{r}" : $"{target.Simd}.SumBytes({count(r)})";
        writer.Write($"{target.V}<ulong> pair{row / 2} = {target.Simd}.Pair({Total(row)}, {Total(row + 1)});");
    }

    private static void EmitStore(SourceWriter writer, CpuTarget target) =>
        writer.Write($"{target.Simd}.StoreNegated(pair0, pair1, pair2, pair3, ref Unsafe.Add(ref scores, row));");

    private static void EachRow(SourceWriter writer, Func<int, string> statement)
    {
        for (int r = 0; r < Rows; r++)
        {
            writer.Write(statement(r));
        }
    }
}
