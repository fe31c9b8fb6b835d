using KernelGen.Interchange;

namespace KernelGen.Tests.Interchange;

/// <summary>What codes and transforms of FAISS mean, readable and slow.</summary>
internal static class FaissReference
{
    /// <summary>The centroids that the codes name: count times d values.</summary>
    public static float[] Decode(FaissProductQuantizer index)
    {
        CodebookShape shape = index.Shape;
        var values = new List<float>();
        for (int row = 0; row < index.Count; row++)
        {
            ReadOnlySpan<byte> code = index.Codes.Span.Slice(row * index.CodeBytes, index.CodeBytes);
            for (int subspace = 0; subspace < shape.Subspaces; subspace++)
            {
                int centroid = 0;
                for (int bit = 0; bit < shape.Bits; bit++)
                {
                    int position = (subspace * shape.Bits) + bit;
                    centroid |= (code[position / 8] >> (position % 8) & 1) << bit;
                }

                int size = shape.DimensionsOf(subspace);
                values.AddRange(index.Centroids.Span.Slice(shape.CodebookOf(subspace) + (centroid * size), size));
            }
        }

        return [.. values];
    }

    /// <summary>One vector as the index sees it.</summary>
    public static double[] Transform(FaissProductQuantizer index, ReadOnlySpan<float> vector)
    {
        double[] values = [.. vector.ToArray().Select(value => (double)value)];
        foreach (FaissTransform transform in index.Transforms)
        {
            Assert.Equal(transform.InputDimensions, values.Length);
            values = Transform(transform, values);
            Assert.Equal(transform.OutputDimensions, values.Length);
        }

        return values;
    }

    /// <summary>The squared distances or inner products of a query, as the index sees it, and all rows.</summary>
    public static double[] Distances(FaissProductQuantizer index, double[] query, float[] decoded) =>
    [
        .. decoded.Chunk(query.Length).Select(row => index.Metric == Metric.SquaredL2
            ? query.Zip(row, (x, y) => (x - y) * (x - y)).Sum()
            : query.Zip(row, (x, y) => x * y).Sum()),
    ];

    private static double[] Transform(FaissTransform transform, double[] x)
    {
        float[] a = transform.Matrix.ToArray();
        float[] b = transform.Bias.ToArray();
        double length = Math.Sqrt(x.Sum(value => value * value));
        return transform.Kind switch
        {
            FaissTransformKind.Normalization => [.. x.Select(value => value / length)],
            FaissTransformKind.Centering => [.. x.Zip(b, (value, add) => value + add)],
            FaissTransformKind.RemapDimensions => [.. transform.Map.ToArray().Select(from => from < 0 ? 0 : x[from])],
            _ =>
            [
                .. a.Chunk(x.Length).Select((row, i) => row.Zip(x, (c, value) => c * value).Sum() + (b.Length > 0 ? b[i] : 0)),
            ],
        };
    }
}
