namespace KernelGen.GpuTests.Infrastructure;

/// <summary>Codecs of any scheme from a sample.</summary>
internal static class TestCodec
{
    /// <summary>A trained codec; one with codebooks takes values of the sample for those of its centroids, over and over.</summary>
    public static TCodec Create<TCodec>(float[] sample)
        where TCodec : class, IVectorCodec<TCodec>
    {
        if (TCodec.Layout.Codebooks is not { } shape)
        {
            return TCodec.Train(sample);
        }

        using var stream = new MemoryStream();
        CodecParameters.Save(stream, TCodec.Layout, [.. Enumerable.Range(0, shape.Values).Select(i => sample[i % sample.Length])]);
        stream.Position = 0;
        return TCodec.Load(stream);
    }
}
