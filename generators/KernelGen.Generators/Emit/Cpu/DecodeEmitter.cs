using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu;

/// <summary>Emits the kernels that work on decoded values: Decode, Accumulate and ScorePair. A null target is the scalar tier.</summary>
internal sealed class DecodeEmitter(KernelPlan plan)
{
    /// <summary>How many rows ahead Accumulate asks for codes, whose places follow no order that a processor could foresee.</summary>
    private const int RowsAhead = 4;

    /// <summary>Parameters by which a row's parts are found, for row r.</summary>
    public static string RowParameters(KernelPlan plan, int row) => string.Concat(
        $"ref byte values{row}",
        plan.HasRowScales ? $", ref byte scales{row}" : "",
        plan.HasRowMinima ? $", ref byte minima{row}" : "");

    /// <summary>Arguments for a row in the form of a row code, whose values are read elsewhere if they were unpacked.</summary>
    public static string RowCodeArguments(KernelPlan plan, string code, string values) => string.Concat(
        $"ref {values}",
        plan.HasRowScales ? $", ref Unsafe.Add(ref {code}, {plan.ValueBytes})" : "",
        plan.HasRowMinima ? $", ref Unsafe.Add(ref {code}, {plan.ValueBytes + plan.RowScaleBytes})" : "");

    public void Emit(SourceWriter writer, CpuTarget? target)
    {
        string tier = target?.Tier ?? "Scalar";
        var single = new RowDecoder(plan, 1);
        writer.Write("/// <summary>Decodes one row.</summary>");
        writer.Open($"private static void DecodeRow{tier}({RowParameters(plan, 0)}, ref float destination{Learned.Parameters(plan)})");
        single.EmitConstants(writer, target);
        single.EmitLoops(
            writer,
            target,
            (_, decoded, dimension) => writer.Write($"{decoded[0]}.StoreUnsafe(ref destination, {dimension});"),
            (decoded, dimension) => writer.Write($"Unsafe.Add(ref destination, {dimension}) = {decoded[0]};"));
        writer.Close();
        writer.Blank();

        EmitAccumulate(writer, target, tier);
        EmitPair(writer, target, tier);
    }

    /// <summary>Parameters of the kernel that adds rows, after block, rows, weights and destination.</summary>
    private static string UnpackedParameter(KernelPlan plan) => plan.Integer is { IsBytePerCode: false } ? ", ref byte unpacked" : "";

    private void EmitAccumulate(SourceWriter writer, CpuTarget? target, string tier)
    {
        var single = new RowDecoder(plan, 1);
        bool isUnpacked = UnpackedParameter(plan).Length > 0;
        writer.Write("/// <summary>Adds decoded rows times weights.</summary>");
        writer.Open($"private static void AccumulateRows{tier}(ref byte block, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, ref float destination{UnpackedParameter(plan)}{Learned.Parameters(plan)})");
        writer.Open("for (int row = 0; row < rows.Length; row++)");
        writer.Write($"ref byte {(isUnpacked ? "packed" : "values0")} = ref {Part("rows[row]", plan.Block.ValuesOffset, plan.ValueBytes)};");
        writer.Write($"KernelMath.PrefetchRow(ref {Part($"rows[Math.Min(row + {RowsAhead}, rows.Length - 1)]", plan.Block.ValuesOffset, plan.ValueBytes)}, {plan.ValueBytes});");
        if (plan.HasRowScales)
        {
            writer.Write($"ref byte scales0 = ref {Part("rows[row]", plan.Block.ScalesOffset, plan.RowScaleBytes)};");
        }

        if (plan.HasRowMinima)
        {
            writer.Write($"ref byte minima0 = ref {Part("rows[row]", plan.Block.MinimaOffset, plan.RowScaleBytes)};");
        }

        if (isUnpacked)
        {
            writer.Write($"UnpackPlanes{tier}(ref packed, ref unpacked);");
            writer.Write("ref byte values0 = ref unpacked;");
        }

        writer.Write("float weight = weights[row];");
        single.EmitConstants(writer, target);
        single.EmitLoops(
            writer,
            target,
            (narrow, decoded, dimension) => writer.Write($"{narrow.V}.MultiplyAddEstimate({decoded[0]}, {narrow.V}.Create(weight), {narrow.V}.LoadUnsafe(ref destination, {dimension})).StoreUnsafe(ref destination, {dimension});"),
            (decoded, dimension) => writer.Write($"Unsafe.Add(ref destination, {dimension}) += {decoded[0]} * weight;"));
        writer.Close();
        writer.Close();
        writer.Blank();
    }

    private static string Part(string row, int offset, int bytes) => $"Unsafe.Add(ref block, {offset} + ({row} * {bytes}))";

    private void EmitPair(SourceWriter writer, CpuTarget? target, string tier)
    {
        var pair = new RowDecoder(plan, 2);
        writer.Write(plan.IsL2
            ? "/// <summary>Minus the squared distance of two decoded rows.</summary>"
            : "/// <summary>Inner product of two decoded rows.</summary>");
        writer.Open($"private static float ScorePair{tier}({RowParameters(plan, 0)}, {RowParameters(plan, 1)}{Learned.Parameters(plan)})");
        pair.EmitConstants(writer, target);
        writer.Write("float sum = 0f;");
        if (target is not null)
        {
            writer.Write($"{target.V}<float> sums = {target.V}<float>.Zero;");
        }

        pair.EmitLoops(
            writer,
            target,
            (narrow, decoded, _) =>
            {
                if (plan.IsL2)
                {
                    writer.Write($"{decoded[0]} -= {decoded[1]};");
                }

                string other = decoded[plan.IsL2 ? 0 : 1];
                writer.Write(narrow == target
                    ? $"sums = {target.V}.MultiplyAddEstimate({decoded[0]}, {other}, sums);"
                    : $"sum += {narrow.V}.Sum({decoded[0]} * {other});");
            },
            (decoded, _) =>
            {
                if (plan.IsL2)
                {
                    writer.Write($"{decoded[0]} -= {decoded[1]};");
                }

                writer.Write($"sum += {decoded[0]} * {decoded[plan.IsL2 ? 0 : 1]};");
            });
        string total = target is null ? "sum" : $"sum + {target.V}.Sum(sums)";
        writer.Write($"return {(plan.IsL2 ? $"-({total})" : total)};");
        writer.Close();
    }
}
