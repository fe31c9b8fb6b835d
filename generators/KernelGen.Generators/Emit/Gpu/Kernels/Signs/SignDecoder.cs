using KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;
using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;
using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Signs;

/// <summary>Decodes dimension by dimension: what a bit stands for, of rotated codes in units of the row's scale.</summary>
internal sealed class SignDecoder(SignPlan plan) : IRowDecoder
{
    public RowSegments Segments => RowSegments.Single(plan.Dimensions);

    public bool HasParameters => false;

    public void Decode(DecodeSource source, Variable row, Variable lane, Action<GpuExpression, Variable> use)
    {
        GpuKernelBuilder kernel = source.Kernel;
        Variable place = kernel.Declare("bitOfRow", plan.Grid.Order == BitOrder.MsbFirst ? lane ^ 7 : lane);
        GpuExpression shifted;
        GpuExpression scale;
        if (source.AreBlocks)
        {
            RowPlace stored = RowPlace.Of(kernel, row, plan.Rows);
            shifted = NibbleGroups.Of(plan).Read(source.Codes, stored, place >> 2) >> (place & 3);
            scale = (stored.Block * plan.BlockBytes) + (stored.InBlock * 4);
        }
        else
        {
            Variable start = kernel.Declare("start", row * plan.CodeBytes);
            shifted = GpuKernelBuilder.Load(source.Codes, start + (place >> 3)) >> (place & 7);
            scale = start + plan.BitBytes;
        }

        Variable bit = kernel.Declare("bit", shifted & 1u);
        GpuExpression magnitude = plan.Value;
        if (plan.Parts is { } parts)
        {
            magnitude = kernel.Declare(
                "magnitude", plan.Value * (RowCodeReader.Bytes(kernel, source.Codes, scale, 4).As(GpuType.Float) * parts.DecodeFactor));
        }

        use(lane, kernel.Declare("value", bit.IsEqualTo(0u).Then(-magnitude, magnitude)));
    }
}
