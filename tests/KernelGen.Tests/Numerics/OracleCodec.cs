using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using KernelGen.Reference;
using Microsoft.CodeAnalysis;

namespace KernelGen.Tests.Numerics;

/// <summary>Completes sampled classes with a base class that forwards to the oracle: a codec to test the tests with.</summary>
/// <param name="baseClass">The open generic type <see cref="OracleCodec{TSelf}"/> or one derived from it.</param>
internal sealed class OracleGenerator(Type baseClass, int count) : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        string name = $"global::{baseClass.FullName![..baseClass.FullName!.IndexOf('`', StringComparison.Ordinal)]}";
        context.RegisterPostInitializationOutput(output =>
        {
            for (int i = 0; i < count; i++)
            {
                string bases = $"{name}<C{i}>, global::KernelGen.IVectorCodec<C{i}>";
                output.AddSource($"C{i}.g.cs", $"namespace Sampled; partial class C{i} : {bases};");
            }
        });
    }
}

/// <summary>The oracle as a codec of the scheme that the attributes of <typeparamref name="TSelf"/> declare.</summary>
public abstract class OracleCodec<TSelf>
    where TSelf : OracleCodec<TSelf>, IVectorCodec<TSelf>, new()
{
    private const int BlockRows = 64;
    private const int HashBytes = 32;

    private static readonly ReferenceScheme s_scheme = DeclaredScheme();

    private ReferenceCodec _oracle = null!;

    public static CodecLayout Layout { get; } = CreateLayout();

    public static TSelf Train(ReadOnlySpan<float> sample, TrainingOptions? options = null)
    {
        Require(!sample.IsEmpty && sample.Length % s_scheme.Dimensions == 0, nameof(sample));
        return new TSelf { _oracle = ReferenceCodec.Train(s_scheme, sample, options?.Quantile ?? 1) };
    }

    public static TSelf Load(Stream stream)
    {
        using var content = new MemoryStream();
        stream.CopyTo(content);
        byte[] file = content.ToArray();
        if (file.Length < HashBytes || !SHA256.HashData(file.AsSpan(HashBytes)).AsSpan().SequenceEqual(file.AsSpan(0, HashBytes)))
        {
            throw new InvalidDataException("Truncated or corrupt.");
        }

        using var reader = new BinaryReader(new MemoryStream(file[HashBytes..]), Encoding.UTF8);
        return reader.ReadString() == s_scheme.Text
            ? new TSelf { _oracle = new(s_scheme, TestVectors.Fill(s_scheme.ParameterCount, _ => reader.ReadSingle())) }
            : throw new InvalidDataException("Another scheme.");
    }

    public void Save(Stream stream)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content, Encoding.UTF8);
        writer.Write(s_scheme.Text);
        Array.ForEach([.. _oracle.Parameters], writer.Write);
        writer.Flush();
        stream.Write(SHA256.HashData(content.ToArray()));
        stream.Write(content.ToArray());
    }

    public virtual CpuTier Encode(ReadOnlySpan<float> vectors, Span<byte> codes, CpuTier tier = CpuTier.Auto)
    {
        int n = Rows(vectors.Length, Layout.Dimensions, nameof(vectors));
        Require(codes.Length == n * Layout.CodeBytes, nameof(codes));
        CpuTier ran = CpuTiers.Resolve(tier);
        for (int i = 0; i < n; i++)
        {
            _oracle.Encode(Part(vectors, i, Layout.Dimensions), Part(codes, i, Layout.CodeBytes));
        }

        return ran;
    }

    public CpuTier Decode(ReadOnlySpan<byte> codes, Span<float> vectors, CpuTier tier = CpuTier.Auto)
    {
        int n = Rows(codes.Length, Layout.CodeBytes, nameof(codes));
        Require(vectors.Length == n * Layout.Dimensions, nameof(vectors));
        for (int i = 0; i < n; i++)
        {
            _oracle.Decode(Part(codes, i, Layout.CodeBytes), Part(vectors, i, Layout.Dimensions));
        }

        return CpuTiers.Resolve(tier);
    }

    public virtual void Pack(ReadOnlySpan<byte> codes, Span<byte> block, int firstRow)
    {
        int n = Rows(codes.Length, Layout.CodeBytes, nameof(codes));
        RequireRows(block, firstRow, n);
        for (int i = 0; i < n; i++)
        {
            _oracle.Layout.Pack(Part(codes, i, Layout.CodeBytes), block, BlockRows, firstRow + i);
        }
    }

    public void Unpack(ReadOnlySpan<byte> block, int firstRow, Span<byte> codes)
    {
        int n = Rows(codes.Length, Layout.CodeBytes, nameof(codes));
        RequireRows(block, firstRow, n);
        for (int i = 0; i < n; i++)
        {
            _oracle.Layout.Unpack(block, Part(codes, i, Layout.CodeBytes), BlockRows, firstRow + i);
        }
    }

    public CpuTier Prepare(ReadOnlySpan<float> queries, Span<byte> prepared, CpuTier tier = CpuTier.Auto)
    {
        int n = Rows(queries.Length, Layout.Dimensions, nameof(queries));
        Require(prepared.Length == n * Layout.QueryBytes, nameof(prepared));
        for (int i = 0; i < n; i++)
        {
            // The query itself; Scan prepares it. Here it is only checked.
            ReadOnlySpan<float> query = Part(queries, i, Layout.Dimensions);
            _oracle.Prepare(query);
            MemoryMarshal.AsBytes(query).CopyTo(Part(prepared, i, Layout.QueryBytes));
        }

        return CpuTiers.Resolve(tier);
    }

    public virtual CpuTier Scan(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, CpuTier tier = CpuTier.Auto)
    {
        int n = Rows(prepared.Length, Layout.QueryBytes, nameof(prepared));
        RequireRows(block, firstRow, rows);
        Require(scores.Length == n * rows, nameof(scores));
        var code = new byte[Layout.CodeBytes];
        for (int i = 0; i < n; i++)
        {
            ReadOnlySpan<byte> query = Part(prepared, i, Layout.QueryBytes)[..(Layout.Dimensions * sizeof(float))];
            ReferenceQuery referenceQuery = _oracle.Prepare(MemoryMarshal.Cast<byte, float>(query));
            for (int row = 0; row < rows; row++)
            {
                _oracle.Layout.Unpack(block, code, BlockRows, firstRow + row);
                scores[(i * rows) + row] = (float)_oracle.Score(referenceQuery, code).Value;
            }
        }

        return CpuTiers.Resolve(tier);
    }

    public virtual CpuTier Search(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, ReadOnlySpan<long> ids, ReadOnlySpan<TopK> tops, CpuTier tier = CpuTier.Auto)
    {
        var scores = new float[tops.Length * ids.Length];
        CpuTier ran = Scan(prepared, block, 0, ids.Length, scores, tier);
        for (int i = 0; i < tops.Length; i++)
        {
            tops[i].Offer(ids, scores.AsSpan(i * ids.Length, ids.Length));
        }

        return ran;
    }

    public float ScorePair(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, CpuTier tier = CpuTier.Auto)
    {
        Require(first.Length == Layout.CodeBytes, nameof(first));
        Require(second.Length == Layout.CodeBytes, nameof(second));
        return (float)_oracle.ScorePair(first, second).Value;
    }

    public CpuTier Accumulate(
        ReadOnlySpan<byte> block, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, Span<float> destination, CpuTier tier = CpuTier.Auto)
    {
        Require(rows.Length == weights.Length, nameof(weights));
        Require(destination.Length == Layout.Dimensions, nameof(destination));
        var code = new byte[Layout.CodeBytes];
        var accumulated = new ReferenceRow[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            RequireRows(block, rows[i], 1);
            _oracle.Layout.Unpack(block, code, BlockRows, rows[i]);
            accumulated[i] = _oracle.Layout.Read(code);
        }

        ReferenceScore[] sums = _oracle.Accumulate(accumulated, weights, destination);
        Array.ConvertAll(sums, sum => (float)sum.Value).CopyTo(destination);
        return CpuTiers.Resolve(tier);
    }

    /// <summary>The scheme read back from the attributes, which so are checked as well.</summary>
    private static ReferenceScheme DeclaredScheme()
    {
        var codec = typeof(TSelf).GetCustomAttribute<VectorCodecAttribute>()!;
        var scale = typeof(TSelf).GetCustomAttribute<ScaleAttribute>();
        ReferenceScale? referenceScale = scale is null ? null : new ReferenceScale(scale.Granularity, scale.Format, scale.Size);
        return typeof(TSelf).GetCustomAttribute<ScalarQuantizerAttribute>() is { } scalar
            ? ReferenceScheme.Integer(codec.Dimensions, codec.Metric, scalar.Bits, scalar.Zero, referenceScale)
            : ReferenceScheme.Float(
                codec.Dimensions, codec.Metric, typeof(TSelf).GetCustomAttribute<FloatQuantizerAttribute>()!.Format, referenceScale);
    }

    private static CodecLayout CreateLayout()
    {
        var layout = new ReferenceLayout(s_scheme);
        return new CodecLayout
        {
            Dimensions = s_scheme.Dimensions,
            Metric = s_scheme.Metric,
            Scheme = s_scheme.Text,
            CodeBytes = layout.CodeBytes,
            BlockRows = BlockRows,
            BlockBytes = layout.BlockBytes(BlockRows),
            QueryBytes = ((s_scheme.Dimensions * sizeof(float)) + 63) / 64 * 64,
            ParameterCount = s_scheme.ParameterCount,
        };
    }

    private static int Rows(int length, int perRow, string name)
    {
        Require(length % perRow == 0, name);
        return length / perRow;
    }

    private static void RequireRows(ReadOnlySpan<byte> block, int firstRow, int rows)
    {
        Require(block.Length == Layout.BlockBytes, nameof(block));
        Require(firstRow >= 0 && rows >= 0 && firstRow <= BlockRows - rows, nameof(rows));
    }

    private static void Require(bool condition, string name)
    {
        if (!condition)
        {
            throw new ArgumentException("Wrong length.", name);
        }
    }

    private static ReadOnlySpan<T> Part<T>(ReadOnlySpan<T> all, int index, int length) => all.Slice(index * length, length);

    private static Span<T> Part<T>(Span<T> all, int index, int length) => all.Slice(index * length, length);
}
