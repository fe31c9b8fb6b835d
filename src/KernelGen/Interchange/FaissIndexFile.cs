namespace KernelGen.Interchange;

/// <summary>
/// Reads the indexes of FAISS that hold a product quantizer, as <c>faiss::write_index</c> writes them: <c>IndexPQ</c>
/// (<c>IxPq</c>) and <c>IndexPQFastScan</c> (<c>IPfs</c>), each also behind the transforms of an <c>IndexPreTransform</c>
/// (<c>IxPT</c>).
/// </summary>
/// <remarks>
/// <para>All numbers are little endian; an array is its length (uint64) and its values. An index is: its type (four characters);
/// the dimensions (int32), the number of vectors (int64), two unused int64, whether it is trained (uint8), the metric (int32)
/// and, for metrics greater than 1, its argument (float32); and then</para>
/// <list type="bullet">
/// <item><c>IxPq</c>: the quantizer; the row codes (array of bytes); search type (int32), sign flag (uint8), Hamming threshold
/// (int32).</item>
/// <item><c>IPfs</c>: the quantizer; implementation, rows of a block and query blocks (int32 each), padded rows and padded
/// subspaces (uint64 each), the codes in blocks (array of bytes).</item>
/// <item><c>IxPT</c>: the number of transforms (int32), the transforms, an index.</item>
/// </list>
/// <para>A quantizer is its dimensions, subspaces and bits (uint64 each) and the centroids (array of float32). Options of
/// searching are not kept. Source: index_write.cpp, index_read.cpp and pq4_fast_scan.cpp of FAISS.</para>
/// </remarks>
public static class FaissIndexFile
{
    /// <summary>Reads the index of a file. What follows the index in the file is not looked at, as in FAISS.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">Truncated, corrupt, an index of another type or metric, not trained, with more than
    /// 12 bits, or with codes of more than 2 GiB.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static FaissProductQuantizer Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream);
    }

    /// <summary>Reads the index at the stream's position. Reads exactly its bytes and leaves the stream open. Memory is taken as
    /// data arrives, not as the header promises.</summary>
    /// <param name="stream">A readable stream; need not be seekable.</param>
    /// <exception cref="InvalidDataException">Truncated, corrupt, an index of another type or metric, not trained, with more than
    /// 12 bits, or with codes of more than 2 GiB.</exception>
    public static FaissProductQuantizer Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var source = new BinarySource(stream, "FAISS index");
        var transforms = new List<FaissTransform>();
        string type = source.ReadType("type");
        Header header;
        if (type == "IxPT")
        {
            int dimensions = ReadHeader(source).Dimensions;
            FaissTransformReader.ReadChain(source, transforms, ref dimensions);
            type = source.ReadType("type behind the transforms");
            CheckType(type, " behind the transforms of an IndexPreTransform");
            header = ReadHeader(source);
            if (header.Dimensions != dimensions)
            {
                throw source.Corrupt(
                    $"expected {dimensions} dimensions behind the transforms, but the index has {header.Dimensions}.");
            }
        }
        else
        {
            CheckType(type, ", also behind transforms (IxPT: IndexPreTransform)");
            header = ReadHeader(source);
        }

        Metric metric = MetricOf(header.Metric);
        if (!header.IsTrained)
        {
            throw new InvalidDataException("Expected a trained FAISS index, but it is not trained and so has no centroids.");
        }

        (CodebookShape shape, float[] centroids) = ReadQuantizer(source, header.Dimensions);
        byte[] codes = type == "IPfs"
            ? FaissFastScan.ReadCodes(source, shape, header.Count)
            : ReadCodes(source, shape, header.Count);
        return new FaissProductQuantizer
        {
            Shape = shape,
            Centroids = centroids,
            Metric = metric,
            Count = header.Count,
            Codes = codes,
            Transforms = transforms,
        };
    }

    private static void CheckType(string type, string place)
    {
        if (type is not ("IxPq" or "IPfs"))
        {
            throw new InvalidDataException(
                $"Expected a FAISS index with a product quantizer (IxPq: IndexPQ, IPfs: IndexPQFastScan){place}, "
                + $"but got {FaissTypes.Describe(type)}.");
        }
    }

    private static Header ReadHeader(BinarySource source)
    {
        int dimensions = source.ReadInt32("dimensions");
        long count = source.ReadInt64("number of vectors");
        source.ReadInt64("unused number");
        source.ReadInt64("unused number");
        bool trained = source.ReadFlag("flag of training");
        int metric = source.ReadInt32("metric");
        if (metric > 1)
        {
            source.ReadSingle("argument of the metric");
        }

        return dimensions >= 1 && count >= 0
            ? new Header(dimensions, count, trained, metric)
            : throw source.Corrupt($"expected at least 1 dimension and 0 vectors, but it has {dimensions} and {count}.");
    }

    private static Metric MetricOf(int metric) => metric switch
    {
        0 => Metric.InnerProduct,
        1 => Metric.SquaredL2,
        2 => throw OtherMetric("METRIC_L1"),
        3 => throw OtherMetric("METRIC_Linf"),
        4 => throw OtherMetric("METRIC_Lp"),
        20 => throw OtherMetric("METRIC_Canberra"),
        21 => throw OtherMetric("METRIC_BrayCurtis"),
        22 => throw OtherMetric("METRIC_JensenShannon"),
        23 => throw OtherMetric("METRIC_Jaccard"),
        _ => throw OtherMetric($"number {metric}"),
    };

    private static InvalidDataException OtherMetric(string metric) =>
        new($"Expected a FAISS index with the metric METRIC_INNER_PRODUCT or METRIC_L2, but its metric is {metric}.");

    private static (CodebookShape Shape, float[] Centroids) ReadQuantizer(BinarySource source, int indexDimensions)
    {
        long dimensions = source.ReadInt64("dimensions of the quantizer");
        long subspaces = source.ReadInt64("number of subspaces");
        long bits = source.ReadInt64("bits of a code");
        if (dimensions != indexDimensions)
        {
            throw source.Corrupt($"expected a quantizer of {indexDimensions} dimensions, as its index, but it has {dimensions}.");
        }

        if (subspaces < 1 || dimensions % subspaces != 0)
        {
            throw source.Corrupt($"expected subspaces that divide {dimensions} dimensions, but there are {subspaces}.");
        }

        if (bits is < 1 or > CodebookShape.MaximumBits)
        {
            throw new InvalidDataException($"Expected a quantizer of 1 to {CodebookShape.MaximumBits} bits, but it has {bits}.");
        }

        float[] centroids = source.ReadVector("centroids");
        return centroids.Length == dimensions << (int)bits
            ? (new CodebookShape(indexDimensions, (int)subspaces, (int)bits), centroids)
            : throw source.Corrupt(
                $"expected {dimensions} * 2^{bits} = {dimensions << (int)bits} values of centroids, but got {centroids.Length}.");
    }

    private static byte[] ReadCodes(BinarySource source, CodebookShape shape, long count)
    {
        byte[] codes = source.ReadCodes((UInt128)count * (UInt128)FaissProductQuantizer.CodeBytesOf(shape));

        // How the index searches: not part of what it holds.
        source.ReadInt32("search type");
        source.ReadFlag("flag of encoded signs");
        source.ReadInt32("Hamming threshold");
        return codes;
    }

    private readonly record struct Header(int Dimensions, long Count, bool IsTrained, int Metric);
}
