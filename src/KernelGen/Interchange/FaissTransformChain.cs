using KernelGen.Transforms;

namespace KernelGen.Interchange;

/// <summary>Brings steps of FAISS into the form that codecs have: norm 1, minus a mean, times one matrix of orthonormal rows.</summary>
internal static class FaissTransformChain
{
    public static TransformChain Create(IReadOnlyList<FaissTransform> steps, TransformShape shape)
    {
        int inputs = steps.Count == 0 ? shape.Dimensions : steps[0].InputDimensions;
        int outputs = steps.Count == 0 ? shape.Dimensions : steps[^1].OutputDimensions;
        if (inputs != shape.Dimensions || outputs != shape.OutputDimensions)
        {
            throw Mismatch($"transforms of {inputs} dimensions to {outputs}", $"{shape.Dimensions} to {shape.OutputDimensions}");
        }

        bool normalizes = steps.Count > 0 && steps[0].Kind == FaissTransformKind.Normalization;
        if (normalizes != shape.Normalizes)
        {
            throw Mismatch(normalizes ? "normalization first" : "no normalization first", $"Normalizes = {shape.Normalizes}");
        }

        // y = matrix x + bias, step by step.
        double[][] matrix = [.. Enumerable.Range(0, inputs).Select(i => Unit(i, inputs))];
        var bias = new double[inputs];
        foreach (FaissTransform step in steps.Skip(normalizes ? 1 : 0))
        {
            (matrix, bias) = Apply(step, matrix, bias);
        }

        // A x + b = A (x - mean): as rows are orthonormal, mean = -A^T b.
        float[] mean = [.. Enumerable.Range(0, inputs).Select(i => (float)-matrix.Select((row, j) => row[i] * bias[j]).Sum())];
        if (!shape.Centers && mean.Any(static value => value != 0))
        {
            throw Mismatch("a mean that is not zero", "Centers = false");
        }

        bool isIdentity = inputs == outputs && matrix.Select((row, j) => row.SequenceEqual(Unit(j, inputs))).All(static same => same);
        if ((!shape.HasMatrix && !isIdentity) || shape.HasHadamard)
        {
            throw Mismatch("a matrix and no Hadamard rotation", $"HasMatrix = {shape.HasMatrix}, HasHadamard = {shape.HasHadamard}");
        }

        float[] values = shape.HasMatrix ? [.. matrix.SelectMany(static row => row).Select(static value => (float)value)] : [];
        return new TransformChain(shape, [.. shape.Centers ? mean : [], .. values]);
    }

    private static (double[][] Matrix, double[] Bias) Apply(FaissTransform step, double[][] matrix, double[] bias)
    {
        switch (step.Kind)
        {
            case FaissTransformKind.Normalization:
                throw new ArgumentException("Expected a normalization as the first transform only, but got one behind another.", "shape");
            case FaissTransformKind.Centering:
                return (matrix, [.. bias.Select((value, j) => value + step.Bias.Span[j])]);
            case FaissTransformKind.RemapDimensions:
                int[] map = step.Map.ToArray();
                return (
                    Array.ConvertAll(map, source => source < 0 ? new double[matrix[0].Length] : matrix[source]),
                    Array.ConvertAll(map, source => source < 0 ? 0 : bias[source]));
            default:
                return Multiply(step, matrix, bias);
        }
    }

    private static (double[][] Matrix, double[] Bias) Multiply(FaissTransform step, double[][] matrix, double[] bias)
    {
        var product = new double[step.OutputDimensions][];
        var moved = new double[step.OutputDimensions];
        for (int j = 0; j < product.Length; j++)
        {
            product[j] = new double[matrix[0].Length];
            moved[j] = step.Bias.IsEmpty ? 0 : step.Bias.Span[j];
            for (int k = 0; k < step.InputDimensions; k++)
            {
                double factor = step.Matrix.Span[(j * step.InputDimensions) + k];
                moved[j] += factor * bias[k];
                for (int i = 0; i < product[j].Length; i++)
                {
                    product[j][i] += factor * matrix[k][i];
                }
            }
        }

        return (product, moved);
    }

    private static double[] Unit(int at, int count)
    {
        var row = new double[count];
        row[at] = 1;
        return row;
    }

    private static ArgumentException Mismatch(string has, string wants) =>
        new($"Expected transforms of the codec's shape ({wants}), but the index has {has}.", "shape");
}
