using System.ComponentModel;

namespace KernelGen.Kernels;

/// <summary>What generated code adds to scans of signs for one scheme.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ISignKernels : ISumKernels
{
    /// <summary>What rows store beside bits.</summary>
    static abstract SignParts Parts { get; }

    /// <summary>Where a block holds a float per row that scores add, if <see cref="Parts"/> has one. Scales are at the start.</summary>
    static abstract int TermsOffset { get; }

    /// <summary>Where a block holds the first group.</summary>
    static abstract int BitsOffset { get; }
}
