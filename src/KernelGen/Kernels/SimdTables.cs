using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KernelGen.Kernels;

/// <summary>Constant tables of the SIMD helpers.</summary>
internal static class SimdTables
{
    /// <summary>64 clear bytes, then 64 set ones: a load that ends k bytes behind the middle has its last k bytes set.</summary>
    private static ReadOnlySpan<byte> ClearThenSet =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    ];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ref byte LastBytes16(int count) => ref At(64 - 16 + count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ref byte LastBytes32(int count) => ref At(64 - 32 + count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ref byte LastBytes64(int count) => ref At(count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte At(int index) => ref Unsafe.Add(ref MemoryMarshal.GetReference(ClearThenSet), index);
}
