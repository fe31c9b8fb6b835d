using KernelGen.Generators.Emit.Gpu.Model;

namespace KernelGen.Generators.Emit.Gpu.Kernels;

/// <summary>Decodes row codes, or adds up decoded rows of blocks: a thread takes lanes, with their values in all segments.</summary>
internal sealed class DecodeKernel(IRowDecoder decoder)
{
    /// <summary>How the threads of a group share the lanes of its rows.</summary>
    private readonly LaneShape _shape = LaneShape.ForElements(decoder.Segments.Lanes);

    /// <summary>Rows that a group decodes.</summary>
    public int GroupRows => _shape.GroupRows;

    public GpuKernel BuildDecode()
    {
        var kernel = new GpuKernelBuilder("Decode", $"Decodes row codes, {GroupRows} to a group.");
        GpuBufferParameter codes = kernel.Buffer("codes", GpuType.Byte);
        GpuBufferParameter? parameters = decoder.HasParameters ? kernel.Buffer("parameters", GpuType.Float) : null;
        GpuBufferParameter vectors = kernel.Buffer("vectors", GpuType.Float);
        Variable rows = kernel.Scalar("rows");
        Variable zero = kernel.Scalar("zero");
        Variable row = kernel.Declare("row", RowOfThread());
        var source = new DecodeSource(kernel, codes, parameters, zero, AreBlocks: false);
        kernel.If(row < rows, () => EachLane(kernel, lane => decoder.Decode(
            source, row, lane, (dimension, value) => kernel.Store(vectors, (row * decoder.Segments.Dimensions) + dimension, value))));
        return kernel.Build();
    }

    /// <summary>Sums over every so many rows; the shared kernel adds them to the destination.</summary>
    public GpuKernel BuildAccumulate()
    {
        var kernel = new GpuKernelBuilder(
            "Accumulate", "Weighted sums of decoded rows: each run of threads takes every so many rows and writes a partial vector.");
        GpuBufferParameter blocks = kernel.Buffer("blocks", GpuType.Byte);
        GpuBufferParameter numbers = kernel.Buffer("rows", GpuType.Int);
        GpuBufferParameter weights = kernel.Buffer("weights", GpuType.Float);
        GpuBufferParameter? parameters = decoder.HasParameters ? kernel.Buffer("parameters", GpuType.Float) : null;
        GpuBufferParameter partial = kernel.Buffer("partial", GpuType.Float);
        Variable count = kernel.Scalar("count");
        Variable runs = kernel.Scalar("runs");
        Variable zero = kernel.Scalar("zero");
        Variable run = kernel.Declare("run", RowOfThread());
        var source = new DecodeSource(kernel, blocks, parameters, zero, AreBlocks: true);
        kernel.If(run < runs, () => EachLane(kernel, lane =>
        {
            RowSegments segments = decoder.Segments;
            List<Variable> sums = [.. segments.Held.Select(_ => kernel.Declare("sum", 0f))];
            kernel.For("i", run, count, runs, i =>
            {
                Variable row = kernel.Declare("row", GpuKernelBuilder.Load(numbers, i));
                Variable weight = kernel.Declare("weight", GpuKernelBuilder.Load(weights, i));
                int segment = 0;
                decoder.Decode(source, row, lane, (_, value) =>
                {
                    kernel.Assign(sums[segment], sums[segment] + (weight * value));
                    segment++;
                });
            });
            for (int s = 0; s < sums.Count; s++)
            {
                GpuExpression start = run * segments.Dimensions;
                GpuExpression place = segments.IsInterleaved ? start + segments.Dimension(s, lane) : start + (s * segments.Lanes) + lane;
                segments.IfHeld(kernel, s, lane, () => kernel.Store(partial, place, sums[s]));
            }
        }));
        return kernel.Build();
    }

    private GpuExpression RowOfThread() => (GpuKernel.Group * GroupRows) + _shape.RowOfThread;

    private void EachLane(GpuKernelBuilder kernel, Action<Variable> body) =>
        kernel.For("lane", _shape.LaneOfThread, decoder.Segments.Lanes, _shape.Lanes, body);
}

/// <summary>What a code family contributes to <see cref="DecodeKernel"/>: the values of a row.</summary>
internal interface IRowDecoder
{
    /// <summary>How a row's dimensions are cut into segments; a thread takes a lane with its values in all of them.</summary>
    RowSegments Segments { get; }

    /// <summary>Whether decoding reads what the codec has learned.</summary>
    bool HasParameters { get; }

    /// <summary>Declares the values of a lane and hands each on with its dimension, in their order. Those past the end are left out.</summary>
    /// <param name="source">Where the codes are.</param>
    /// <param name="row">The row.</param>
    /// <param name="lane">The lane.</param>
    /// <param name="use">Takes a dimension and its value; runs under a condition where the last segment is shorter.</param>
    void Decode(DecodeSource source, Variable row, Variable lane, Action<GpuExpression, Variable> use);
}

/// <summary>What the emission of a decoder has at hand.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Codes">Row codes or blocks, by bytes.</param>
/// <param name="Parameters">What the codec has learned, where decoding reads it.</param>
/// <param name="Zero">For <see cref="GpuFunction.Rounded"/>.</param>
/// <param name="AreBlocks">Whether the codes are blocks.</param>
internal sealed record DecodeSource(GpuKernelBuilder Kernel, GpuArray Codes, GpuArray? Parameters, Variable Zero, bool AreBlocks);
