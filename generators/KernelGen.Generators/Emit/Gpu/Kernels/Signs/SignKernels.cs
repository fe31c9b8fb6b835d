using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Signs;

/// <summary>The kernels of codecs of one bit per dimension. Formats: docs/formats.md, sections 9 and 10.</summary>
internal static class SignKernels
{
    public static CodecKernels Build(SignPlan plan)
    {
        var decode = new DecodeKernel(new SignDecoder(plan));
        return new CodecKernels(
            plan.Dimensions,
            new SignScan(plan).Build(),
            decode.BuildDecode(),
            decode.BuildAccumulate(),
            decode.GroupRows,
            [SignEncode.BuildValues(plan), .. plan.Parts is { } parts ? [SignEncode.BuildNumbers(plan, parts)] : (EncodeStep[])[]],
            []);
    }

    /// <summary>Whether a step of Encode computes in double precision.</summary>
    public static bool NeedsDouble(SignPlan plan) => plan.Parts is not null;
}
