using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace KernelGen.Training.Clustering;

/// <summary>
/// Finds the nearest centroids of points: a matrix product whose results never leave the registers. Among equally near centroids
/// the first is taken.
/// </summary>
internal static unsafe class NearestCentroid
{
    /// <summary>Points given to a thread at once.</summary>
    private const int PointsPerStep = 1024;

    /// <summary>Finds the nearest centroid of each point.</summary>
    /// <returns>How many of <paramref name="nearest"/> changed.</returns>
    internal static int Find(Rows points, CentroidTable table, int[] nearest, Workers workers)
    {
        int changed = 0;
        workers.For((points.Count + PointsPerStep - 1) / PointsPerStep, step =>
        {
            int first = step * PointsPerStep;
            int end = Math.Min(first + PointsPerStep, points.Count);
            Interlocked.Add(ref changed, Find(points, first, table, nearest.AsSpan(first, end - first)));
        });
        return changed;
    }

    private static int Find(Rows points, int first, CentroidTable table, Span<int> nearest)
    {
        int panels = table.Panels.Count;
        fixed (float* offsets = table.Offsets, centroids = table.Panels[0])
        {
            if (Vector512.IsHardwareAccelerated)
            {
                return Find<Vector512<float>, Vector512<int>, Lanes512>(points, first, centroids, offsets, panels, nearest);
            }

            return Vector256.IsHardwareAccelerated
                ? Find<Vector256<float>, Vector256<int>, Lanes256>(points, first, centroids, offsets, panels, nearest)
                : Find<Vector128<float>, Vector128<int>, Lanes128>(points, first, centroids, offsets, panels, nearest);
        }
    }

    // Few calls with long loops: the first ones shall not run unoptimised.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Find<TSingle, TInt32, TLanes>(
        Rows points, int first, float* centroids, float* offsets, int panels, Span<int> nearest)
        where TSingle : struct
        where TInt32 : struct
        where TLanes : ILanes<TSingle, TInt32>
    {
        int dimensions = points.Width;
        int lanes = TLanes.Count;
        int changed = 0;
        for (int i = 0; i < nearest.Length; i += 4)
        {
            // Fewer than four points are filled up with the last one.
            int last = nearest.Length - 1;
            float* row0 = points.At(first + i);
            float* row1 = points.At(first + Math.Min(i + 1, last));
            float* row2 = points.At(first + Math.Min(i + 2, last));
            float* row3 = points.At(first + Math.Min(i + 3, last));
            TSingle least0 = TLanes.Broadcast(float.PositiveInfinity), least1 = least0, least2 = least0, least3 = least0;
            TInt32 index0 = TLanes.Sequence(0), index1 = index0, index2 = index0, index3 = index0;
            float* values = centroids;
            for (int panel = 0; panel < panels; panel++)
            {
                int centroid = panel * 2 * lanes;
                TSingle sum00 = TLanes.Load(offsets + centroid), sum01 = TLanes.Load(offsets + centroid + lanes);
                TSingle sum10 = sum00, sum11 = sum01, sum20 = sum00, sum21 = sum01, sum30 = sum00, sum31 = sum01;
                values = ProductTile.Add<TSingle, TInt32, TLanes>(
                    row0, row1, row2, row3, values, dimensions,
                    ref sum00, ref sum01, ref sum10, ref sum11, ref sum20, ref sum21, ref sum30, ref sum31);
                TInt32 index = TLanes.Sequence(centroid);
                TLanes.TakeLess(sum00, index, ref least0, ref index0);
                TLanes.TakeLess(sum10, index, ref least1, ref index1);
                TLanes.TakeLess(sum20, index, ref least2, ref index2);
                TLanes.TakeLess(sum30, index, ref least3, ref index3);
                index = TLanes.Sequence(centroid + lanes);
                TLanes.TakeLess(sum01, index, ref least0, ref index0);
                TLanes.TakeLess(sum11, index, ref least1, ref index1);
                TLanes.TakeLess(sum21, index, ref least2, ref index2);
                TLanes.TakeLess(sum31, index, ref least3, ref index3);
            }

            changed += Set(nearest, i, TLanes.IndexOfLeast(least0, index0)) + Set(nearest, i + 1, TLanes.IndexOfLeast(least1, index1))
                + Set(nearest, i + 2, TLanes.IndexOfLeast(least2, index2)) + Set(nearest, i + 3, TLanes.IndexOfLeast(least3, index3));
        }

        return changed;
    }

    /// <summary>Sets an item if there is one, and returns how many changed by that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Set(Span<int> nearest, int i, int value)
    {
        if ((uint)i >= (uint)nearest.Length || nearest[i] == value)
        {
            return 0;
        }

        nearest[i] = value;
        return 1;
    }
}
