using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu;

/// <summary>Emits the kernels that work on decoded values: Decode, Accumulate and ScorePair. A null target is the scalar tier.</summary>
internal sealed class DecodeEmitter(KernelPlan plan)
{
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
            (decoded, dimension) => writer.Write($"{decoded[0]}.StoreUnsafe(ref destination, {dimension});"),
            (decoded, dimension) => writer.Write($"Unsafe.Add(ref destination, {dimension}) = {decoded[0]};"));
        writer.Close();
        writer.Blank();

        writer.Write("/// <summary>Adds a decoded row times a weight.</summary>");
        writer.Open($"private static void AccumulateRow{tier}({RowParameters(plan, 0)}, float weight, ref float destination{Learned.Parameters(plan)})");
        single.EmitConstants(writer, target);
        if (target is not null)
        {
            writer.Write($"{target.V}<float> weights = {target.V}.Create(weight);");
        }

        single.EmitLoops(
            writer,
            target,
            (decoded, dimension) => writer.Write($"{target!.V}.MultiplyAddEstimate({decoded[0]}, weights, {target.V}.LoadUnsafe(ref destination, {dimension})).StoreUnsafe(ref destination, {dimension});"),
            (decoded, dimension) => writer.Write($"Unsafe.Add(ref destination, {dimension}) += {decoded[0]} * weight;"));
        writer.Close();
        writer.Blank();
        EmitPair(writer, target, tier);
    }

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
            (decoded, _) =>
            {
                if (plan.IsL2)
                {
                    writer.Write($"{decoded[0]} -= {decoded[1]};");
                }

                writer.Write($"sums = {target!.V}.MultiplyAddEstimate({decoded[0]}, {decoded[plan.IsL2 ? 0 : 1]}, sums);");
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
