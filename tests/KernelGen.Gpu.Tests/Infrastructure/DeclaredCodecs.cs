#pragma warning disable MA0182 // Used by their type, found by reflection.

using KernelGen.Tests.Numerics;

namespace KernelGen.GpuTests.Infrastructure;

/// <summary>
/// Codecs that this project declares as a user's would: the generator runs in the build, and what they share is one device. A scheme of each
/// bit width, zero mode, metric, kind of scale and of each float format but one; product codes with tables in shared memory and in the device's; codes that are
/// added, with squared norms and with norms; signs, and rotated codes of one bit.
/// </summary>
internal static class DeclaredCodecs
{
    private static readonly Type[] s_all =
    [
        typeof(Int8Cosine), typeof(Int8AffineL2), typeof(Int7Dot), typeof(Int6BlockCosine), typeof(Int5L2), typeof(Int4Dot), typeof(Int3Cosine),
        typeof(Int2L2), typeof(Int1Dot), typeof(SingleCosine), typeof(HalfL2), typeof(BFloat16Dot), typeof(E4M3BlockDot),
        typeof(Product4Cosine), typeof(Product4L2), typeof(Product8Dot), typeof(Product6L2), typeof(Residual6L2),
        typeof(Additive8Dot), typeof(SignsHamming), typeof(Rotated1Dot),
    ];

    public static IEnumerable<string> Names => s_all.Select(codec => codec.Name);

    public static T Over<T>(string name, Type definition) => CodecAssembly.Over<T>(s_all.Single(codec => codec.Name == name), definition);
}

[VectorCodec(96, Metric = Metric.Cosine)]
[ScalarQuantizer(8)]
internal sealed partial class Int8Cosine;

[VectorCodec(65, Metric = Metric.SquaredL2)]
[ScalarQuantizer(8, Zero = ZeroMode.Affine)]
[Scale(Granularity.Channel)]
internal sealed partial class Int8AffineL2;

[VectorCodec(33, Metric = Metric.InnerProduct)]
[ScalarQuantizer(7, Zero = ZeroMode.Symmetric)]
[Scale(Granularity.Vector, Format = ScaleFormat.BFloat16)]
internal sealed partial class Int7Dot;

[VectorCodec(72, Metric = Metric.Cosine)]
[ScalarQuantizer(6)]
[Scale(Granularity.Block, Size = 32, Format = ScaleFormat.Half)]
internal sealed partial class Int6BlockCosine;

[VectorCodec(48, Metric = Metric.SquaredL2)]
[ScalarQuantizer(5, Zero = ZeroMode.Symmetric)]
[Scale(Granularity.Vector, Format = ScaleFormat.Half)]
internal sealed partial class Int5L2;

[VectorCodec(128, Metric = Metric.InnerProduct)]
[ScalarQuantizer(4)]
[Scale(Granularity.Tensor)]
internal sealed partial class Int4Dot;

[VectorCodec(40, Metric = Metric.Cosine)]
[ScalarQuantizer(3, Zero = ZeroMode.Affine)]
internal sealed partial class Int3Cosine;

[VectorCodec(64, Metric = Metric.SquaredL2)]
[ScalarQuantizer(2, Zero = ZeroMode.Affine)]
internal sealed partial class Int2L2;

[VectorCodec(256, Metric = Metric.InnerProduct)]
[ScalarQuantizer(1)]
[Scale(Granularity.Tensor)]
internal sealed partial class Int1Dot;

[VectorCodec(17, Metric = Metric.Cosine)]
[FloatQuantizer(FloatFormat.Single)]
internal sealed partial class SingleCosine;

[VectorCodec(100, Metric = Metric.SquaredL2)]
[FloatQuantizer(FloatFormat.Half)]
internal sealed partial class HalfL2;

[VectorCodec(31, Metric = Metric.InnerProduct)]
[FloatQuantizer(FloatFormat.BFloat16)]
internal sealed partial class BFloat16Dot;

[VectorCodec(80, Metric = Metric.InnerProduct)]
[FloatQuantizer(FloatFormat.E4M3)]
[Scale(Granularity.Block, Size = 16)]
internal sealed partial class E4M3BlockDot;

[VectorCodec(96, Metric = Metric.Cosine)]
[ProductQuantizer(24, 4)]
internal sealed partial class Product4Cosine;

[VectorCodec(300, Metric = Metric.SquaredL2)]
[ProductQuantizer(257, 4)]
internal sealed partial class Product4L2;

[VectorCodec(128, Metric = Metric.InnerProduct)]
[ProductQuantizer(64, 8)]
internal sealed partial class Product8Dot;

[VectorCodec(100, Metric = Metric.SquaredL2)]
[ProductQuantizer(33, 6)]
internal sealed partial class Product6L2;

[VectorCodec(50, Metric = Metric.SquaredL2)]
[ResidualQuantizer(2, 6, Subspaces = 3)]
internal sealed partial class Residual6L2;

[VectorCodec(36, Metric = Metric.InnerProduct)]
[AdditiveQuantizer(2, 8, GroupSize = 8, Norm = Norm.Byte)]
internal sealed partial class Additive8Dot;

[VectorCodec(100, Metric = Metric.Hamming)]
[BinaryQuantizer(BitOrder = BitOrder.MsbFirst)]
internal sealed partial class SignsHamming;

[VectorCodec(129, Metric = Metric.InnerProduct)]
[RotatedQuantizer(1)]
internal sealed partial class Rotated1Dot;
