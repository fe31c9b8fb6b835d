using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels;

/// <summary>Decodes row codes, or adds up decoded rows of blocks: a thread takes lanes, with their values in all segments.</summary>
internal sealed class DecodeKernel(KernelPlan plan)
{
    /// <summary>How the threads of a group share the lanes of its rows.</summary>
    public LaneShape Shape { get; } = LaneShape.ForElements(RowCodeReader.LanesOf(plan));

    /// <summary>Rows that a group decodes.</summary>
    public int GroupRows => Shape.GroupRows;

    public GpuKernel BuildDecode()
    {
        var kernel = new GpuKernelBuilder("Decode", $"Decodes row codes, {GroupRows} to a group.");
        GpuBufferParameter codes = kernel.Buffer("codes", GpuType.Byte);
        GpuBufferParameter? parameters = plan.LearnedScaleCount > 0 ? kernel.Buffer("parameters", GpuType.Float) : null;
        GpuBufferParameter vectors = kernel.Buffer("vectors", GpuType.Float);
        Variable rows = kernel.Scalar("rows");
        Variable zero = kernel.Scalar("zero");
        Variable row = kernel.Declare("row", RowOfThread());
        kernel.If(row < rows, () => EachLane(kernel, lane =>
            new RowCodeReader(plan, kernel, codes, parameters, zero).Decode(
                RowParts.OfRowCode(plan, kernel, row),
                lane,
                (dimension, value) => kernel.Store(vectors, (row * plan.Dimensions) + dimension, value))));
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
        GpuBufferParameter? parameters = plan.LearnedScaleCount > 0 ? kernel.Buffer("parameters", GpuType.Float) : null;
        GpuBufferParameter partial = kernel.Buffer("partial", GpuType.Float);
        Variable count = kernel.Scalar("count");
        Variable runs = kernel.Scalar("runs");
        Variable zero = kernel.Scalar("zero");
        Variable run = kernel.Declare("run", RowOfThread());
        kernel.If(run < runs, () => EachLane(kernel, lane =>
        {
            int segments = plan.Integer?.Segments ?? 1;
            int lanes = RowCodeReader.LanesOf(plan);
            List<Variable> sums = [.. Enumerable.Range(0, segments).Where(s => s * lanes < plan.Dimensions).Select(_ => kernel.Declare("sum", 0f))];
            kernel.For("i", run, count, runs, i =>
            {
                Variable row = kernel.Declare("row", GpuKernelBuilder.Load(numbers, i));
                Variable weight = kernel.Declare("weight", GpuKernelBuilder.Load(weights, i));
                int segment = 0;
                new RowCodeReader(plan, kernel, blocks, parameters, zero).Decode(
                    RowParts.OfBlocks(plan, kernel, row),
                    lane,
                    (_, value) =>
                    {
                        kernel.Assign(sums[segment], sums[segment] + (weight * value));
                        segment++;
                    });
            });
            for (int s = 0; s < sums.Count; s++)
            {
                int first = s * lanes;
                void Write() => kernel.Store(partial, (run * plan.Dimensions) + first + lane, sums[s]);
                kernel.IfUnless(first + lanes <= plan.Dimensions, lane < plan.Dimensions - first, Write);
            }
        }));
        return kernel.Build();
    }

    private GpuExpression RowOfThread() => (GpuKernel.Group * GroupRows) + Shape.RowOfThread;

    private void EachLane(GpuKernelBuilder kernel, Action<Variable> body) =>
        kernel.For("lane", Shape.LaneOfThread, RowCodeReader.LanesOf(plan), Shape.Lanes, body);
}
