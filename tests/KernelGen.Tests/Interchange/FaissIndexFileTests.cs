using System.Text;
using KernelGen.Interchange;
using KernelGen.Tests.Codecs;

namespace KernelGen.Tests.Interchange;

public class FaissIndexFileTests
{
    public static TheoryData<string> Indexes =>
        new(TestFiles.Names("faiss", ".faiss").Where(name => !name.StartsWith("rejected", StringComparison.Ordinal)));

    public static TheoryData<string> SearchedIndexes => new(TestFiles.Names("faiss", ".queries.npy"));

    /// <summary>Small files of every part of the format.</summary>
    public static TheoryData<string> SmallIndexes => ["pq4-empty", "fs-m5-n33", "pt-pcaw", "pt-norm-opq-fs", "pt-pad", "pt-center"];

    private static byte[] Bytes(string name) => TestFiles.Bytes("faiss", name + ".faiss");

    private static FaissProductQuantizer Read(string name) => FaissIndexFile.Read(TestFiles.PathOf("faiss", name + ".faiss"));

    private static Tensor Expected(string name, string what) => NpyFile.Read(TestFiles.PathOf("faiss", $"{name}.{what}.npy"));

    private static string Rejects(byte[] bytes) =>
        Assert.Throws<InvalidDataException>(() => FaissIndexFile.Read(new MemoryStream(bytes))).Message;

    /// <summary>The file with another number at a place, of as many bytes as the number has.</summary>
    private static byte[] With(string name, int place, object number)
    {
        byte[] bytes = Bytes(name);
        byte[] replacement = number switch
        {
            byte value => [value],
            int value => BitConverter.GetBytes(value),
            float value => BitConverter.GetBytes(value),
            long value => BitConverter.GetBytes(value),
            string value => Encoding.ASCII.GetBytes(value),
            _ => throw new ArgumentException($"{number.GetType()}", nameof(number)),
        };
        replacement.CopyTo(bytes.AsSpan(place));
        return bytes;
    }

    [Theory]
    [MemberData(nameof(Indexes))]
    public void CodesDecodeToWhatFaissReconstructs(string name)
    {
        FaissProductQuantizer index = Read(name);
        Tensor expected = Expected(name, "reconstructed");
        Assert.Equal([(int)index.Count, index.Shape.Dimensions], expected.Shape);
        Assert.Equal(index.Count * index.CodeBytes, index.Codes.Length);
        Assert.Equal(index.Shape.Values, index.Centroids.Length);
        Assert.Equal(
            expected.Values.ToArray().Select(BitConverter.SingleToInt32Bits),
            FaissReference.Decode(index).Select(BitConverter.SingleToInt32Bits));
    }

    [Theory]
    [MemberData(nameof(SearchedIndexes))]
    public void SearchingFindsWhatFaissFinds(string name)
    {
        FaissProductQuantizer index = Read(name);
        Tensor queries = Expected(name, "queries");
        float[] ids = Expected(name, "ids").Values.ToArray();
        float[] distances = Expected(name, "distances").Values.ToArray();
        float[]? transformed = index.Transforms.Count > 0 ? Expected(name, "transformed").Values.ToArray() : null;
        float[] decoded = FaissReference.Decode(index);
        int k = ids.Length / queries.Shape[0];
        for (int i = 0; i < queries.Shape[0]; i++)
        {
            double[] query = FaissReference.Transform(index, queries.Values.Span.Slice(i * queries.Shape[1], queries.Shape[1]));
            for (int j = 0; j < query.Length && transformed is not null; j++)
            {
                Assert.Equal(transformed[(i * query.Length) + j], query[j], 1e-5);
            }

            double[] actual = FaissReference.Distances(index, query, decoded);
            int sign = index.Metric == Metric.SquaredL2 ? 1 : -1;
            int[] best = [.. Enumerable.Range(0, actual.Length).OrderBy(row => sign * actual[row])];
            for (int j = 0; j < k; j++)
            {
                Assert.Equal(ids[(i * k) + j], best[j]);
                Assert.Equal(distances[(i * k) + j], actual[best[j]], 1e-5 * (1 + Math.Abs(actual[best[j]])));
            }
        }
    }

    [Theory]
    [InlineData("pq8-l2", 8, 4, 8, Metric.SquaredL2, 100, 4)]
    [InlineData("pq4-ip", 16, 8, 4, Metric.InnerProduct, 100, 4)]
    [InlineData("pq6-l2", 12, 3, 6, Metric.SquaredL2, 100, 3)]
    [InlineData("pq5-ip", 14, 7, 5, Metric.InnerProduct, 100, 5)]
    [InlineData("pq10-l2", 2, 2, 10, Metric.SquaredL2, 100, 3)]
    [InlineData("pq1-l2", 40, 40, 1, Metric.SquaredL2, 100, 5)]
    [InlineData("fs-m8-ip", 16, 8, 4, Metric.InnerProduct, 100, 4)]
    [InlineData("fs-m5-n31", 10, 5, 4, Metric.SquaredL2, 31, 3)]
    [InlineData("fs-m1-n40", 4, 1, 4, Metric.SquaredL2, 40, 1)]
    [InlineData("pt-rr-up", 16, 4, 4, Metric.SquaredL2, 100, 2)]
    [InlineData("pt-opq-ip", 8, 4, 4, Metric.InnerProduct, 100, 2)]
    public void ShapesAreThoseOfTheIndex(string name, int dimensions, int subspaces, int bits, Metric metric, int count, int codeBytes)
    {
        FaissProductQuantizer index = Read(name);
        Assert.Equal(new CodebookShape(dimensions, subspaces, bits), index.Shape);
        Assert.Equal((metric, count, codeBytes), (index.Metric, index.Count, index.CodeBytes));
    }

    [Theory]
    [InlineData("pq8-l2", "")]
    [InlineData("pt-opq", "Linear 12>8 A")]
    [InlineData("pt-pca", "Pca 12>8 Ab")]
    [InlineData("pt-pcar", "Pca 12>8 Ab")]
    [InlineData("pt-pcaw", "Pca 12>8 Ab")]
    [InlineData("pt-rr", "RandomRotation 12>8 A")]
    [InlineData("pt-rr-up", "RandomRotation 12>16 A")]
    [InlineData("pt-norm", "Normalization 8>8 ")]
    [InlineData("pt-pad", "RemapDimensions 9>12 m")]
    [InlineData("pt-center", "Centering 8>8 b")]
    [InlineData("pt-itqm", "Linear 8>8 A")]
    [InlineData("pt-bias", "Linear 6>4 Ab")]
    [InlineData("pt-norm-opq-fs", "Normalization 12>12 , Linear 12>8 A")]
    [InlineData("pt-pca-rr-fs", "Pca 12>10 Ab, RandomRotation 10>8 A")]
    public void TransformsAreThoseOfTheIndex(string name, string expected)
    {
        IEnumerable<string> actual = Read(name).Transforms.Select(transform =>
        {
            int product = transform.InputDimensions * transform.OutputDimensions;
            Assert.Contains(transform.Matrix.Length, (int[])[0, product]);
            Assert.Contains(transform.Bias.Length, (int[])[0, transform.OutputDimensions]);
            Assert.Contains(transform.Map.Length, (int[])[0, transform.OutputDimensions]);
            string linear = (transform.Matrix.IsEmpty ? "" : "A") + (transform.Bias.IsEmpty ? "" : "b");
            string parts = linear + (transform.Map.IsEmpty ? "" : "m");
            return $"{transform.Kind} {transform.InputDimensions}>{transform.OutputDimensions} {parts}";
        });
        Assert.Equal(expected, string.Join(", ", actual));
    }

    [Fact]
    public void OlderPcaTransformsAreRead()
    {
        // The transform begins at 41: type, eigenvalue power, epsilon (new), rotation flag, balanced bins (absent in the oldest).
        byte[] bytes = Bytes("pt-pcaw");
        Assert.Equal("Pcam", Encoding.ASCII.GetString(bytes, 41, 4));
        byte[] older = [.. bytes[..41], .. "PcAm"u8, .. bytes[45..49], .. bytes[53..]];
        byte[] oldest = [.. bytes[..41], .. "PCAm"u8, .. bytes[45..49], .. bytes[53..54], .. bytes[58..]];
        FaissTransform expected = Read("pt-pcaw").Transforms.Single();
        foreach (byte[] old in (byte[][])[older, oldest])
        {
            FaissTransform actual = FaissIndexFile.Read(new MemoryStream(old)).Transforms.Single();
            Assert.Equal(expected.Matrix.ToArray(), actual.Matrix.ToArray());
            Assert.Equal(expected.Bias.ToArray(), actual.Bias.ToArray());
        }
    }

    [Theory]
    [InlineData("flat-l2", "'IxF2' (IndexFlatL2)")]
    [InlineData("flat-ip", "'IxFI' (IndexFlatIP)")]
    [InlineData("ivfpq", "'IwPQ' (IndexIVFPQ)")]
    [InlineData("ivfpqfs", "'IwPf' (IndexIVFPQFastScan)")]
    [InlineData("sq8", "'IxSQ' (IndexScalarQuantizer)")]
    [InlineData("idmap", "'IxMp' (IndexIDMap)")]
    [InlineData("lsh", "'IxHe' (IndexLSH)")]
    [InlineData("hnsw", "'IHNf' (IndexHNSWFlat)")]
    [InlineData("rq", "'IxRq' (IndexResidualQuantizer)")]
    [InlineData("refine", "'IxRF' (IndexRefine)")]
    [InlineData("pca-flat", "behind the transforms of an IndexPreTransform, but got 'IxF2' (IndexFlatL2)")]
    [InlineData("itq", "or a map of dimensions (RmDT), but got 'Viqt' (ITQTransform)")]
    [InlineData("l1", "its metric is METRIC_L1")]
    [InlineData("untrained", "it is not trained")]
    public void OtherIndexesAreRejectedByName(string name, string expected) =>
        Assert.Contains(expected, Rejects(Bytes("rejected-" + name)), StringComparison.Ordinal);

    [Fact]
    public void OtherFilesAreRejected()
    {
        Assert.Equal(
            "Expected a FAISS index with a product quantizer (IxPq: IndexPQ, IPfs: IndexPQFastScan), also behind transforms "
                + "(IxPT: IndexPreTransform), but got '0x504B0304', which is no type known here.",
            Rejects([.. "PK"u8, 3, 4]));
        Assert.Contains("but got 'What', which is no type known here", Rejects("What"u8.ToArray()), StringComparison.Ordinal);
    }

    // Places: header 4 (d 4, count 8, trained 32, metric 33), quantizer 37 (d 37, M 45, bits 53, centroids 61 and 69), then of
    // fs-m5-n33, whose 160 centroids end at 709: rows of a block 713, padded rows 721, padded subspaces 729, length of codes 737.
    [Theory]
    [InlineData("pq6-l2", 4, 0, "expected at least 1 dimension and 0 vectors, but it has 0 and 100")]
    [InlineData("pq6-l2", 8, -1L, "expected at least 1 dimension and 0 vectors, but it has 12 and -1")]
    [InlineData("pq6-l2", 8, 99L, "expected 297 bytes of codes, but got 300")]
    [InlineData("pq6-l2", 8, long.MaxValue, "expected 27670116110564327421 bytes of codes, but got 300")]
    [InlineData("pq6-l2", 32, (byte)2, "expected 0 or 1 as its flag of training, but got 2")]
    [InlineData("pq6-l2", 33, -1, "its metric is number -1")]
    [InlineData("pq6-l2", 37, 13L, "expected a quantizer of 12 dimensions, as its index, but it has 13")]
    [InlineData("pq6-l2", 45, 0L, "expected subspaces that divide 12 dimensions, but there are 0")]
    [InlineData("pq6-l2", 45, 5L, "expected subspaces that divide 12 dimensions, but there are 5")]
    [InlineData("pq6-l2", 45, 24L, "expected subspaces that divide 12 dimensions, but there are 24")]
    [InlineData("pq6-l2", 53, 0L, "Expected a quantizer of 1 to 12 bits, but it has 0")]
    [InlineData("pq6-l2", 53, 13L, "Expected a quantizer of 1 to 12 bits, but it has 13")]
    [InlineData("pq6-l2", 53, 7L, "expected 12 * 2^7 = 1536 values of centroids, but got 768")]
    [InlineData("pq6-l2", 61, 769L, "but got 769")]
    [InlineData("pq6-l2", 61, 1L << 29, "truncated: expected 2147483648 bytes of its centroids")]
    [InlineData("pq6-l2", 61, -1L, "too large: expected at most 2147483591 values of its centroids, but it claims 18446744073709551615")]
    [InlineData("fs-m5-n33", 0, "IxPq", "expected 99 bytes of codes")]
    [InlineData("fs-m5-n33", 713, 0, "expected blocks of a multiple of 32 rows, but they have 0")]
    [InlineData("fs-m5-n33", 713, 48, "expected blocks of a multiple of 32 rows, but they have 48")]
    [InlineData("fs-m5-n33", 713, -32, "expected blocks of a multiple of 32 rows, but they have -32")]
    [InlineData("fs-m5-n33", 721, 32L, "expected 33 vectors padded to a multiple of 32, but they are padded to 32")]
    [InlineData("fs-m5-n33", 721, 65L, "expected 33 vectors padded to a multiple of 32, but they are padded to 65")]
    [InlineData("fs-m5-n33", 729, 5L, "expected 6 padded subspaces, but there are 5")]
    [InlineData("fs-m5-n33", 737, 191L, "expected 192 bytes of codes, but got 191")]
    [InlineData("pt-norm", 37, -1, "expected 0 transforms or more, but got -1")]
    [InlineData("pt-norm", 41, "HRot", "but got 'HRot' (HadamardRotation)")]
    [InlineData("pt-norm", 45, 1f, "Expected a NormalizationTransform by the norm 2, but its norm is 1")]
    [InlineData("pt-norm", 4, 9, "expected transform 0 of 9 dimensions, but it has 8")]
    [InlineData("pt-norm", 53, 9, "expected a transform of as many dimensions as it takes, 8, but it gives 9")]
    [InlineData("pt-norm", 49, 0, "expected a transform of at least 1 dimension, but it is from 0 to 8")]
    [InlineData("pt-norm", 57, (byte)0, "Expected trained transforms")]
    [InlineData("pt-norm", 58, "IxPT", "behind the transforms of an IndexPreTransform, but got 'IxPT' (IndexPreTransform)")]
    [InlineData("pt-norm", 62, 9, "expected 8 dimensions behind the transforms, but the index has 9")]
    public void CorruptFilesAreRejected(string name, int place, object number, string expected) =>
        Assert.Contains(expected, Rejects(With(name, place, number)), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(SmallIndexes))]
    public void EveryTruncationIsRejected(string name) =>
        TestFiles.RejectsEveryTruncation(Bytes(name), stream => FaissIndexFile.Read(stream));

    [Theory]
    [MemberData(nameof(SmallIndexes))]
    public void EveryChangedByteIsSurvived(string name) =>
        TestFiles.SurvivesEveryChange(Bytes(name), stream => FaissIndexFile.Read(stream));

    [Fact]
    public void MemoryIsTakenForDataThatIsThere()
    {
        byte[] bytes = With("pq6-l2", 61, 1L << 29);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => FaissIndexFile.Read(new TrickleStream(bytes)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData("pq8-l2")]
    [InlineData("fs-m8-l2")]
    [InlineData("pt-opq")]
    public void ExactlyItsBytesAreReadFromAnyStream(string name)
    {
        byte[] bytes = [.. Bytes(name), 7];
        foreach (Stream stream in (Stream[])[new MemoryStream(bytes), new TrickleStream(bytes)])
        {
            FaissProductQuantizer index = FaissIndexFile.Read(stream);
            Assert.Equal(Read(name).Codes.ToArray(), index.Codes.ToArray());
            Assert.Equal(7, stream.ReadByte());
        }
    }

    [Fact]
    public void UnusedBitsOfFastScanCodesAreZero()
    {
        // Rows 0 and 16 of the sixth subspace, which M = 5 does not have: the third pair is at 64, its second half 16 further on.
        byte[] bytes = With("fs-m5-n33", 745 + 64 + 16, (byte)0xFF);
        FaissProductQuantizer index = FaissIndexFile.Read(new MemoryStream(bytes));
        Assert.All(index.Codes.ToArray().Chunk(index.CodeBytes), code => Assert.Equal(0, code[2] >> 4));
        Assert.Equal(Read("fs-m5-n33").Codes.ToArray(), index.Codes.ToArray());
    }
}
