using System.ComponentModel;

namespace KernelGen.Kernels;

/// <summary>What generated code adds to <see cref="BitCounts"/> for one scheme.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IHammingKernels
{
    /// <summary>Bytes of a prepared query.</summary>
    static abstract int QueryBytes { get; }

    /// <summary>Bytes of a row in a block.</summary>
    static abstract int RowBytes { get; }

    /// <summary>Minus the numbers of bits in which rows differ from a query.</summary>
    /// <param name="query">The prepared query.</param>
    /// <param name="rows">The first of the rows.</param>
    /// <param name="count">How many there are, a multiple of 8.</param>
    /// <param name="scores">A score per row.</param>
    /// <param name="tier">The tier to run.</param>
    static abstract void Score(ref byte query, ref byte rows, int count, ref float scores, CpuTier tier);
}
