using KernelGen.Transforms;

namespace KernelGen.GpuTests.Infrastructure;

/// <summary>Codecs of any scheme from a sample.</summary>
internal static class TestCodec
{
    /// <summary>A trained codec; one with codebooks takes values of the sample for those of its centroids, over and over. Transforms change nothing but the number of
    /// dimensions; beside them learned scales are 1.</summary>
    public static TCodec Create<TCodec>(float[] sample)
        where TCodec : class, IVectorCodec<TCodec>
    {
        CodecLayout layout = TCodec.Layout;
        if (layout is { Codebooks: null, AdditiveCodebooks: null, Transforms: null })
        {
            return TCodec.Train(sample);
        }

        float[] transforms = layout.Transforms is { } shape ? Identity(shape) : [];
        float[] others = (layout.Codebooks?.Values ?? layout.AdditiveCodebooks?.Values) is { } values
            ? [.. Enumerable.Range(0, values).Select(i => sample[i % sample.Length])]
            : [.. Enumerable.Repeat(1f, layout.ParameterCount - transforms.Length)];
        using var stream = new MemoryStream();
        CodecParameters.Save(stream, layout, [.. transforms, .. others]);
        stream.Position = 0;
        return TCodec.Load(stream);
    }

    private static float[] Identity(TransformShape shape)
    {
        var parameters = new float[shape.ParameterCount];
        int start = shape.Centers ? shape.Dimensions : 0;
        for (int j = 0; shape.HasMatrix && j < shape.OutputDimensions; j++)
        {
            parameters[start + (j * shape.Dimensions) + j] = 1;
        }

        parameters.AsSpan(parameters.Length - shape.SignCount).Fill(1);
        return parameters;
    }
}
