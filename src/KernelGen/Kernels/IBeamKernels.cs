using System.ComponentModel;

namespace KernelGen.Kernels;

/// <summary>What generated code adds to <see cref="BeamSearch"/> for one scheme.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IBeamKernels
{
    /// <summary>For each residual and centroid: the error of the residual's partial code if the centroid is added to it (docs/formats.md,
    /// section 7, t).</summary>
    /// <param name="dimensions">Dimensions of the group.</param>
    /// <param name="stride">Places of a column.</param>
    /// <param name="residuals">The residuals, one after another.</param>
    /// <param name="rows">How many there are.</param>
    /// <param name="errors">Their errors.</param>
    /// <param name="columns">The codebook, dimension by dimension.</param>
    /// <param name="halfNorms">Half the squared norms of its centroids.</param>
    /// <param name="totals">Receives <paramref name="stride"/> totals per residual.</param>
    /// <param name="tier">The tier to run.</param>
    static abstract void Extend(
        int dimensions,
        int stride,
        ref float residuals,
        int rows,
        ref float errors,
        ref float columns,
        ref float halfNorms,
        ref float totals,
        CpuTier tier);
}
