using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>The errors of generated codecs.</summary>
public sealed class GeneratedStatisticsTests : StatisticsTests
{
    private protected override Func<float[], float[]> RoundTrip(ReferenceScheme scheme, float[] sample, double quantile)
    {
        Type codec = CodecAssembly.Generate([scheme])[scheme];
        return CodecAssembly.Over<IRoundTrip>(codec, typeof(RoundTrip<>), sample, quantile).Run;
    }
}

/// <summary>Encodes and decodes with a codec that is known only by its type.</summary>
internal interface IRoundTrip
{
    float[] Run(float[] row);
}

/// <inheritdoc cref="IRoundTrip"/>
internal sealed class RoundTrip<TCodec>(float[] sample, double quantile) : IRoundTrip
    where TCodec : class, IVectorCodec<TCodec>
{
    private readonly TCodec _codec = TCodec.Train(sample, new TrainingOptions { Quantile = quantile });
    private readonly byte[] _code = new byte[TCodec.Layout.CodeBytes];

    public float[] Run(float[] row)
    {
        var decoded = new float[row.Length];
        _codec.Encode(row, _code);
        _codec.Decode(_code, decoded);
        return decoded;
    }
}
