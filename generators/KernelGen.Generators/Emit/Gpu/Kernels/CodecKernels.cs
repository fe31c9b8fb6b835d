using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels;

/// <summary>
/// The kernels of a codec for any target. A new code family adds its own here, next to those of scalar and float codes: terms for
/// <see cref="ScanKernel"/> (<see cref="IScanTerms"/>), a reader and a quantizer. A new target prints them: see Ilgpu/.
/// </summary>
internal sealed class CodecKernels
{
    public CodecKernels(KernelPlan plan)
    {
        ScanShape = new ScanKernel(plan);
        ScanOne = ScanShape.Build(1);
        ScanBatch = ScanShape.Build(ScanKernel.BatchQueries);
        DecodeShape = new DecodeKernel(plan);
        Decode = DecodeShape.BuildDecode();
        Accumulate = DecodeShape.BuildAccumulate();
        EncodeShape = new EncodeKernels(plan);
        EncodeNorms = plan.IsCosine ? EncodeShape.BuildNorms() : null;
        EncodeScales = plan.HasRowScales ? EncodeShape.BuildScales() : null;
        EncodeValues = EncodeShape.BuildValues();
        EncodeSquares = plan.HasNorm ? EncodeShape.BuildSquares() : null;
    }

    public ScanKernel ScanShape { get; }

    public DecodeKernel DecodeShape { get; }

    public EncodeKernels EncodeShape { get; }

    /// <summary>Scores for one query.</summary>
    public GpuKernel ScanOne { get; }

    /// <summary>Scores for <see cref="ScanKernel.BatchQueries"/> queries.</summary>
    public GpuKernel ScanBatch { get; }

    public GpuKernel Decode { get; }

    public GpuKernel Accumulate { get; }

    /// <summary>First step of Encode, where vectors are normalised.</summary>
    public GpuKernel? EncodeNorms { get; }

    /// <summary>Second step of Encode, where rows have scales.</summary>
    public GpuKernel? EncodeScales { get; }

    /// <summary>Third step of Encode.</summary>
    public GpuKernel EncodeValues { get; }

    /// <summary>Last step of Encode, where norms are stored.</summary>
    public GpuKernel? EncodeSquares { get; }

    public IEnumerable<GpuKernel> All => ((GpuKernel?[])[ScanOne, ScanBatch, Decode, Accumulate, EncodeNorms, EncodeScales, EncodeValues, EncodeSquares])
        .OfType<GpuKernel>();
}
