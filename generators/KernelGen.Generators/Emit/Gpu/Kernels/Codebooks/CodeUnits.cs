using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;

/// <summary>Neighbouring codes of a row that fill whole bytes, so that threads need not share any.</summary>
internal sealed class CodeUnits(CodebookPlan plan)
{
    /// <summary>Codes of a unit.</summary>
    public int Codes => plan.Bits % 8 == 0 ? 1 : plan.Bits % 4 == 0 ? 2 : plan.Bits % 2 == 0 ? 4 : 8;

    /// <summary>Units of a row; the last may have fewer codes.</summary>
    public int Count => (plan.Codes + Codes - 1) / Codes;

    private int Bytes => Codes * plan.Bits / 8;

    /// <summary>Stores the bytes that some neighbouring codes fill.</summary>
    public void Store(GpuKernelBuilder kernel, IReadOnlyList<Variable> chosen, GpuArray codes, Variable rowCode, Variable unit)
    {
        Variable place = kernel.Declare("place", unit * Bytes);
        for (int k = 0; k < Math.Min(Bytes, plan.ValueBytes); k++)
        {
            GpuExpression bits = 0u;
            for (int s = 0; s < chosen.Count; s++)
            {
                int shift = (s * plan.Bits) - (8 * k);
                if (shift < 8 && shift > -plan.Bits)
                {
                    GpuExpression code = chosen[s].To(GpuType.UInt);
                    bits |= shift < 0 ? code >> -shift : code << shift;
                }
            }

            bool isCertain = ((Count - 1) * Bytes) + k < plan.ValueBytes;
            GpuExpression at = place + k;
            kernel.IfUnless(isCertain, at < plan.ValueBytes, () => kernel.Store(codes, rowCode + at, bits & 0xFFu));
        }
    }
}
