using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;

/// <summary>The kernels of codecs with codebooks. Formats: docs/formats.md, section 6.</summary>
internal static class CodebookKernels
{
    public static CodecKernels Build(CodebookPlan plan)
    {
        var decode = new DecodeKernel(new CodebookDecoder(plan));
        return new CodecKernels(
            plan.Dimensions,
            new CodebookScan(plan).Build(),
            decode.BuildDecode(),
            decode.BuildAccumulate(),
            decode.GroupRows,
            [.. plan.IsCosine ? [EncodeKernels.BuildNorms(plan.Dimensions)] : (EncodeStep[])[], new CodebookEncode(plan).Build()],
            [new("norms", plan.IsCosine ? 1 : 0)]);
    }

    /// <summary>Whether a step of Encode computes in double precision: the sum that normalises.</summary>
    public static bool NeedsDouble(CodebookPlan plan) => plan.IsCosine;
}
