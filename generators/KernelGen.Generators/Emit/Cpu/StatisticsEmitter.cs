using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu;

/// <summary>Emits the statistics of a run of values that scales are made of.</summary>
internal sealed class StatisticsEmitter(KernelPlan plan)
{
    public void Emit(SourceWriter writer, CpuTarget? target)
    {
        string tier = target?.Tier ?? "Scalar";
        writer.Write("/// <summary>Bits of the greatest magnitude, which order as the magnitudes do; infinity and NaN come out above all others.</summary>");
        writer.Open($"private static int AbsMaxBits{tier}(ref float values, int count)");
        writer.Write("int greatest = 0;");
        writer.Write("int i = 0;");
        if (target is not null)
        {
            string v = target.V;
            writer.Open($"if (count >= {target.Floats})");
            writer.Write($"{v}<int> magnitude = {v}.Create(0x7FFFFFFF);");
            writer.Write($"{v}<int> first = {v}<int>.Zero;");
            writer.Write($"{v}<int> second = {v}<int>.Zero;");
            writer.Open($"for (; i <= count - {2 * target.Floats}; i += {2 * target.Floats})");
            writer.Write($"first = {v}.Max(first, {v}.LoadUnsafe(ref values, (nuint)(uint)i).AsInt32() & magnitude);");
            writer.Write($"second = {v}.Max(second, {v}.LoadUnsafe(ref values, (nuint)(uint)(i + {target.Floats})).AsInt32() & magnitude);");
            writer.Close();
            writer.Open($"if (i <= count - {target.Floats})");
            writer.Write($"first = {v}.Max(first, {v}.LoadUnsafe(ref values, (nuint)(uint)i).AsInt32() & magnitude);");
            writer.Write($"i += {target.Floats};");
            writer.Close();
            writer.Write($"greatest = KernelMath.MaxLane({v}.Max(first, second));");
            writer.Close();
        }

        writer.Open("for (; i < count; i++)");
        writer.Write("greatest = Math.Max(greatest, BitConverter.SingleToInt32Bits(Unsafe.Add(ref values, i)) & 0x7FFFFFFF);");
        writer.Close();
        writer.Write("return greatest;");
        writer.Close();

        if (plan.HasRowMinima)
        {
            writer.Blank();
            EmitMinMax(writer, target, tier);
        }
    }

    private static void EmitMinMax(SourceWriter writer, CpuTarget? target, string tier)
    {
        writer.Write("/// <summary>The least and the greatest of finite values.</summary>");
        writer.Open($"private static void MinMax{tier}(ref float values, int count, out float least, out float greatest)");
        writer.Write("least = values;");
        writer.Write("greatest = values;");
        writer.Write("int i = 0;");
        if (target is not null)
        {
            string v = target.V;
            writer.Open($"if (count >= {target.Floats})");
            writer.Write($"{v}<float> low = {v}.LoadUnsafe(ref values);");
            writer.Write($"{v}<float> high = low;");
            writer.Open($"for (i = {target.Floats}; i <= count - {target.Floats}; i += {target.Floats})");
            writer.Write($"{v}<float> next = {v}.LoadUnsafe(ref values, (nuint)(uint)i);");
            writer.Write($"low = {v}.MinNative(low, next);");
            writer.Write($"high = {v}.MaxNative(high, next);");
            writer.Close();
            writer.Write("least = KernelMath.MinLane(low);");
            writer.Write("greatest = KernelMath.MaxLane(high);");
            writer.Close();
        }

        writer.Open("for (; i < count; i++)");
        writer.Write("least = MathF.Min(least, Unsafe.Add(ref values, i));");
        writer.Write("greatest = MathF.Max(greatest, Unsafe.Add(ref values, i));");
        writer.Close();
        writer.Close();
    }
}
