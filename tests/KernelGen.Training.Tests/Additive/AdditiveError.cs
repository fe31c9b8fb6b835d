using KernelGen.Kernels;
using KernelGen.Training.Additive;

namespace KernelGen.Training.Tests.Additive;

/// <summary>Squared errors of residual and additive codes.</summary>
internal static class AdditiveError
{
    /// <summary>The codes that the training package chooses.</summary>
    internal static ushort[] Codes(AdditiveShape shape, int beam, ReadOnlySpan<float> vectors, ReadOnlySpan<float> codebooks)
    {
        var codes = new ushort[vectors.Length / shape.Dimensions * shape.Codes];
        BeamSearch.Encode<BeamKernels>(vectors, new AdditiveCodebooks(shape, codebooks), beam, codes, CpuTier.Auto);
        return codes;
    }

    /// <summary>Mean squared distance of vectors to what their codes stand for.</summary>
    internal static double Of(AdditiveShape shape, int beam, ReadOnlySpan<float> vectors, ReadOnlySpan<float> codebooks)
    {
        ushort[] codes = Codes(shape, beam, vectors, codebooks);
        int rows = vectors.Length / shape.Dimensions;
        double sum = 0;
        for (int row = 0; row < rows; row++)
        {
            for (int group = 0; group < shape.Groups; group++)
            {
                for (int i = 0; i < shape.DimensionsOf(group); i++)
                {
                    double difference = vectors[(row * shape.Dimensions) + shape.StartOf(group) + i];
                    for (int stage = 0; stage < shape.Stages; stage++)
                    {
                        int code = codes[(row * shape.Codes) + (group * shape.Stages) + stage];
                        difference -= codebooks[shape.CodebookOf(group, stage) + (code * shape.CentroidLengthOf(group)) + i];
                    }

                    sum += difference * difference;
                }
            }
        }

        return sum / rows;
    }

    /// <summary>Mean squared distance of vectors, normalised for Cosine, to what a codec makes of them.</summary>
    internal static double Of<TCodec>(TCodec codec, float[] vectors)
        where TCodec : class, IVectorCodec<TCodec>
    {
        CodecLayout layout = TCodec.Layout;
        float[] expected = [.. vectors];
        if (layout.Metric == Metric.Cosine)
        {
            QueryMath.Normalize(vectors, layout.Dimensions, expected);
        }

        var codes = new byte[vectors.Length / layout.Dimensions * layout.CodeBytes];
        codec.Encode(vectors, codes);
        var decoded = new float[vectors.Length];
        codec.Decode(codes, decoded);
        return expected.Zip(decoded, (x, y) => Math.Pow((double)x - y, 2)).Sum() / (vectors.Length / layout.Dimensions);
    }
}
