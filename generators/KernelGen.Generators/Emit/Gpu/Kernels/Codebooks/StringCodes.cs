using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;

/// <summary>Reads single codes of bit strings.</summary>
internal sealed class StringCodes(CodebookPlan plan)
{
    /// <summary>A code of a bit string.</summary>
    /// <param name="source">The kernel and the bytes.</param>
    /// <param name="rowCode">Where the row's bit string begins.</param>
    /// <param name="number">The number of the code.</param>
    public GpuExpression Read(DecodeSource source, Variable rowCode, Variable number)
    {
        GpuKernelBuilder kernel = source.Kernel;
        if (plan.Bits == 8)
        {
            return Masked(GpuKernelBuilder.Load(source.Codes, rowCode + number));
        }

        Variable bit = kernel.Declare("bit", number * plan.Bits);
        Variable at = kernel.Declare("at", rowCode + (bit >> 3));
        GpuExpression bits = GpuKernelBuilder.Load(source.Codes, at);

        // As many bytes as a code may touch, none behind the row: the last byte then stands in, where the mask drops it.
        int bytes = Enumerable.Range(0, 8).Max(m => ((m * plan.Bits % 8) + plan.Bits + 7) / 8);
        for (int i = 1; i < bytes; i++)
        {
            Variable next = kernel.Declare("next", at + i);
            GpuExpression last = rowCode + (plan.ValueBytes - 1);
            bits |= GpuKernelBuilder.Load(source.Codes, (next < last).Then(next, last)) << (8 * i);
        }

        return Masked(bits >> (bit & 7));
    }

    /// <summary>Masked also where a byte has no other bits: a conversion of the byte's conversion might become one of a signed byte.</summary>
    public GpuExpression Masked(GpuExpression bits) => (bits & (uint)(plan.Centroids - 1)).To(GpuType.Int);
}
