using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels;

/// <summary>Values of stored numbers, by bits.</summary>
internal static class StoredScale
{
    /// <summary>The elements of a buffer of scales.</summary>
    public static GpuType TypeOf(ScaleFormat format) => format == ScaleFormat.Single ? GpuType.Float : GpuType.UShort;

    /// <summary>A scale from such an element.</summary>
    public static GpuExpression Value(ScaleFormat format, GpuExpression element) => format == ScaleFormat.Single
        ? element
        : ValueAtTop(new FloatFacts(format == ScaleFormat.Half ? FloatFormat.Half : FloatFormat.BFloat16), element << 16);

    /// <summary>The value of a number whose bits are the upper ones of a word. What follows it in the word is masked, except under Single,
    /// which leaves no room; an arithmetic shift copies the sign, and the mask keeps it once.</summary>
    public static GpuExpression ValueAtTop(FloatFacts format, GpuExpression word)
    {
        if (format.Format == FloatFormat.Single)
        {
            return word.As(GpuType.Float);
        }

        GpuExpression shifted = format.ExponentShift == 0 ? word : (word.To(GpuType.Int) >> format.ExponentShift).To(GpuType.UInt);
        GpuExpression bits = (shifted & format.Mask).As(GpuType.Float);
        return format.ExponentGap == 0 ? bits : bits * Gap(format);
    }

    /// <summary>The power of two between the exponents of a format and of single precision.</summary>
    public static float Gap(FloatFacts format) => (float)Math.Pow(2, format.ExponentGap);
}
