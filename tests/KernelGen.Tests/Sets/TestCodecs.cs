namespace KernelGen.Tests.Sets;

/// <summary>Codecs for the tests of sets.</summary>
internal static class TestCodecs
{
    /// <summary>A codec that learned from the sample, or has centroids from it.</summary>
    public static TCodec Create<TCodec>(float[] sample)
        where TCodec : class, IVectorCodec<TCodec>
    {
        if (TCodec.Layout.AdditiveCodebooks is { } additive)
        {
            return Loaded<TCodec>([.. Enumerable.Range(0, additive.Values).Select(i => sample[i % sample.Length])]);
        }

        if (TCodec.Layout.Codebooks is not { } shape)
        {
            return TCodec.Train(sample);
        }

        var codebooks = new float[shape.Values];
        for (int m = 0; m < shape.Subspaces; m++)
        {
            for (int j = 0; j < shape.Centroids; j++)
            {
                ReadOnlySpan<float> row = sample.AsSpan(j % (sample.Length / shape.Dimensions) * shape.Dimensions, shape.Dimensions);
                row.Slice(shape.StartOf(m), shape.DimensionsOf(m)).CopyTo(codebooks.AsSpan(shape.CodebookOf(m) + (j * shape.DimensionsOf(m))));
            }
        }

        return Loaded<TCodec>(codebooks);
    }

    private static TCodec Loaded<TCodec>(float[] codebooks)
        where TCodec : class, IVectorCodec<TCodec>
    {
        using var file = new MemoryStream();
        CodecParameters.Save(file, TCodec.Layout, codebooks);
        file.Position = 0;
        return TCodec.Load(file);
    }
}
