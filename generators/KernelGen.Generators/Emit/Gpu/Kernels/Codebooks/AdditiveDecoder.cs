using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;

/// <summary>Decodes dimension by dimension: the sum of the values of the centroids that a group's codes name, in the order of stages, times the norm.</summary>
internal sealed class AdditiveDecoder(CodebookPlan plan) : IRowDecoder
{
    /// <summary>Stages that are written out; more are a loop.</summary>
    private const int UnrolledStages = 8;

    private readonly Subspaces _groups = new(plan);
    private readonly StringCodes _codes = new(plan);

    public RowSegments Segments => RowSegments.Single(plan.Dimensions);

    public bool HasParameters => true;

    public void Decode(DecodeSource source, Variable row, Variable lane, Action<GpuExpression, Variable> use)
    {
        GpuKernelBuilder kernel = source.Kernel;
        (Variable rowCode, GpuExpression norm) = Place(source, row);
        Variable part = kernel.Declare("part", _groups.Of(lane));
        Variable start = kernel.Declare("start", _groups.Start(part));
        Variable length = kernel.Declare("length", _groups.CentroidLength(part));
        Variable first = kernel.Declare("first", part * plan.Stages);
        Variable place = kernel.Declare("place", lane - start);
        GpuExpression Term(GpuExpression stage)
        {
            Variable code = kernel.Declare("code", _codes.Read(source, rowCode, kernel.Declare("number", first + stage)));
            return GpuKernelBuilder.Load(source.Parameters!, _groups.Codebook(start, length, stage) + (code * length) + place);
        }

        Variable value = kernel.Declare("value", Term(0));
        if (plan.Stages <= UnrolledStages)
        {
            for (int s = 1; s < plan.Stages; s++)
            {
                kernel.Assign(value, value + Term(s));
            }
        }
        else
        {
            kernel.For("stage", 1, plan.Stages, 1, stage => kernel.Assign(value, value + Term(stage)));
        }

        if (plan.HasNorm)
        {
            kernel.Assign(value, value * AdditiveNorms.Value(plan, kernel, RowCodeReader.Bytes(kernel, source.Codes, norm, plan.NormBytes)));
        }

        use(lane, value);
    }

    /// <summary>Where a row's bit string and its norm begin.</summary>
    private (Variable RowCode, GpuExpression Norm) Place(DecodeSource source, Variable row)
    {
        GpuKernelBuilder kernel = source.Kernel;
        if (!source.AreBlocks)
        {
            Variable rowCode = kernel.Declare("rowCode", row * plan.CodeBytes);
            return (rowCode, rowCode + plan.ValueBytes);
        }

        RowPlace place = RowPlace.Of(kernel, row, plan.Rows);
        GpuExpression block = place.Block * plan.BlockBytes;
        return (
            kernel.Declare("rowCode", block + plan.ValuesOffset + (place.InBlock * plan.ValueBytes)),
            block + (place.InBlock * plan.NormBytes));
    }
}
