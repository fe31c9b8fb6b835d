namespace KernelGen.Training.Tests;

/// <summary>Squared errors by their definition.</summary>
internal static class Distortion
{
    /// <summary>Mean squared distance of points to their nearest centroids.</summary>
    internal static double Of(ReadOnlySpan<float> points, int dimensions, ReadOnlySpan<float> centroids)
    {
        double sum = 0;
        for (int i = 0; i < points.Length; i += dimensions)
        {
            ReadOnlySpan<float> point = points.Slice(i, dimensions);
            sum += Distance(point, centroids.Slice(Nearest(point, centroids) * dimensions, dimensions));
        }

        return sum * dimensions / points.Length;
    }

    /// <summary>Mean squared distance of vectors to what a product quantizer makes of them.</summary>
    internal static double Of(CodebookShape shape, ReadOnlySpan<float> vectors, ReadOnlySpan<float> codebooks)
    {
        double sum = 0;
        for (int m = 0; m < shape.Subspaces; m++)
        {
            int dimensions = shape.DimensionsOf(m);
            ReadOnlySpan<float> codebook = codebooks.Slice(shape.CodebookOf(m), dimensions * shape.Centroids);
            sum += Of(Slice(vectors, shape.Dimensions, shape.StartOf(m), dimensions), dimensions, codebook);
        }

        return sum;
    }

    /// <summary>The index of the nearest centroid, the first among equals.</summary>
    internal static int Nearest(ReadOnlySpan<float> point, ReadOnlySpan<float> centroids)
    {
        int nearest = 0;
        double least = double.PositiveInfinity;
        for (int c = 0; c < centroids.Length / point.Length; c++)
        {
            double distance = Distance(point, centroids.Slice(c * point.Length, point.Length));
            if (distance < least)
            {
                (nearest, least) = (c, distance);
            }
        }

        return nearest;
    }

    /// <summary>A copy of some dimensions of all rows.</summary>
    internal static float[] Slice(ReadOnlySpan<float> rows, int stride, int start, int dimensions)
    {
        var copy = new float[rows.Length / stride * dimensions];
        for (int i = 0; i < rows.Length / stride; i++)
        {
            rows.Slice((i * stride) + start, dimensions).CopyTo(copy.AsSpan(i * dimensions));
        }

        return copy;
    }

    private static double Distance(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double sum = 0;
        for (int d = 0; d < left.Length; d++)
        {
            double difference = (double)left[d] - right[d];
            sum += difference * difference;
        }

        return sum;
    }
}
