using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu;

/// <summary>Parts of the buffer that Encode rents: codes one per byte, reciprocals and minima of blocks, the decoded vector.</summary>
internal static class Scratch
{
    public static int Inverses(KernelPlan plan) =>
        plan.Integer is { } integer ? PlanMath.RoundUp(integer.UnpackedBytes + 64) : 0;

    public static int Minima(KernelPlan plan) => PlanMath.RoundUp(Inverses(plan) + (plan.ScalesPerRow * 4));

    public static int Decoded(KernelPlan plan) => PlanMath.RoundUp(Minima(plan) + (plan.ScalesPerRow * 4));

    public static int Bytes(KernelPlan plan) => Decoded(plan) + (plan.StoresNorms ? plan.Dimensions * 4 : 0);
}
