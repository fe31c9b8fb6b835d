using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu;

/// <summary>Parts of the buffer that Encode rents: codes one per byte, reciprocals and minima of blocks, the decoded vector.</summary>
internal static class Scratch
{
    public static int Inverses(KernelPlan plan) =>
        plan.Integer is { } integer ? RoundUp(integer.PaddedDimensions + 64) : 0;

    public static int Minima(KernelPlan plan) => RoundUp(Inverses(plan) + (plan.ScalesPerRow * 4));

    public static int Decoded(KernelPlan plan) => RoundUp(Minima(plan) + (plan.ScalesPerRow * 4));

    public static int Bytes(KernelPlan plan) => Decoded(plan) + (plan.HasNorm ? plan.Dimensions * 4 : 0);

    private static int RoundUp(int value) => (value + 63) / 64 * 64;
}
