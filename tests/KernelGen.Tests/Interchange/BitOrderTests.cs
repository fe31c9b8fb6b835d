using System.Buffers.Binary;
using System.Runtime.InteropServices;
using KernelGen.Interchange;
using KernelGen.Reference;
using KernelGen.Tests.Numerics;

namespace KernelGen.Tests.Interchange;

/// <summary>Codes of <c>[BinaryQuantizer]</c> are those of the tools that its documentation names: Data/bits/README.md.</summary>
public sealed class BitOrderTests
{
    private const int Rows = 20;

    private static readonly int[] s_dimensions = [1, 7, 8, 64, 100, 768];

    /// <summary>What each tool does, and whether it takes whole bytes only.</summary>
    private static readonly (string Name, BitOrder Order, SignBit Ones, bool WholeBytes)[] s_tools =
    [
        ("numpy", BitOrder.MsbFirst, SignBit.Positive, false),
        ("numpy-little", BitOrder.LsbFirst, SignBit.Positive, false),
        ("faiss-sign", BitOrder.LsbFirst, SignBit.NonNegative, false),
        ("faiss-from-float", BitOrder.LsbFirst, SignBit.Positive, true),
        ("sqlite-vec", BitOrder.LsbFirst, SignBit.Positive, true),
        ("pgvector", BitOrder.MsbFirst, SignBit.Positive, false),
    ];

    private static readonly Lazy<CodecAssembly> s_codecs = new(() => CodecAssembly.Generate(
    [
        .. from d in s_dimensions
           from options in s_tools.Select(static tool => (tool.Order, tool.Ones)).Distinct()
           select Scheme(d, options.Order, options.Ones),
    ]));

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach ((string name, _, _, bool wholeBytes) in s_tools)
            {
                foreach (int d in s_dimensions.Where(d => !wholeBytes || d % 8 == 0))
                {
                    cases.Add(name, d);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Codes_equal_those_of_the_tool(string tool, int dimensions)
    {
        (_, BitOrder order, SignBit ones, _) = Array.Find(s_tools, other => other.Name == tool);
        SignRun run = Run(dimensions, order, ones);
        byte[] expected = Bytes(dimensions, tool);
        Assert.Equal(Rows * ((dimensions + 7) / 8), expected.Length);
        foreach (CpuTier tier in Enum.GetValues<CpuTier>().Where(CpuTiers.IsSupported))
        {
            Assert.Equal(expected, run.Encode(NpyFile.Read(PathOf(dimensions, "vectors")).Values.Span, tier));
        }
    }

    /// <summary>The vectors tell the options from each other, so that the test above would find a wrong one.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(768)]
    public void Tools_differ(int dimensions)
    {
        string[] codes = [.. ((string[])["numpy", "numpy-little", "faiss-sign"]).Select(tool => Convert.ToHexString(Bytes(dimensions, tool)))];
        Assert.Distinct(codes);
    }

    /// <summary>Scores under Hamming are the distances that FAISS finds between the same codes.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(768)]
    public void Distances_equal_those_of_Faiss(int dimensions)
    {
        SignRun run = Run(dimensions, BitOrder.LsbFirst, SignBit.NonNegative);
        int[] distances = MemoryMarshal.Cast<byte, int>(Bytes(dimensions, "faiss-hamming")).ToArray();
        foreach (CpuTier tier in Enum.GetValues<CpuTier>().Where(CpuTiers.IsSupported))
        {
            float[] scores = run.Scores(NpyFile.Read(PathOf(dimensions, "vectors")).Values.Span, Bytes(dimensions, "faiss-sign"), tier);
            Assert.Equal(distances, Array.ConvertAll(scores, static score => (int)-score));
        }
    }

    [Fact]
    public void Every_file_is_compared()
    {
        IEnumerable<string> compared = Cases.Select(static row => $"d{row[1]}.{row[0]}.npy");
        IEnumerable<string> vectors = s_dimensions.Select(static d => $"d{d}.vectors.npy");
        IEnumerable<string> distances = s_dimensions.Where(static d => d % 8 == 0).Select(static d => $"d{d}.faiss-hamming.npy");
        string folder = Path.GetDirectoryName(PathOf(1, "vectors"))!;
        Assert.Equal(
            Directory.EnumerateFiles(folder, "*.npy").Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal),
            compared.Concat(vectors).Concat(distances).Order(StringComparer.Ordinal));
    }

    private static ReferenceSignScheme Scheme(int dimensions, BitOrder order, SignBit ones) => new(dimensions, Metric.Hamming, order, ones);

    private static SignRun Run(int dimensions, BitOrder order, SignBit ones) =>
        CodecAssembly.Over<SignRun>(s_codecs.Value[Scheme(dimensions, order, ones)], typeof(SignRun<>));

    private static string PathOf(int dimensions, string name) => Path.Combine(AppContext.BaseDirectory, "Data", "bits", $"d{dimensions}.{name}.npy");

    /// <summary>What follows the header of a file of integers, which <see cref="NpyFile"/> does not read.</summary>
    private static byte[] Bytes(int dimensions, string name)
    {
        byte[] file = File.ReadAllBytes(PathOf(dimensions, name));
        return file[(10 + BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(8)))..];
    }

    /// <summary>A codec that is known only by its type.</summary>
    private abstract class SignRun
    {
        public abstract byte[] Encode(ReadOnlySpan<float> vectors, CpuTier tier);

        /// <summary>The scores of all codes, query after query.</summary>
        public abstract float[] Scores(ReadOnlySpan<float> queries, byte[] codes, CpuTier tier);
    }

    private sealed class SignRun<TCodec> : SignRun
        where TCodec : class, IVectorCodec<TCodec>
    {
        private readonly TCodec _codec = Activator.CreateInstance<TCodec>();

        public override byte[] Encode(ReadOnlySpan<float> vectors, CpuTier tier)
        {
            var codes = new byte[vectors.Length / TCodec.Layout.Dimensions * TCodec.Layout.CodeBytes];
            _codec.Encode(vectors, codes, tier);
            return codes;
        }

        public override float[] Scores(ReadOnlySpan<float> queries, byte[] codes, CpuTier tier)
        {
            int rows = codes.Length / TCodec.Layout.CodeBytes;
            int count = queries.Length / TCodec.Layout.Dimensions;
            var block = new byte[TCodec.Layout.BlockBytes];
            _codec.Pack(codes, block, 0);
            var prepared = new byte[count * TCodec.Layout.QueryBytes];
            _codec.Prepare(queries, prepared);
            var scores = new float[count * rows];
            _codec.Scan(prepared, block, 0, rows, scores, tier);
            return scores;
        }
    }
}
