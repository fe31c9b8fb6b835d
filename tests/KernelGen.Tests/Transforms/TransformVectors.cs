using KernelGen.Reference;
using KernelGen.Tests.Numerics;

namespace KernelGen.Tests.Transforms;

/// <summary>Parameters and vectors that try transforms.</summary>
internal static class TransformVectors
{
    public static float[][] Rows(Random random, int d) =>
    [
        TestVectors.Gaussians(random, d),
        new float[d],
        TestVectors.Fill(d, _ => -0f),
        TestVectors.Fill(d, i => i == d / 2 ? 3 : 0),
        TestVectors.Fill(d, _ => 0.7f),
        TestVectors.Fill(d, i => i % 2 == 0 ? 1e12f : -1e12f),
        TestVectors.Fill(d, _ => TestVectors.Gaussian(random) * 1e-40f),
        .. Enumerable.Range(0, 30).Select(_ => TestVectors.Sample(random, d, 1)),
    ];

    /// <summary>Mean, matrix of orthonormal rows, and signs.</summary>
    public static float[] Parameters(ReferenceTransformSpec spec, Random random)
    {
        float[] mean = spec.Centers ? TestVectors.Gaussians(random, spec.Dimensions) : [];
        float[] matrix = spec.HasMatrix ? Orthonormal(random, spec.OutputDimensions, spec.Dimensions) : [];
        float[] signs = spec.HasHadamard ? TestVectors.Fill(4 * spec.OutputDimensions, _ => random.Next(2) == 0 ? 1 : -1) : [];
        return [.. mean, .. matrix, .. signs];
    }

    /// <summary>The oracle of a scheme with random transforms, and a quantizer that has learned from rows.</summary>
    public static ReferenceTransformedCodec Oracle(ReferenceTransformedScheme scheme, Random random, float[][] rows)
    {
        float[] parameters = Parameters(scheme.Transforms, random);
        IReferenceCodec inner;
        if (scheme.Inner is ReferenceProductScheme product)
        {
            inner = new ReferenceProductCodec(product, ProductVectors.Codebooks(product, TestCodebooks.Ordinary, random));
        }
        else if (scheme.Inner is ReferenceAdditiveScheme additive)
        {
            inner = new ReferenceAdditiveCodec(additive, AdditiveVectors.Codebooks(additive, AdditiveCodebooks.Ordinary, random));
        }
        else if (scheme.Inner is ReferenceSignScheme signs)
        {
            inner = new ReferenceSignCodec(signs);
        }
        else
        {
            var transforms = new ReferenceTransforms(
                scheme.Transforms, scheme.Transforms.Normalize || scheme.Metric == Metric.Cosine, parameters);
            inner = scheme.Inner is ReferenceRotatedScheme rotated
                ? new ReferenceRotatedCodec(rotated, transforms.TransformedMean)
                : ReferenceCodec.Train((ReferenceScheme)scheme.Inner, [.. rows.SelectMany(row => transforms.Apply(row))], quantile: 0.95);
        }

        return new ReferenceTransformedCodec(scheme, parameters, inner);
    }

    /// <summary>Rows of a random matrix, made orthonormal one after another.</summary>
    public static float[] Orthonormal(Random random, int rows, int columns)
    {
        var basis = new List<double[]>();
        while (basis.Count < rows)
        {
            double[] row = [.. Enumerable.Range(0, columns).Select(_ => (double)TestVectors.Gaussian(random))];

            // Twice, against what rounding leaves.
            foreach (double[] other in basis.Concat(basis).ToArray())
            {
                double product = row.Zip(other, static (a, b) => a * b).Sum();
                row = [.. row.Zip(other, (a, b) => a - (product * b))];
            }

            double length = Math.Sqrt(row.Sum(static value => value * value));
            basis.Add([.. row.Select(value => value / length)]);
        }

        return [.. basis.SelectMany(static row => row).Select(static value => (float)value)];
    }
}
