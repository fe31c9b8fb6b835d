using KernelGen.Generators.Emit.Cpu.Codebooks;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu.Signs;

/// <summary>
/// Emits the kernels that count the bits in which rows agree with a query, in groups of 32 rows whose nibbles are interleaved. Bits of a row are in the same
/// place of all vectors, so they are added up across vectors by carry-save adders (Harley and Seal; Muła, Kurz, Lemire, Faster population counts using AVX2
/// instructions, 2018): a plane of bits holds the ones, twos, fours or eights of all sums. Of sixteen vectors one plane of sixteens remains to be counted.
/// </summary>
internal sealed class HammingEmitter(SignPlan plan)
{
    /// <summary>Vectors of codes per turn of the loop.</summary>
    private const int LoopedVectors = 16;

    /// <summary>Planes of sixteens that are counted in bytes: 31 * 4 = 124, so that two parts of a vector still fit a byte when they are added up.</summary>
    private const int CountedPlanes = 31;

    /// <summary>How far ahead codes are asked for, of all groups together: prefetchers of processors stop at pages of 4 KiB.</summary>
    private const int PrefetchAhead = 8192;

    private const int CacheLine = 64;

    /// <summary>The planes of bits that a loop carries, by the logarithm of what they stand for.</summary>
    private static readonly string[] s_carried = ["ones", "twos", "fours", "eights"];

    private int _variables;

    public static string Name(string tier) => $"Agreeing{tier}";

    /// <summary>The kernel of a tier; the scalar one without a target.</summary>
    public void Emit(SourceWriter writer, CpuTarget? target)
    {
        writer.Write("/// <summary>The numbers of bits in which rows of groups agree with a query.</summary>");
        writer.Open($"private static void {Name(target?.Tier ?? "Scalar")}(ref byte query, ref byte groups, int count, ref ushort sums)");
        if (target is null)
        {
            writer.Write($"BitCounts.SumAgreeing(ref query, ref groups, {plan.GroupBytes}, count, ref sums);");
        }
        else
        {
            EmitKernel(writer, target.Filled(plan.GroupBytes)!);
        }

        writer.Close();
        writer.Blank();
    }

    /// <summary>The kernels of all tiers as one function. Queries pass one after another: the work is arithmetic, and groups are in a cache after the first.</summary>
    public void EmitDispatch(SourceWriter writer)
    {
        writer.Open("public static void Sum(ref byte query, int queries, ref byte groups, int count, ref ushort sums, CpuTier tier)");
        writer.Open("for (int q = 0; q < queries; q++)");
        writer.Write($"ref byte bits = ref Unsafe.Add(ref query, (q * {plan.QueryBytes}) + {SignPlan.HeaderBytes});");
        writer.Write($"ref ushort querySums = ref Unsafe.Add(ref sums, q * {CodebookPlan.StripRows});");
        TierSwitch.Emit(writer, static tier => [$"{Name(tier)}(ref bits, ref groups, count, ref querySums);"]);
        writer.Close();
        writer.Close();
    }

    private void EmitKernel(SourceWriter writer, CpuTarget target)
    {
        string v = target.V;
        int vectors = (plan.GroupBytes + target.Bytes - 1) / target.Bytes;
        int turns = vectors <= LoopedVectors ? 0 : vectors / LoopedVectors;
        bool isOneRun = turns <= CountedPlanes;
        string[] groups = Groups(target);
        writer.Write($"{v}<byte> low = {v}.Create((byte)15);");
        writer.Write($"{v}<byte> counts = {target.Simd}.NibbleCounts;");
        EmitGroups(writer, groups.Length);
        if (turns > 0)
        {
            EmitTurns(writer, target, turns, isOneRun);
        }

        Dictionary<string, List<string>[]> planes = groups.ToDictionary(
            static group => group, group => s_carried.Select(plane => turns > 0 ? new List<string> { plane + group } : []).ToArray());
        for (int i = turns * LoopedVectors; i < vectors; i++)
        {
            EmitVector(writer, target, "0", i * target.Bytes, planes);
        }

        foreach (string group in groups)
        {
            EmitCounts(writer, target, group, planes[group]);
            if (isOneRun)
            {
                writer.Write($"{target.Simd}.StoreCounts(lower{group}, upper{group}, ref sums{group});");
            }

            if (turns > 0)
            {
                writer.Write(isOneRun
                    ? $"{target.Simd}.AddCounts(lowerSixteens{group}, upperSixteens{group}, 4, ref sums{group});"
                    : $"{target.Simd}.AddCounts(lower{group}, upper{group}, 0, ref sums{group});");
            }
        }

        writer.Close();
    }

    /// <summary>The suffixes of the variables of groups that are added at a time.</summary>
    private static string[] Groups(CpuTarget target) => target.Bytes == 64 ? ["0", "1"] : ["0"];

    /// <summary>Opens the loop over groups. Two at a time share loads of the query; they are half of all groups apart, so that each half is read in order.</summary>
    private void EmitGroups(SourceWriter writer, int groups)
    {
        if (groups == 2)
        {
            writer.Write("int half = (count + 1) / 2;");
            writer.Open($"for (nuint i = 0; i < {PrefetchAhead / groups}; i += {CacheLine})");
            writer.Write($"KernelMath.Prefetch(ref Unsafe.Add(ref groups, half * {plan.GroupBytes}), i);");
            writer.Close();
            writer.Blank();
        }

        writer.Open($"for (int g = 0; g < {(groups == 2 ? "half" : "count")}; g++)");
        writer.Write($"ref byte codes0 = ref Unsafe.Add(ref groups, g * {plan.GroupBytes});");
        writer.Write($"ref ushort sums0 = ref Unsafe.Add(ref sums, g * {CodebookPlan.GroupRows});");
        if (groups == 2)
        {
            writer.Write("// Of an odd number, the last one is added up once more, for rows behind it.");
            writer.Write($"ref byte codes1 = ref Unsafe.Add(ref groups, Math.Min(g + half, count - 1) * {plan.GroupBytes});");
            writer.Write($"ref ushort sums1 = ref Unsafe.Add(ref sums, (g + half) * {CodebookPlan.GroupRows});");
        }
    }

    /// <summary>Sixteen vectors per turn. Where bytes do not hold the counts of all turns, they are added to the sums after each run of turns.</summary>
    private void EmitTurns(SourceWriter writer, CpuTarget target, int turns, bool isOneRun)
    {
        string[] groups = Groups(target);
        int turnBytes = LoopedVectors * target.Bytes;
        string zero = $"{target.V}<byte>.Zero";
        foreach (string plane in from plane in s_carried from name in groups select plane + name)
        {
            writer.Write($"{target.V}<byte> {plane} = {zero};");
        }

        if (!isOneRun)
        {
            foreach (string group in groups)
            {
                writer.Write($"{target.Simd}.StoreCounts({zero}, {zero}, ref sums{group});");
            }

            writer.Open($"for (nuint start = 0; start < {turns * turnBytes}; start += {CountedPlanes * turnBytes})");
            writer.Write($"nuint end = Math.Min(start + {CountedPlanes * turnBytes}, {turns * turnBytes});");
        }

        foreach (string group in groups)
        {
            writer.Write($"{target.V}<byte> lowerSixteens{group} = {zero};");
            writer.Write($"{target.V}<byte> upperSixteens{group} = {zero};");
        }

        writer.Open(isOneRun
            ? $"for (nuint i = 0; i < {turns * turnBytes}; i += {turnBytes})"
            : $"for (nuint i = start; i < end; i += {turnBytes})");
        Dictionary<string, List<string>[]> planes = groups.ToDictionary(
            static group => group, static group => s_carried.Select(plane => new List<string> { plane + group }).Append([]).ToArray());
        for (int i = 0; i < LoopedVectors; i++)
        {
            EmitVector(writer, target, "i", i * target.Bytes, planes);
        }

        foreach (string group in groups)
        {
            string sixteens = planes[group][s_carried.Length][0];
            writer.Write($"lowerSixteens{group} += {LowerCounts(target, sixteens)};");
            writer.Write($"upperSixteens{group} += {UpperCounts(target, sixteens)};");
        }

        writer.Close();
        if (!isOneRun)
        {
            foreach (string group in groups)
            {
                writer.Write($"{target.Simd}.AddCounts(lowerSixteens{group}, upperSixteens{group}, 4, ref sums{group});");
            }

            writer.Close();
        }

        writer.Blank();
    }

    /// <summary>Adds a vector of each group to its planes of bits, as soon as three of a kind can be added.</summary>
    private void EmitVector(SourceWriter writer, CpuTarget target, string start, int place, Dictionary<string, List<string>[]> planes)
    {
        string offset = CodebookText.Plus(start, place);
        string query = $"{target.V}.LoadUnsafe(ref query, {offset})";
        if (planes.Count > 1)
        {
            query = Declare(writer, target, "bits", query);
        }

        // Of the last vector there may be half.
        (string load, string widen) = place + target.Bytes <= plan.GroupBytes ? (target.V, "") : (target.Half.V, $".To{target.V}()");
        foreach (KeyValuePair<string, List<string>[]> group in planes)
        {
            if (place % CacheLine == 0)
            {
                writer.Write($"KernelMath.Prefetch(ref codes{group.Key}, {CodebookText.Plus(start, place + (PrefetchAhead / planes.Count))});");
            }

            List<string>[] own = group.Value;
            own[0].Add(Declare(writer, target, "agreeing", $"{query} ^ {load}.LoadUnsafe(ref codes{group.Key}, {offset}){widen}"));
            for (int weight = 0; weight < own.Length - 1 && own[weight].Count == 3; weight++)
            {
                List<string> three = own[weight];
                string add = weight == 0 ? "AddBits" : "AddCarries";
                own[weight + 1].Add(Declare(writer, target, "carries", $"{target.Simd}.{add}(ref {three[0]}, {three[1]}, {three[2]})"));
                three.RemoveRange(1, 2);
            }
        }
    }

    private string Declare(SourceWriter writer, CpuTarget target, string name, string value)
    {
        string variable = $"{name}{_variables++}";
        writer.Write($"{target.V}<byte> {variable} = {value};");
        return variable;
    }

    /// <summary>Counts the bits of a group's planes, those that stand for most first.</summary>
    private static void EmitCounts(SourceWriter writer, CpuTarget target, string group, List<string>[] planes)
    {
        bool isFirst = true;
        for (int weight = planes.Length - 1; weight >= 0; weight--)
        {
            if (!isFirst)
            {
                writer.Write($"lower{group} += lower{group};");
                writer.Write($"upper{group} += upper{group};");
            }

            foreach (string plane in planes[weight])
            {
                string assigned = isFirst ? "=" : "+=";
                string declared = isFirst ? $"{target.V}<byte> " : "";
                writer.Write($"{declared}lower{group} {assigned} {LowerCounts(target, plane)};");
                writer.Write($"{declared}upper{group} {assigned} {UpperCounts(target, plane)};");
                isFirst = false;
            }
        }
    }

    private static string LowerCounts(CpuTarget target, string plane) => $"{target.Simd}.ShuffleBytes(counts, {plane} & low)";

    private static string UpperCounts(CpuTarget target, string plane) => $"{target.Simd}.ShuffleBytes(counts, ({plane}.AsUInt16() >> 4).AsByte() & low)";
}
