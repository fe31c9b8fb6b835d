using System.Runtime.CompilerServices;

namespace KernelGen.Transforms;

/// <summary>
/// Hadamard transforms, not normalised, of n values, a power of two: butterflies of distance 1, 2, ... n / 2 (docs/rotations.md),
/// eight SIMD vectors at a time. There are so many or more, unless SIMD vectors are single floats.
/// </summary>
internal static class HadamardTransform<TLanes, TVector>
    where TLanes : struct, IHadamardLanes<TVector>
    where TVector : struct
{
    /// <summary>The Hadamard transform of n values.</summary>
    public static void Run(ref float source, ref float destination, nint count)
    {
        nint distance = 1;
        if (count >= 8 * TLanes.Count)
        {
            FirstPass(ref source, ref destination, count);
            distance = 8 * TLanes.Count;
        }
        else
        {
            // At most four single floats, mostly in place.
            for (nint i = 0; i < count; i++)
            {
                Unsafe.Add(ref destination, i) = Unsafe.Add(ref source, i);
            }
        }

        OtherPasses(ref destination, distance, count);
    }

    /// <summary>The Hadamard transform of n products.</summary>
    public static void RunProducts(ref float source, ref float factors, ref float destination, nint count)
    {
        nint distance = 1;
        if (count >= 8 * TLanes.Count)
        {
            FirstPassOfProducts(ref source, ref factors, ref destination, count);
            distance = 8 * TLanes.Count;
        }
        else
        {
            RotationKernel<TLanes, TVector>.Multiply(ref source, ref factors, ref destination, count);
        }

        OtherPasses(ref destination, distance, count);
    }

    /// <summary>The butterflies of the given distance and all greater ones, three distances at a time.</summary>
    private static void OtherPasses(ref float values, nint distance, nint count)
    {
        for (; distance * 8 <= count; distance *= 8)
        {
            Pass8(ref values, distance, count);
        }

        if (distance * 4 <= count)
        {
            Pass4(ref values, distance);
        }
        else if (distance * 2 <= count)
        {
            Pass2(ref values, distance);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void FirstPass(ref float source, ref float destination, nint count)
    {
        for (nint i = 0; i < count; i += 8 * TLanes.Count)
        {
            TransformFirst8(ref source, ref source, isScaled: false, ref destination, i);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void FirstPassOfProducts(ref float source, ref float factors, ref float destination, nint count)
    {
        for (nint i = 0; i < count; i += 8 * TLanes.Count)
        {
            TransformFirst8(ref source, ref factors, isScaled: true, ref destination, i);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Pass8(ref float values, nint distance, nint count)
    {
        for (nint start = 0; start < count; start += 8 * distance)
        {
            for (nint i = start; i < start + distance; i += TLanes.Count)
            {
                Transform8(ref values, i, distance);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Pass4(ref float values, nint distance)
    {
        for (nint i = 0; i < distance; i += TLanes.Count)
        {
            Transform4(ref values, i, distance);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Pass2(ref float values, nint distance)
    {
        for (nint i = 0; i < distance; i += TLanes.Count)
        {
            Transform2(ref values, i, distance);
        }
    }

    /// <summary>All butterflies within eight consecutive vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransformFirst8(ref float source, ref float factors, bool isScaled, ref float destination, nint i)
    {
        TVector v0 = LoadFirst(ref source, ref factors, isScaled, i);
        TVector v1 = LoadFirst(ref source, ref factors, isScaled, i + TLanes.Count);
        TVector v2 = LoadFirst(ref source, ref factors, isScaled, i + (2 * TLanes.Count));
        TVector v3 = LoadFirst(ref source, ref factors, isScaled, i + (3 * TLanes.Count));
        TVector v4 = LoadFirst(ref source, ref factors, isScaled, i + (4 * TLanes.Count));
        TVector v5 = LoadFirst(ref source, ref factors, isScaled, i + (5 * TLanes.Count));
        TVector v6 = LoadFirst(ref source, ref factors, isScaled, i + (6 * TLanes.Count));
        TVector v7 = LoadFirst(ref source, ref factors, isScaled, i + (7 * TLanes.Count));
        Butterflies(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5, ref v6, ref v7);
        Store8(ref destination, i, TLanes.Count, v0, v1, v2, v3, v4, v5, v6, v7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LoadFirst(ref float source, ref float factors, bool isScaled, nint i)
    {
        TVector values = TLanes.Load(ref source, i);
        return TLanes.TransformLanes(isScaled ? TLanes.Multiply(values, TLanes.Load(ref factors, i)) : values);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transform8(ref float values, nint i, nint distance)
    {
        TVector v0 = TLanes.Load(ref values, i);
        TVector v1 = TLanes.Load(ref values, i + distance);
        TVector v2 = TLanes.Load(ref values, i + (2 * distance));
        TVector v3 = TLanes.Load(ref values, i + (3 * distance));
        TVector v4 = TLanes.Load(ref values, i + (4 * distance));
        TVector v5 = TLanes.Load(ref values, i + (5 * distance));
        TVector v6 = TLanes.Load(ref values, i + (6 * distance));
        TVector v7 = TLanes.Load(ref values, i + (7 * distance));
        Butterflies(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5, ref v6, ref v7);
        Store8(ref values, i, distance, v0, v1, v2, v3, v4, v5, v6, v7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transform4(ref float values, nint i, nint distance)
    {
        TVector v0 = TLanes.Load(ref values, i);
        TVector v1 = TLanes.Load(ref values, i + distance);
        TVector v2 = TLanes.Load(ref values, i + (2 * distance));
        TVector v3 = TLanes.Load(ref values, i + (3 * distance));
        Butterflies(ref v0, ref v1, ref v2, ref v3);
        TLanes.Store(v0, ref values, i);
        TLanes.Store(v1, ref values, i + distance);
        TLanes.Store(v2, ref values, i + (2 * distance));
        TLanes.Store(v3, ref values, i + (3 * distance));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transform2(ref float values, nint i, nint distance)
    {
        TVector v0 = TLanes.Load(ref values, i);
        TVector v1 = TLanes.Load(ref values, i + distance);
        Butterfly(ref v0, ref v1);
        TLanes.Store(v0, ref values, i);
        TLanes.Store(v1, ref values, i + distance);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store8(
        ref float destination,
        nint i,
        nint distance,
        TVector v0,
        TVector v1,
        TVector v2,
        TVector v3,
        TVector v4,
        TVector v5,
        TVector v6,
        TVector v7)
    {
        TLanes.Store(v0, ref destination, i);
        TLanes.Store(v1, ref destination, i + distance);
        TLanes.Store(v2, ref destination, i + (2 * distance));
        TLanes.Store(v3, ref destination, i + (3 * distance));
        TLanes.Store(v4, ref destination, i + (4 * distance));
        TLanes.Store(v5, ref destination, i + (5 * distance));
        TLanes.Store(v6, ref destination, i + (6 * distance));
        TLanes.Store(v7, ref destination, i + (7 * distance));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Butterflies(
        ref TVector v0,
        ref TVector v1,
        ref TVector v2,
        ref TVector v3,
        ref TVector v4,
        ref TVector v5,
        ref TVector v6,
        ref TVector v7)
    {
        Butterflies(ref v0, ref v1, ref v2, ref v3);
        Butterflies(ref v4, ref v5, ref v6, ref v7);
        Butterfly(ref v0, ref v4);
        Butterfly(ref v1, ref v5);
        Butterfly(ref v2, ref v6);
        Butterfly(ref v3, ref v7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Butterflies(ref TVector v0, ref TVector v1, ref TVector v2, ref TVector v3)
    {
        Butterfly(ref v0, ref v1);
        Butterfly(ref v2, ref v3);
        Butterfly(ref v0, ref v2);
        Butterfly(ref v1, ref v3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Butterfly(ref TVector left, ref TVector right)
    {
        TVector sum = TLanes.Add(left, right);
        right = TLanes.Subtract(left, right);
        left = sum;
    }
}
