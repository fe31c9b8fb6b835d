using System.ComponentModel;

namespace KernelGen.Kernels;

/// <summary>What generated code adds to <see cref="FastScan"/> for one scheme.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IFastScanKernels : ISumKernels
{
    /// <summary>Whether the sums of a tier bound scores so loosely that they may not be worth their time.</summary>
    /// <param name="tier">The tier to run.</param>
    static abstract bool AreSumsLoose(CpuTier tier);

    /// <summary>The exact scores of two rows, which may be the same.</summary>
    /// <param name="tables">The query's tables.</param>
    /// <param name="groups">The first of the groups.</param>
    /// <param name="first">The first row, counted from the first of the groups.</param>
    /// <param name="second">The second row.</param>
    static abstract (float First, float Second) ScoreTwoRows(ref float tables, ref byte groups, int first, int second);

    /// <summary>The exact scores of neighbouring rows.</summary>
    /// <param name="tables">The query's tables.</param>
    /// <param name="groups">The first of the groups.</param>
    /// <param name="first">The first row, counted from the first of the groups.</param>
    /// <param name="rows">How many there are.</param>
    /// <param name="scores">A score per row.</param>
    /// <param name="tier">The tier to run.</param>
    static abstract void Score(ref float tables, ref byte groups, int first, int rows, ref float scores, CpuTier tier);
}
