using KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;
using KernelGen.Generators.Emit.Gpu.Kernels.Signs;
using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;
using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit.Gpu.Kernels;

/// <summary>
/// The kernels of a codec for any target, with what a launch has to know of them. A code family is a method that builds one of these. A new
/// target prints and launches them: see Ilgpu/.
/// </summary>
/// <param name="Dimensions">Values of a vector.</param>
/// <param name="Scans">Scores: for one query first, then for more at once.</param>
/// <param name="Decode">Decodes row codes.</param>
/// <param name="Accumulate">Sums over decoded rows of blocks.</param>
/// <param name="DecodeRows">Rows that a group of <paramref name="Decode"/> decodes, runs that one of <paramref name="Accumulate"/> sums.</param>
/// <param name="Encode">The steps of Encode, in their order; none where the CPU encodes.</param>
/// <param name="EncodeScratch">Buffers that the steps hand on.</param>
internal sealed record CodecKernels(
    int Dimensions,
    IReadOnlyList<ScanLaunch> Scans,
    GpuKernel Decode,
    GpuKernel Accumulate,
    int DecodeRows,
    IReadOnlyList<EncodeStep> Encode,
    IReadOnlyList<ScratchPart> EncodeScratch)
{
    public IEnumerable<GpuKernel> All => [.. Scans.Select(static scan => scan.Kernel), Decode, Accumulate, .. Encode.Select(static step => step.Kernel)];

    public static CodecKernels Of(Scheme scheme) => scheme.Grid switch
    {
        CodebookGrid grid => CodebookKernels.Build(new CodebookPlan(scheme, grid)),
        AdditiveGrid grid => CodebookKernels.Build(new CodebookPlan(scheme, grid)),
        SignGrid grid => SignKernels.Build(new SignPlan(scheme, grid)),
        RotatedGrid { Bits: 1 } grid => SignKernels.Build(new SignPlan(scheme, grid)),
        _ => ValueKernels.Build(new KernelPlan(scheme)),
    };
}

/// <summary>A kernel that scores.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Queries">How many queries it takes.</param>
/// <param name="GroupRows">How many rows a group takes.</param>
internal sealed record ScanLaunch(GpuKernel Kernel, int Queries, int GroupRows);

/// <summary>A step of Encode.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="GroupRows">How many rows a group takes.</param>
internal sealed record EncodeStep(GpuKernel Kernel, int GroupRows);

/// <summary>A buffer between steps of Encode.</summary>
/// <param name="Name">Its name among the buffers of the kernels.</param>
/// <param name="RowElements">How many elements a row has.</param>
/// <param name="ElementType">Their type, of 4 bytes.</param>
internal sealed record ScratchPart(string Name, int RowElements, GpuType ElementType = GpuType.Float);
