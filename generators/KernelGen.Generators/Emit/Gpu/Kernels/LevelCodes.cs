using KernelGen.Generators.Emit.Gpu.Model;

namespace KernelGen.Generators.Emit.Gpu.Kernels;

/// <summary>What codes of up to 4 bits stand for, without a table, which the bytes of a word could not read at once: a multiple of the code, and what levels rise more
/// than that where a code reaches them. The outer ones do, the others rise alike.</summary>
internal static class LevelCodes
{
    /// <summary>Levels of codes, a byte each, or of a single code.</summary>
    public static Variable LookUp(GpuKernelBuilder kernel, IReadOnlyList<int> levels, GpuExpression codes)
    {
        Variable code = kernel.Declare("packed", codes);
        int[] rises = [.. levels.Skip(1).Zip(levels, static (above, below) => above - below)];
        int least = rises.Min();
        GpuExpression level = GpuKernelBuilder.Call(GpuFunction.Multiple, code, (uint)least);
        for (int j = 1; j < levels.Count; j++)
        {
            if (rises[j - 1] > least)
            {
                level = GpuKernelBuilder.Call(GpuFunction.AddWhereReached, level, code, (uint)(128 - j) * 0x01010101u, (uint)(rises[j - 1] - least));
            }
        }

        return kernel.Declare("level", level);
    }
}
