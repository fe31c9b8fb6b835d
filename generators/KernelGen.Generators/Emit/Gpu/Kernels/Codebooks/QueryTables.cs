using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;

/// <summary>The tables of the queries of a scan: in shared memory where all of them fit, else where they are.</summary>
internal sealed class QueryTables
{
    private readonly GpuArray _array;
    private readonly IReadOnlyList<GpuExpression> _starts;

    /// <summary>Emits the copy to shared memory, and a barrier behind it.</summary>
    public QueryTables(GpuKernelBuilder kernel, CodebookPlan plan, GpuArray prepared, Variable firstQuery, int queries)
    {
        GpuExpression Start(int query) => ((firstQuery + query) * (plan.QueryBytes / 4)) + (CodebookPlan.HeaderBytes / 4);
        if (!AreShared(plan, queries))
        {
            _array = prepared;
            _starts = [.. Enumerable.Range(0, queries).Select(q => kernel.Declare("query", Start(q)))];
            Stride = plan.Stride;
            return;
        }

        int entries = plan.Codes * plan.Centroids;
        SharedArray tables = kernel.Shared("tables", GpuType.Float, queries * entries);
        for (int q = 0; q < queries; q++)
        {
            Variable start = kernel.Declare("query", Start(q));
            int first = q * entries;
            kernel.For("entry", GpuKernel.Thread, entries, GpuKernel.GroupSize, entry =>
            {
                // Without the places that fill up short tables.
                GpuExpression place = plan.Stride == plan.Centroids ? entry : ((entry >> plan.Bits) * plan.Stride) + (entry & (plan.Centroids - 1));
                kernel.Store(tables, entry + first, GpuKernelBuilder.Load(prepared, start + place));
            });
        }

        kernel.Barrier();
        _array = tables;
        _starts = [.. Enumerable.Range(0, queries).Select(q => (GpuExpression)(q * entries))];
        Stride = plan.Centroids;
    }

    /// <summary>Places from a code to the next.</summary>
    public int Stride { get; }

    public static bool AreShared(CodebookPlan plan, int queries) => (long)queries * plan.Codes * plan.Centroids * 4 <= TableScan.MostSharedBytes;

    /// <summary>An entry by its place: number of the code times <see cref="Stride"/>, and the code.</summary>
    public GpuExpression Entry(int query, GpuExpression place) => GpuKernelBuilder.Load(_array, _starts[query] + place);
}
