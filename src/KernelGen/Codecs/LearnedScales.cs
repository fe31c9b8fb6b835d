using System.ComponentModel;
using System.Numerics;

namespace KernelGen.Kernels;

/// <summary>
/// Learns the scales (and minima) of schemes whose scales belong to the codec: docs/formats.md, section 5. Deterministic: the same
/// sample gives the same bits on every processor. Called by generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class LearnedScales
{
    /// <summary>Vectors between two looks at the cancellation token.</summary>
    private const int VectorsPerStep = 4096;

    /// <summary>Channels gathered at once: as many floats as a cache line holds, so that each line of the sample is read once.</summary>
    private const int ChannelsPerStep = 16;

    /// <summary>Learns scales and, for <see cref="LearnedScaleRule.MinMax"/>, minima.</summary>
    /// <param name="sample">Vectors one after another, at least one.</param>
    /// <param name="spec">What to learn.</param>
    /// <param name="options">Quantile, progress and cancellation; null for the defaults.</param>
    /// <returns>The scales, then the minima if the rule has them: each <see cref="LearnedScaleSpec.Dimensions"/> values, or one
    /// value without <see cref="LearnedScaleSpec.PerChannel"/>.</returns>
    /// <remarks>With the default quantile of 1 no part of the sample is copied; with another one, 16 channels of it, or all of it
    /// for a single scale.</remarks>
    /// <exception cref="ArgumentException">Wrong length, or a value that is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The quantile is not in (0, 1].</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    public static float[] Fit(ReadOnlySpan<float> sample, in LearnedScaleSpec spec, TrainingOptions? options = null)
    {
        options ??= new TrainingOptions();
        options.Check();
        CodecGuard.SampleCount(spec.Dimensions, sample.Length);
        CodecGuard.CheckFinite(sample, spec.Dimensions, nameof(sample));

        float[] factors = spec.Normalize ? InverseNorms(sample, spec.Dimensions) : [];
        var parameters = new float[(spec.PerChannel ? spec.Dimensions : 1) * (spec.Rule == LearnedScaleRule.MinMax ? 2 : 1)];
        if (spec.Rule == LearnedScaleRule.MeanAbs)
        {
            FitMeans(sample, factors, spec, options, parameters);
        }
        else if (options.Quantile == 1)
        {
            FitExtremes(sample, factors, spec, options, parameters);
        }
        else
        {
            FitQuantiles(sample, factors, spec, options, parameters);
        }

        return parameters;
    }

    private static float[] InverseNorms(ReadOnlySpan<float> sample, int dimensions)
    {
        var factors = new float[sample.Length / dimensions];
        for (int i = 0; i < factors.Length; i++)
        {
            factors[i] = StripedSums.InverseNorm(sample.Slice(i * dimensions, dimensions));
        }

        return factors;
    }

    private static void FitMeans(
        ReadOnlySpan<float> sample, float[] factors, in LearnedScaleSpec spec, TrainingOptions options, float[] scales)
    {
        var sums = new double[scales.Length];
        int channelStride = spec.PerChannel ? 1 : 0;
        int vectors = sample.Length / spec.Dimensions;
        for (int i = 0; i < vectors; i++)
        {
            Step(options, i, vectors);
            ReadOnlySpan<float> vector = sample.Slice(i * spec.Dimensions, spec.Dimensions);
            float factor = Factor(factors, i);
            for (int d = 0; d < vector.Length; d++)
            {
                sums[d * channelStride] += Math.Abs(vector[d] * factor);
            }
        }

        double count = spec.PerChannel ? vectors : sample.Length;
        for (int c = 0; c < scales.Length; c++)
        {
            scales[c] = AsScale((float)(2 * sums[c] / count));
        }

        options.Progress?.Report(1);
    }

    private static void FitExtremes(
        ReadOnlySpan<float> sample, float[] factors, in LearnedScaleSpec spec, TrainingOptions options, float[] parameters)
    {
        var minima = new float[spec.Dimensions];
        var maxima = new float[spec.Dimensions];
        Array.Fill(minima, float.PositiveInfinity);
        Array.Fill(maxima, float.NegativeInfinity);
        int vectors = sample.Length / spec.Dimensions;
        for (int i = 0; i < vectors; i++)
        {
            Step(options, i, vectors);
            Extend(sample.Slice(i * spec.Dimensions, spec.Dimensions), Factor(factors, i), minima, maxima);
        }

        if (!spec.PerChannel)
        {
            minima = [minima.Min()];
            maxima = [maxima.Max()];
        }

        for (int c = 0; c < minima.Length; c++)
        {
            if (spec.Rule == LearnedScaleRule.AbsMax)
            {
                parameters[c] = AsScale(Math.Max(-minima[c], maxima[c]) / spec.Divisor);
            }
            else
            {
                SetRange(parameters, c, minima[c], maxima[c], spec.Divisor);
            }
        }

        options.Progress?.Report(1);
    }

    private static void Extend(ReadOnlySpan<float> vector, float factor, Span<float> minima, Span<float> maxima)
    {
        int d = 0;
        for (; d <= vector.Length - Vector<float>.Count; d += Vector<float>.Count)
        {
            Vector<float> values = new Vector<float>(vector[d..]) * factor;
            Vector.Min(values, new Vector<float>(minima[d..])).CopyTo(minima[d..]);
            Vector.Max(values, new Vector<float>(maxima[d..])).CopyTo(maxima[d..]);
        }

        for (; d < vector.Length; d++)
        {
            float value = vector[d] * factor;
            minima[d] = Math.Min(minima[d], value);
            maxima[d] = Math.Max(maxima[d], value);
        }
    }

    private static void FitQuantiles(
        ReadOnlySpan<float> sample, float[] factors, in LearnedScaleSpec spec, TrainingOptions options, float[] parameters)
    {
        // One scale for everything is one channel that holds the values of all dimensions.
        int vectors = sample.Length / spec.Dimensions;
        int scales = spec.PerChannel ? spec.Dimensions : 1;
        int dimensionsPerScale = spec.Dimensions / scales;
        int step = Math.Min(scales, ChannelsPerStep);
        int valuesPerScale = vectors * dimensionsPerScale;
        float[] gathered = GC.AllocateUninitializedArray<float>(step * valuesPerScale);
        for (int first = 0; first < scales; first += step)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            options.Progress?.Report((double)first / scales);
            int channels = Math.Min(step, scales - first);
            Gather(sample, factors, spec, first, channels * dimensionsPerScale, gathered);
            for (int c = 0; c < channels; c++)
            {
                FitQuantile(gathered.AsSpan(c * valuesPerScale, valuesPerScale), spec, options.Quantile, parameters, first + c);
            }
        }

        options.Progress?.Report(1);
    }

    /// <summary>Copies dimensions <paramref name="first"/>.. of the sample, those of one dimension after another.</summary>
    private static void Gather(
        ReadOnlySpan<float> sample, float[] factors, in LearnedScaleSpec spec, int first, int width, Span<float> gathered)
    {
        int vectors = sample.Length / spec.Dimensions;
        for (int i = 0; i < vectors; i++)
        {
            ReadOnlySpan<float> values = sample.Slice((i * spec.Dimensions) + first, width);
            float factor = Factor(factors, i);
            for (int d = 0; d < values.Length; d++)
            {
                float value = values[d] * factor;
                gathered[(d * vectors) + i] = spec.Rule == LearnedScaleRule.AbsMax ? Math.Abs(value) : value;
            }
        }
    }

    private static void FitQuantile(
        ReadOnlySpan<float> values, in LearnedScaleSpec spec, double quantile, float[] parameters, int channel)
    {
        if (spec.Rule == LearnedScaleRule.AbsMax)
        {
            parameters[channel] = AsScale(OrderStatistics.Quantile(values, quantile) / spec.Divisor);
        }
        else
        {
            float minimum = OrderStatistics.Quantile(values, (1 - quantile) / 2);
            float maximum = OrderStatistics.Quantile(values, (1 + quantile) / 2);
            SetRange(parameters, channel, minimum, maximum, spec.Divisor);
        }
    }

    private static void SetRange(float[] parameters, int channel, float minimum, float maximum, float divisor)
    {
        parameters[channel] = AsScale((maximum / divisor) - (minimum / divisor));
        parameters[(parameters.Length / 2) + channel] = minimum + 0f; // the sum turns -0 into +0
    }

    /// <summary>At least 2^-126, so that the reciprocal is finite; at most the greatest float.</summary>
    private static float AsScale(float scale) => Math.Clamp(scale, Scales.Smallest, float.MaxValue);

    private static float Factor(float[] factors, int vector) => factors.Length == 0 ? 1f : factors[vector];

    private static void Step(TrainingOptions options, int vector, int vectors)
    {
        if (vector % VectorsPerStep == 0)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            options.Progress?.Report((double)vector / vectors);
        }
    }
}
