using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KernelGen.Transforms;

/// <summary>What rotations and matrices ask of a SIMD vector. Every operation rounds each lane once: all widths agree bit for bit.</summary>
/// <typeparam name="TVector">The vector; a single float counts as one.</typeparam>
internal interface IHadamardLanes<TVector>
    where TVector : struct
{
    /// <summary>Lanes of a vector.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(ref float source, nint offset);

    static abstract void Store(TVector value, ref float destination, nint offset);

    /// <summary>A vector of equal lanes.</summary>
    static abstract TVector Create(float value);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Subtract(TVector left, TVector right);

    static abstract TVector Multiply(TVector left, TVector right);

    /// <summary>The butterflies of distance 1, 2, ... Count / 2 within a vector.</summary>
    static abstract TVector TransformLanes(TVector value);
}

/// <summary>One float at a time.</summary>
internal readonly struct HadamardLanes1 : IHadamardLanes<float>
{
    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(ref float source, nint offset) => Unsafe.Add(ref source, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float value, ref float destination, nint offset) => Unsafe.Add(ref destination, offset) = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Create(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Add(float left, float right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Subtract(float left, float right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Multiply(float left, float right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float TransformLanes(float value) => value;
}

/// <summary>128 bits, on any processor.</summary>
internal readonly struct HadamardLanes4 : IHadamardLanes<Vector128<float>>
{
    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(ref float source, nint offset) => Vector128.LoadUnsafe(ref source, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, ref float destination, nint offset) =>
        value.StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Create(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> left, Vector128<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Subtract(Vector128<float> left, Vector128<float> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Multiply(Vector128<float> left, Vector128<float> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> TransformLanes(Vector128<float> value)
    {
        value = Vector128.Shuffle(value, Vector128.Create(1, 0, 3, 2)) + (value ^ Vector128.Create(0f, -0f, 0f, -0f));
        return Vector128.Shuffle(value, Vector128.Create(2, 3, 0, 1)) + (value ^ Vector128.Create(0f, 0f, -0f, -0f));
    }
}

/// <summary>256 bits. A product with 1 or -1 is exact, so the fused operation rounds as an addition does.</summary>
internal readonly struct HadamardLanes8 : IHadamardLanes<Vector256<float>>
{
    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(ref float source, nint offset) => Vector256.LoadUnsafe(ref source, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> value, ref float destination, nint offset) =>
        value.StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Create(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> left, Vector256<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Subtract(Vector256<float> left, Vector256<float> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiply(Vector256<float> left, Vector256<float> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> TransformLanes(Vector256<float> value)
    {
        value = Fma.MultiplyAdd(value, Vector256.Create(1f, -1, 1, -1, 1, -1, 1, -1), Avx.Permute(value, 0b10_11_00_01));
        value = Fma.MultiplyAdd(value, Vector256.Create(1f, 1, -1, -1, 1, 1, -1, -1), Avx.Permute(value, 0b01_00_11_10));
        return Fma.MultiplyAdd(value, Vector256.Create(1f, 1, 1, 1, -1, -1, -1, -1), Avx.Permute2x128(value, value, 1));
    }
}

/// <summary>512 bits; see <see cref="HadamardLanes8"/>.</summary>
internal readonly struct HadamardLanes16 : IHadamardLanes<Vector512<float>>
{
    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ref float source, nint offset) => Vector512.LoadUnsafe(ref source, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, ref float destination, nint offset) =>
        value.StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Create(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> left, Vector512<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Subtract(Vector512<float> left, Vector512<float> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> left, Vector512<float> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> TransformLanes(Vector512<float> value)
    {
        value = Avx512F.FusedMultiplyAdd(
            value,
            Vector512.Create(1f, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1),
            Avx512F.Permute4x32(value, 0b10_11_00_01));
        value = Avx512F.FusedMultiplyAdd(
            value,
            Vector512.Create(1f, 1, -1, -1, 1, 1, -1, -1, 1, 1, -1, -1, 1, 1, -1, -1),
            Avx512F.Permute4x32(value, 0b01_00_11_10));
        value = Avx512F.FusedMultiplyAdd(
            value,
            Vector512.Create(1f, 1, 1, 1, -1, -1, -1, -1, 1, 1, 1, 1, -1, -1, -1, -1),
            Avx512F.Shuffle4x128(value, value, 0b10_11_00_01));
        return Avx512F.FusedMultiplyAdd(
            value,
            Vector512.Create(1f, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1, -1),
            Avx512F.Shuffle4x128(value, value, 0b01_00_11_10));
    }
}
