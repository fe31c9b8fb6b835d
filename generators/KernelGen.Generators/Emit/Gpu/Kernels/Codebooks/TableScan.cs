using KernelGen.Generators.Emit.Gpu.Model;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;

/// <summary>What scans that look up tables of queries have in common: how many queries share a pass, and the tiles of rows of a group.</summary>
internal static class TableScan
{
    /// <summary>Shared memory for tables. Every device has it, and several groups find room on a multiprocessor.</summary>
    public const int MostSharedBytes = 32 * 1024;

    private const int BatchQueries = 4;

    /// <summary>Rows that share the tables which a group has copied.</summary>
    private const int SharingRows = 1024;

    /// <summary>One query, and as many more at once as have their tables in shared memory; four where not even one has.</summary>
    public static IReadOnlyList<ScanLaunch> Launches(Func<int, bool> areShared, Func<int, ScanLaunch> build)
    {
        int batch = BatchQueries;
        while (batch > 1 && areShared(1) && !areShared(batch))
        {
            batch /= 2;
        }

        return batch == 1 ? [build(1)] : [build(1), build(batch)];
    }

    /// <summary>Rows of a group, which takes so many at a time.</summary>
    public static int GroupRows(bool areShared, int tileRows) => areShared ? SharingRows : tileRows;

    /// <summary>Begins a scan for so many queries, of which a group has this at hand.</summary>
    public static GpuKernelBuilder Begin(int queries, int groupRows, int tileRows, bool areShared, string ofQueries = "tables") => new(
        $"Scan{queries}",
        $"Scores of rows for {(queries == 1 ? "one query" : $"{queries} queries")}: a group takes {groupRows} rows, {tileRows} at a time, with {ofQueries} in {(areShared ? "shared" : "the device's")} memory.");

    /// <summary>Emits what scores a tile, in a loop where a group has several.</summary>
    public static void EmitTiles(GpuKernelBuilder kernel, Variable rows, int groupRows, int tileRows, Action<Variable> emitTile)
    {
        Variable firstRow = kernel.Declare("firstRow", GpuKernel.Group * groupRows);
        if (groupRows == tileRows)
        {
            emitTile(firstRow);
        }
        else
        {
            Variable groupEnd = kernel.Declare("groupEnd", firstRow + groupRows);
            kernel.For("tile", firstRow, kernel.Declare("end", (groupEnd < rows).Then(groupEnd, rows)), tileRows, emitTile);
        }
    }
}
