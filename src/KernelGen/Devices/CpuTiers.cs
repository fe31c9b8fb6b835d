using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace KernelGen;

/// <summary>Which tiers this processor runs, and which of them kernels use unless told otherwise.</summary>
public static class CpuTiers
{
    private static CpuTier s_default = Best;

    /// <summary>The fastest tier that this processor runs.</summary>
    public static CpuTier Best =>
        IsSupported(CpuTier.Avx512) ? CpuTier.Avx512
        : IsSupported(CpuTier.Avx2) ? CpuTier.Avx2
        : IsSupported(CpuTier.Vector128) ? CpuTier.Vector128
        : CpuTier.Scalar;

    /// <summary>
    /// The tier that <see cref="CpuTier.Auto"/> means; <see cref="Best"/> unless set. Setting it to <see cref="CpuTier.Auto"/>
    /// restores <see cref="Best"/>.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException">The processor does not run the tier.</exception>
    public static CpuTier Default
    {
        get => s_default;
        set => s_default = value == CpuTier.Auto ? Best : Resolve(value);
    }

    /// <summary>Whether this processor runs the tier.</summary>
    public static bool IsSupported(CpuTier tier) => tier switch
    {
        CpuTier.Auto or CpuTier.Scalar => true,
        CpuTier.Vector128 => Sse41.IsSupported || AdvSimd.IsSupported,
        CpuTier.Avx2 => Avx2.IsSupported && Fma.IsSupported,
        CpuTier.Avx512 => Vector512.IsHardwareAccelerated && Avx512BW.VL.IsSupported && Avx512DQ.IsSupported,
        _ => throw new ArgumentOutOfRangeException(nameof(tier), tier, "Expected a member of CpuTier."),
    };

    /// <summary>The tier that a kernel called with <paramref name="tier"/> runs.</summary>
    /// <exception cref="PlatformNotSupportedException">The processor does not run the tier.</exception>
    public static CpuTier Resolve(CpuTier tier)
    {
        if (tier == CpuTier.Auto)
        {
            return s_default;
        }

        return IsSupported(tier)
            ? tier
            : throw new PlatformNotSupportedException($"This processor does not run the tier {tier}; its best is {Best}.");
    }
}
