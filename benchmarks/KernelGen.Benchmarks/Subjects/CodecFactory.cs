namespace KernelGen.Benchmarks;

/// <summary>Creates codecs for measurements whose time does not depend on what was learned.</summary>
internal static class CodecFactory
{
    /// <summary>A codec that was trained on the sample; one with random codebooks where it has such, which would take long to train.</summary>
    public static TCodec Create<TCodec>(float[] sample)
        where TCodec : class, IVectorCodec<TCodec>
    {
        if (TCodec.Layout is { Codebooks: null, AdditiveCodebooks: null })
        {
            return TCodec.Train(sample);
        }

        using var file = new MemoryStream();
        CodecParameters.Save(file, TCodec.Layout, Workload.Gaussian(TCodec.Layout.ParameterCount, seed: 3));
        file.Position = 0;
        return TCodec.Load(file);
    }
}
