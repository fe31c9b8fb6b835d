using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit.Gpu.Kernels;

/// <summary>Values of stored numbers, by bits.</summary>
internal static class StoredScale
{
    private const float TwoTo112 = 5.192297E+33f;
    private const float TwoTo120 = 1.3292280E+36f;

    /// <summary>The elements of a buffer of scales.</summary>
    public static GpuType TypeOf(ScaleFormat format) => format == ScaleFormat.Single ? GpuType.Float : GpuType.UShort;

    /// <summary>A scale from such an element.</summary>
    public static GpuExpression Value(ScaleFormat format, GpuExpression element) => format switch
    {
        ScaleFormat.Single => element,
        ScaleFormat.Half => ValueAtTop(FloatFormat.Half, element << 16),
        _ => ValueAtTop(FloatFormat.BFloat16, element << 16),
    };

    /// <summary>The value of a number whose bits are the upper ones of a word.</summary>
    public static GpuExpression ValueAtTop(FloatFormat format, GpuExpression word) => Gap(format) is { } gap
        ? BitsAtTop(format, word) * gap
        : BitsAtTop(format, word);

    /// <summary>
    /// The same without the power of two between the formats' exponents. What follows the number in the word is masked, except under
    /// Single, which leaves no room.
    /// </summary>
    private static GpuExpression BitsAtTop(FloatFormat format, GpuExpression word) => format switch
    {
        FloatFormat.Single => word.As(GpuType.Float),
        FloatFormat.BFloat16 => (word & 0xFFFF0000u).As(GpuType.Float),
        FloatFormat.Half => Shifted(word, 3, 0x8FFFE000),
        FloatFormat.E4M3 => Shifted(word, 4, 0x87F00000),
        _ => Shifted(word, 3, 0x8FE00000),
    };

    /// <summary>That power of two; null for formats with the exponent of single precision.</summary>
    public static float? Gap(FloatFormat format) => format switch
    {
        FloatFormat.Half or FloatFormat.E5M2 => TwoTo112,
        FloatFormat.E4M3 => TwoTo120,
        _ => null,
    };

    /// <summary>The arithmetic shift copies the sign; the mask keeps it once.</summary>
    private static GpuExpression Shifted(GpuExpression word, int exponentShift, uint mask) =>
        ((word.To(GpuType.Int) >> exponentShift).To(GpuType.UInt) & mask).As(GpuType.Float);
}
