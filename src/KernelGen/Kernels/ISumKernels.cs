using System.ComponentModel;

namespace KernelGen.Kernels;

/// <summary>What generated code adds to scans of groups for one scheme: sums of byte table entries, or of bits that agree.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ISumKernels
{
    /// <summary>Bytes of a prepared query.</summary>
    static abstract int QueryBytes { get; }

    /// <summary>Bytes of a group of 32 rows.</summary>
    static abstract int GroupBytes { get; }

    /// <summary>The sums of rows.</summary>
    /// <param name="query">The first of the prepared queries.</param>
    /// <param name="queries">How many there are, at most <see cref="FastScan.BatchQueries"/>.</param>
    /// <param name="groups">The first of the groups.</param>
    /// <param name="count">How many there are, at most <see cref="FastScan.StripRows"/> / 32.</param>
    /// <param name="sums">A sum per row, in the order of the rows; those of a query start <see cref="FastScan.StripRows"/> after those of the
    /// query before. What lies between is void afterwards.</param>
    /// <param name="tier">The tier to run.</param>
    static abstract void Sum(ref byte query, int queries, ref byte groups, int count, ref ushort sums, CpuTier tier);
}
