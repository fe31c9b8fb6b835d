using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using KernelGen.Kernels;

namespace KernelGen.Training.Clustering;

/// <summary>What <see cref="ProductTile"/> and its users do with vectors, so that their loops stand once for all
/// widths.</summary>
/// <typeparam name="TSingle">A vector of floats.</typeparam>
/// <typeparam name="TInt32">A vector of as many integers.</typeparam>
internal unsafe interface ILanes<TSingle, TInt32>
    where TSingle : struct
    where TInt32 : struct
{
    /// <summary>Values of a vector.</summary>
    static abstract int Count { get; }

    static abstract TSingle Load(float* source);

    static abstract void Store(TSingle values, float* destination);

    static abstract TSingle Broadcast(float value);

    /// <summary>first, first + 1, ...</summary>
    static abstract TInt32 Sequence(int first);

    /// <summary>left * right + sum, fused where the processor can.</summary>
    static abstract TSingle MultiplyAdd(TSingle left, TSingle right, TSingle sum);

    /// <summary>Takes the candidate and its index in the lanes where it is less than what was least before.</summary>
    static abstract void TakeLess(TSingle candidate, TInt32 index, ref TSingle least, ref TInt32 leastIndex);

    /// <summary>The index of the least lane; among equal ones the smallest index.</summary>
    static abstract int IndexOfLeast(TSingle least, TInt32 leastIndex);
}

/// <summary>512 bits.</summary>
internal readonly unsafe struct Lanes512 : ILanes<Vector512<float>, Vector512<int>>
{
    public static int Count => Vector512<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> values, float* destination) => values.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Sequence(int first) => Vector512<int>.Indices + Vector512.Create(first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> left, Vector512<float> right, Vector512<float> sum) =>
        Vector512.MultiplyAddEstimate(left, right, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TakeLess(
        Vector512<float> candidate, Vector512<int> index, ref Vector512<float> least, ref Vector512<int> leastIndex)
    {
        leastIndex = Vector512.ConditionalSelect(Vector512.LessThan(candidate, least).AsInt32(), index, leastIndex);
        least = Vector512.MinNative(candidate, least);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int IndexOfLeast(Vector512<float> least, Vector512<int> leastIndex)
    {
        Vector512<int> found = Vector512.Equals(least, Vector512.Create(KernelMath.MinLane(least))).AsInt32();
        return ~KernelMath.MaxLane(Vector512.ConditionalSelect(found, ~leastIndex, Vector512.Create(int.MinValue)));
    }
}

/// <summary>256 bits.</summary>
internal readonly unsafe struct Lanes256 : ILanes<Vector256<float>, Vector256<int>>
{
    public static int Count => Vector256<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> values, float* destination) => values.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Sequence(int first) => Vector256<int>.Indices + Vector256.Create(first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> left, Vector256<float> right, Vector256<float> sum) =>
        Vector256.MultiplyAddEstimate(left, right, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TakeLess(
        Vector256<float> candidate, Vector256<int> index, ref Vector256<float> least, ref Vector256<int> leastIndex)
    {
        leastIndex = Vector256.ConditionalSelect(Vector256.LessThan(candidate, least).AsInt32(), index, leastIndex);
        least = Vector256.MinNative(candidate, least);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int IndexOfLeast(Vector256<float> least, Vector256<int> leastIndex)
    {
        Vector256<int> found = Vector256.Equals(least, Vector256.Create(KernelMath.MinLane(least))).AsInt32();
        return ~KernelMath.MaxLane(Vector256.ConditionalSelect(found, ~leastIndex, Vector256.Create(int.MinValue)));
    }
}

/// <summary>128 bits.</summary>
internal readonly unsafe struct Lanes128 : ILanes<Vector128<float>, Vector128<int>>
{
    public static int Count => Vector128<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> values, float* destination) => values.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Sequence(int first) => Vector128<int>.Indices + Vector128.Create(first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> left, Vector128<float> right, Vector128<float> sum) =>
        Vector128.MultiplyAddEstimate(left, right, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TakeLess(
        Vector128<float> candidate, Vector128<int> index, ref Vector128<float> least, ref Vector128<int> leastIndex)
    {
        leastIndex = Vector128.ConditionalSelect(Vector128.LessThan(candidate, least).AsInt32(), index, leastIndex);
        least = Vector128.MinNative(candidate, least);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int IndexOfLeast(Vector128<float> least, Vector128<int> leastIndex)
    {
        Vector128<int> found = Vector128.Equals(least, Vector128.Create(KernelMath.MinLane(least))).AsInt32();
        return ~KernelMath.MaxLane(Vector128.ConditionalSelect(found, ~leastIndex, Vector128.Create(int.MinValue)));
    }
}
