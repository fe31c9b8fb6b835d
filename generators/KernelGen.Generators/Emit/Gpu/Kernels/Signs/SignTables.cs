using KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;
using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Signs;

/// <summary>
/// The byte tables of the queries of a scan. In shared memory, where they are if all of them fit, the entries of up to four queries for the same code are one
/// element, a byte each, so that one lookup serves all queries; else they are read where they are.
/// </summary>
internal sealed class SignTables
{
    /// <summary>Entries of a table.</summary>
    public const int Stride = 16;

    private readonly Func<GpuExpression, GpuExpression> _entry;

    /// <summary>Emits the copy to shared memory, and a barrier behind it.</summary>
    public SignTables(GpuKernelBuilder kernel, SignPlan plan, GpuArray prepared, Variable firstQuery, int queries)
    {
        List<Variable> starts = [.. Enumerable.Range(0, queries)
            .Select(q => kernel.Declare("query", ((firstQuery + q) * plan.QueryBytes) + SignPlan.HeaderBytes))];
        GpuExpression Together(GpuExpression place)
        {
            Variable at = kernel.Declare("at", place);
            GpuExpression entries = GpuKernelBuilder.Load(prepared, starts[0] + at);
            for (int q = 1; q < queries; q++)
            {
                entries |= GpuKernelBuilder.Load(prepared, starts[q] + at) << (8 * q);
            }

            return entries;
        }

        if (!AreShared(plan, queries))
        {
            _entry = Together;
            return;
        }

        int count = plan.Nibbles * Stride;
        SharedArray tables = kernel.Shared("tables", queries switch { 1 => GpuType.Byte, 2 => GpuType.UShort, _ => GpuType.UInt }, count);
        kernel.For("place", GpuKernel.Thread, count, GpuKernel.GroupSize, place => kernel.Store(tables, place, Together(place)));
        kernel.Barrier();
        _entry = place => GpuKernelBuilder.Load(tables, place);
    }

    public static bool AreShared(SignPlan plan, int queries) => queries * plan.Nibbles * Stride <= TableScan.MostSharedBytes;

    /// <summary>The entries of a code in all queries, the first one's lowest.</summary>
    /// <param name="place">Number of the nibble times <see cref="Stride"/>, and the code.</param>
    public GpuExpression Entry(GpuExpression place) => _entry(place);
}
