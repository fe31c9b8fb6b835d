namespace KernelGen;

/// <summary>Instruction sets for which kernels are generated, slowest first.</summary>
public enum CpuTier
{
    /// <summary>The tier of <see cref="CpuTiers.Default"/>.</summary>
    Auto,

    /// <summary>Plain scalar code; runs everywhere.</summary>
    Scalar,

    /// <summary>128-bit vectors: SSE4.1 on x86, AdvSimd on Arm.</summary>
    Vector128,

    /// <summary>256-bit vectors: AVX2 and FMA.</summary>
    Avx2,

    /// <summary>512-bit vectors: AVX-512 F, BW, CD, DQ and VL.</summary>
    Avx512,
}
