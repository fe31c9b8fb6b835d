using System.Buffers.Binary;

namespace KernelGen.Interchange;

/// <summary>Reads the transforms of an <c>IndexPreTransform</c>. Source: <c>read_VectorTransform</c> of FAISS's index_read.cpp.
/// </summary>
internal static class FaissTransformReader
{
    /// <summary>Reads the number of transforms and the transforms.</summary>
    /// <param name="source">The file, behind the header of the index.</param>
    /// <param name="transforms">Where they are added.</param>
    /// <param name="dimensions">Values of a vector; afterwards, behind the transforms.</param>
    /// <exception cref="InvalidDataException">Truncated, corrupt, or of a type that is not supported.</exception>
    public static void ReadChain(BinarySource source, List<FaissTransform> transforms, ref int dimensions)
    {
        int count = source.ReadInt32("number of transforms");
        if (count < 0)
        {
            throw source.Corrupt($"expected 0 transforms or more, but got {count}.");
        }

        while (transforms.Count < count)
        {
            FaissTransform transform = Read(source);
            if (transform.InputDimensions != dimensions)
            {
                throw source.Corrupt(
                    $"expected transform {transforms.Count} of {dimensions} dimensions, but it has {transform.InputDimensions}.");
            }

            dimensions = transform.OutputDimensions;
            transforms.Add(transform);
        }
    }

    private static FaissTransform Read(BinarySource source)
    {
        string type = source.ReadType("type of a transform");
        switch (type)
        {
            case "LTra":
                return ReadLinear(source, FaissTransformKind.Linear);
            case "rrot":
                return ReadLinear(source, FaissTransformKind.RandomRotation);
            case "Viqm":
                source.ReadInt32("iterations of ITQ");
                source.ReadInt32("seed of ITQ");
                return ReadLinear(source, FaissTransformKind.Linear);
            case "PCAm" or "PcAm" or "Pcam":
                SkipPcaTraining(source, type);
                return ReadLinear(source, FaissTransformKind.Pca);
            case "VNrm":
                return ReadNormalization(source);
            case "VCnt":
                return ReadCentering(source);
            case "RmDT":
                return ReadRemap(source);
            default:
                throw new InvalidDataException(
                    "Expected a transform that is a matrix (LTra, rrot, Pcam, Viqm), normalization (VNrm), centering (VCnt) "
                    + $"or a map of dimensions (RmDT), but got {FaissTypes.Describe(type)}.");
        }
    }

    /// <summary>Skips what A and b were made from; the older types have fewer options.</summary>
    private static void SkipPcaTraining(BinarySource source, string type)
    {
        source.ReadSingle("eigenvalue power");
        if (type == "Pcam")
        {
            source.ReadSingle("epsilon of the eigenvalues");
        }

        source.ReadFlag("flag of a random rotation");
        if (type != "PCAm")
        {
            source.ReadInt32("balanced bins");
        }

        source.ReadVector("mean");
        source.ReadVector("eigenvalues");
        source.ReadVector("eigenvectors");
    }

    private static FaissTransform ReadLinear(BinarySource source, FaissTransformKind kind)
    {
        bool hasBias = source.ReadFlag("flag of a bias");
        float[] matrix = source.ReadVector("matrix");
        float[] bias = source.ReadVector("bias");
        (int input, int output) = ReadDimensions(source);

        // FAISS accepts longer arrays and uses their beginning.
        CheckLength(source, "values of a matrix", (long)input * output, matrix.Length);
        CheckLength(source, "values of a bias", hasBias ? output : 0, bias.Length);
        return new FaissTransform(kind, input, output)
        {
            Matrix = matrix.AsMemory(0, input * output),
            Bias = bias.AsMemory(0, hasBias ? output : 0),
        };
    }

    private static FaissTransform ReadNormalization(BinarySource source)
    {
        float norm = source.ReadSingle("norm");
        int dimensions = ReadEqualDimensions(source);
        return norm == 2
            ? new FaissTransform(FaissTransformKind.Normalization, dimensions, dimensions)
            : throw new InvalidDataException($"Expected a NormalizationTransform by the norm 2, but its norm is {norm}.");
    }

    private static FaissTransform ReadCentering(BinarySource source)
    {
        float[] mean = source.ReadVector("mean");
        int dimensions = ReadEqualDimensions(source);
        CheckLength(source, "values of a mean", dimensions, mean.Length);
        return new FaissTransform(FaissTransformKind.Centering, dimensions, dimensions)
        {
            Bias = Array.ConvertAll(mean[..dimensions], value => -value),
        };
    }

    private static FaissTransform ReadRemap(BinarySource source)
    {
        var length = (ulong)source.ReadInt64("length of its map");
        byte[] bytes = source.ReadBytes(length > int.MaxValue ? length : length * sizeof(int), "map");
        (int input, int output) = ReadDimensions(source);
        CheckLength(source, "entries of a map", output, bytes.Length / sizeof(int));
        var map = new int[output];
        for (int i = 0; i < output; i++)
        {
            map[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(i * sizeof(int)));
            if (map[i] < -1 || map[i] >= input)
            {
                throw source.Corrupt($"expected a map to dimensions from -1 to {input - 1}, but entry {i} is {map[i]}.");
            }
        }

        return new FaissTransform(FaissTransformKind.RemapDimensions, input, output) { Map = map };
    }

    private static int ReadEqualDimensions(BinarySource source)
    {
        (int input, int output) = ReadDimensions(source);
        return input == output
            ? input
            : throw source.Corrupt($"expected a transform of as many dimensions as it takes, {input}, but it gives {output}.");
    }

    /// <summary>Reads what ends every transform.</summary>
    private static (int Input, int Output) ReadDimensions(BinarySource source)
    {
        int input = source.ReadInt32("input dimensions of a transform");
        int output = source.ReadInt32("output dimensions of a transform");
        if (input < 1 || output < 1)
        {
            throw source.Corrupt($"expected a transform of at least 1 dimension, but it is from {input} to {output}.");
        }

        return source.ReadFlag("flag of training")
            ? (input, output)
            : throw new InvalidDataException($"Expected trained transforms, but one from {input} to {output} dimensions is not.");
    }

    private static void CheckLength(BinarySource source, string what, long expected, int actual)
    {
        if (actual < expected)
        {
            throw source.Corrupt($"expected {expected} {what}, but got {actual}.");
        }
    }
}
