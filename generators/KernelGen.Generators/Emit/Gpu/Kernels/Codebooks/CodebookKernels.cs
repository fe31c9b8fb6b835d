using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;

/// <summary>The kernels of codecs with codebooks. Formats: docs/formats.md, sections 6 and 7.</summary>
internal static class CodebookKernels
{
    public static CodecKernels Build(CodebookPlan plan)
    {
        AdditiveEncode? additive = plan.Additive is { } grid ? new AdditiveEncode(plan, grid) : null;
        var decode = new DecodeKernel(additive is null ? new CodebookDecoder(plan) : new AdditiveDecoder(plan));
        return new CodecKernels(
            plan.Dimensions,
            new CodebookScan(plan).Build(),
            decode.BuildDecode(),
            decode.BuildAccumulate(),
            decode.GroupRows,
            additive?.Build() ?? [.. plan.IsCosine ? [EncodeKernels.BuildNorms(plan.Dimensions)] : (EncodeStep[])[], new CodebookEncode(plan).Build()],
            additive?.Scratch ?? [new("norms", plan.IsCosine ? 1 : 0)]);
    }

    /// <summary>Whether a step of Encode computes in double precision.</summary>
    public static bool NeedsDouble(CodebookPlan plan) => plan.Additive is null ? plan.IsCosine : AdditiveEncode.NeedsDouble(plan);
}
