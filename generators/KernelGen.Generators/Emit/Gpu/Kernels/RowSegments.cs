using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels;

/// <summary>How the dimensions of a row are cut into segments (docs/formats.md, sections 2 and 11).</summary>
/// <param name="Dimensions">Values of a vector.</param>
/// <param name="Lanes">Dimensions of a segment, at most.</param>
/// <param name="Count">How many segments there are.</param>
/// <param name="IsInterleaved">Whether neighbouring dimensions lie in different segments; otherwise a segment is a run of dimensions.</param>
internal sealed record RowSegments(int Dimensions, int Lanes, int Count, bool IsInterleaved)
{
    public static RowSegments Of(KernelPlan plan) => plan.Integer is { } integer
        ? new(plan.Dimensions, integer.Lanes, integer.Segments, integer.IsInterleaved)
        : Single(plan.Dimensions);

    /// <summary>One segment of all dimensions.</summary>
    public static RowSegments Single(int dimensions) => new(dimensions, dimensions, 1, IsInterleaved: false);

    /// <summary>The segments that hold dimensions, the first ones.</summary>
    public IEnumerable<int> Held => Enumerable.Range(0, Count).TakeWhile(segment => LanesOf(segment) > 0);

    /// <summary>Lanes of a segment that hold dimensions, the first ones.</summary>
    public int LanesOf(int segment) => IsInterleaved
        ? Math.Max(0, (Dimensions - segment + Count - 1) / Count)
        : Math.Max(0, Math.Min(Lanes, Dimensions - (segment * Lanes)));

    /// <summary>The dimension of a lane of a segment.</summary>
    public GpuExpression Dimension(int segment, GpuExpression lane) =>
        IsInterleaved ? (lane << PlanMath.Log2(Count)) + segment : lane + (segment * Lanes);

    /// <summary>Emits a body for those lanes of a segment that hold dimensions.</summary>
    public void IfHeld(GpuKernelBuilder kernel, int segment, GpuExpression lane, Action body) =>
        kernel.IfUnless(LanesOf(segment) == Lanes, lane < LanesOf(segment), body);
}
