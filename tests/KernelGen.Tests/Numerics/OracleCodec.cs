using System.Reflection;
using System.Runtime.InteropServices;
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

    private static readonly IReferenceScheme s_scheme = DeclaredScheme();

    /// <summary>An oracle for what does not depend on parameters.</summary>
    private static readonly IReferenceCodec s_sizes = CreateOracle(new float[s_scheme.ParameterCount]);

    public static CodecLayout Layout { get; } = CreateLayout();

    private protected IReferenceCodec Oracle { get; private init; } = null!;

    public static TSelf Train(ReadOnlySpan<float> sample, TrainingOptions? options = null)
    {
        if (s_scheme is not ReferenceScheme scheme)
        {
            throw new InvalidOperationException("Add a reference to the package KernelGen.Training.");
        }

        Require(!sample.IsEmpty && sample.Length % scheme.Dimensions == 0, nameof(sample));
        return new TSelf { Oracle = ReferenceCodec.Train(scheme, sample, options?.Quantile ?? 1) };
    }

    public static TSelf Load(Stream stream) => Over(CodecParameters.Load(stream, Layout));

    public virtual void Save(Stream stream) => CodecParameters.Save(stream, Layout, [.. Oracle.Parameters]);

    private protected static TSelf Over(float[] parameters) => new() { Oracle = CreateOracle(parameters) };

    public virtual CpuTier Encode(ReadOnlySpan<float> vectors, Span<byte> codes, CpuTier tier = CpuTier.Auto)
    {
        int n = Rows(vectors.Length, Layout.Dimensions, nameof(vectors));
        Require(codes.Length == n * Layout.CodeBytes, nameof(codes));
        CpuTier ran = CpuTiers.Resolve(tier);
        for (int i = 0; i < n; i++)
        {
            Oracle.Encode(Part(vectors, i, Layout.Dimensions), Part(codes, i, Layout.CodeBytes));
        }

        return ran;
    }

    public virtual CpuTier Decode(ReadOnlySpan<byte> codes, Span<float> vectors, CpuTier tier = CpuTier.Auto)
    {
        int n = Rows(codes.Length, Layout.CodeBytes, nameof(codes));
        Require(vectors.Length == n * Layout.Dimensions, nameof(vectors));
        for (int i = 0; i < n; i++)
        {
            Oracle.Decode(Part(codes, i, Layout.CodeBytes), Part(vectors, i, Layout.Dimensions));
        }

        return CpuTiers.Resolve(tier);
    }

    public virtual void Pack(ReadOnlySpan<byte> codes, Span<byte> block, int firstRow)
    {
        int n = Rows(codes.Length, Layout.CodeBytes, nameof(codes));
        RequireRows(block, firstRow, n);
        for (int i = 0; i < n; i++)
        {
            Oracle.Pack(Part(codes, i, Layout.CodeBytes), block, BlockRows, firstRow + i);
        }
    }

    public virtual void Unpack(ReadOnlySpan<byte> block, int firstRow, Span<byte> codes)
    {
        int n = Rows(codes.Length, Layout.CodeBytes, nameof(codes));
        RequireRows(block, firstRow, n);
        for (int i = 0; i < n; i++)
        {
            Oracle.Unpack(block, Part(codes, i, Layout.CodeBytes), BlockRows, firstRow + i);
        }
    }

    public virtual CpuTier Prepare(ReadOnlySpan<float> queries, Span<byte> prepared, CpuTier tier = CpuTier.Auto)
    {
        int n = Rows(queries.Length, Layout.Dimensions, nameof(queries));
        Require(prepared.Length == n * Layout.QueryBytes, nameof(prepared));
        for (int i = 0; i < n; i++)
        {
            // The query itself; Scan prepares it. Here it is only checked.
            ReadOnlySpan<float> query = Part(queries, i, Layout.Dimensions);
            Oracle.Scores(query, []);
            MemoryMarshal.AsBytes(query).CopyTo(Part(prepared, i, Layout.QueryBytes));
        }

        return CpuTiers.Resolve(tier);
    }

    public virtual CpuTier Scan(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, CpuTier tier = CpuTier.Auto) =>
        Scan(prepared, block, firstRow, rows, scores, tier, Oracle.Scores);

    /// <summary>The scores of row codes for a query.</summary>
    private protected delegate ReferenceScore[] Scorer(ReadOnlySpan<float> query, IReadOnlyList<byte[]> codes);

    private protected static CpuTier Scan(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, CpuTier tier, Scorer scoresOf)
    {
        int n = Rows(prepared.Length, Layout.QueryBytes, nameof(prepared));
        RequireRows(block, firstRow, rows);
        Require(scores.Length == n * rows, nameof(scores));
        byte[][] codes = RowCodes(block, Enumerable.Range(firstRow, rows));
        for (int i = 0; i < n; i++)
        {
            ReadOnlySpan<byte> query = Part(prepared, i, Layout.QueryBytes)[..(Layout.Dimensions * sizeof(float))];
            ReferenceScore[] results = scoresOf(MemoryMarshal.Cast<byte, float>(query), codes);
            Array.ConvertAll(results, score => (float)score.Value).CopyTo(Part(scores, i, rows));
        }

        return CpuTiers.Resolve(tier);
    }

    public virtual CpuTier Search(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, ReadOnlySpan<long> ids, ReadOnlySpan<TopK> tops, CpuTier tier = CpuTier.Auto)
    {
        Require(!tops.ToArray().Contains(null!), nameof(tops));
        var scores = new float[tops.Length * ids.Length];
        CpuTier ran = Scan(prepared, block, 0, ids.Length, scores, tier);
        for (int i = 0; i < tops.Length; i++)
        {
            tops[i].Offer(ids, scores.AsSpan(i * ids.Length, ids.Length));
        }

        return ran;
    }

    public virtual float ScorePair(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, CpuTier tier = CpuTier.Auto)
    {
        Require(first.Length == Layout.CodeBytes, nameof(first));
        Require(second.Length == Layout.CodeBytes, nameof(second));
        return (float)Oracle.ScorePair(first, second).Value;
    }

    public virtual CpuTier Accumulate(
        ReadOnlySpan<byte> block, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, Span<float> destination, CpuTier tier = CpuTier.Auto)
    {
        Require(rows.Length == weights.Length, nameof(weights));
        Require(destination.Length == Layout.Dimensions, nameof(destination));
        Require(Array.TrueForAll(weights.ToArray(), float.IsFinite), nameof(weights));
        ReferenceScore[] sums = Oracle.Accumulate(RowCodes(block, rows.ToArray()), weights, destination);
        Array.ConvertAll(sums, sum => (float)sum.Value).CopyTo(destination);
        return CpuTiers.Resolve(tier);
    }

    /// <summary>The scheme read back from the attributes, which so are checked as well.</summary>
    private static IReferenceScheme DeclaredScheme()
    {
        var codec = typeof(TSelf).GetCustomAttribute<VectorCodecAttribute>()!;
        if (typeof(TSelf).GetCustomAttribute<ProductQuantizerAttribute>() is { } product)
        {
            return new ReferenceProductScheme(codec.Dimensions, codec.Metric, product.Subspaces, product.Bits);
        }

        if (typeof(TSelf).GetCustomAttribute<ResidualQuantizerAttribute>() is { } residual)
        {
            return ReferenceAdditiveScheme.Residual(
                codec.Dimensions, codec.Metric, residual.Stages, residual.Bits, residual.Subspaces, residual.Beam, residual.Norm);
        }

        if (typeof(TSelf).GetCustomAttribute<AdditiveQuantizerAttribute>() is { } additive)
        {
            return ReferenceAdditiveScheme.Additive(
                codec.Dimensions, codec.Metric, additive.Stages, additive.Bits, additive.GroupSize, additive.Beam, additive.Norm);
        }

        var scale = typeof(TSelf).GetCustomAttribute<ScaleAttribute>();
        ReferenceScale? referenceScale = scale is null ? null : new ReferenceScale(scale.Granularity, scale.Format, scale.Size);
        return typeof(TSelf).GetCustomAttribute<ScalarQuantizerAttribute>() is { } scalar
            ? ReferenceScheme.Integer(codec.Dimensions, codec.Metric, scalar.Bits, scalar.Zero, referenceScale)
            : ReferenceScheme.Float(
                codec.Dimensions, codec.Metric, typeof(TSelf).GetCustomAttribute<FloatQuantizerAttribute>()!.Format, referenceScale);
    }

    private static IReferenceCodec CreateOracle(float[] parameters) => s_scheme switch
    {
        ReferenceProductScheme product => new ReferenceProductCodec(product, parameters),
        ReferenceAdditiveScheme additive => new ReferenceAdditiveCodec(additive, parameters),
        _ => new ReferenceCodec((ReferenceScheme)s_scheme, parameters),
    };

    private static CodecLayout CreateLayout()
    {
        return new CodecLayout
        {
            Dimensions = s_scheme.Dimensions,
            Metric = s_scheme.Metric,
            Scheme = s_scheme.Text,
            CodeBytes = s_sizes.CodeBytes,
            BlockRows = BlockRows,
            BlockBytes = s_sizes.BlockBytes(BlockRows),
            QueryBytes = ((s_scheme.Dimensions * sizeof(float)) + 63) / 64 * 64,
            ParameterCount = s_scheme.ParameterCount,
            MinimumCount = s_scheme is ReferenceScheme { HasMinimum: true } ? s_scheme.ParameterCount / 2 : 0,
            Codebooks = s_scheme is ReferenceProductScheme product
                ? new CodebookShape(product.Dimensions, product.Subspaces, product.Bits)
                : null,
            AdditiveCodebooks = s_scheme is ReferenceAdditiveScheme additive ? AdditiveVectors.ShapeOf(additive) : null,
        };
    }

    private static byte[][] RowCodes(ReadOnlySpan<byte> block, IEnumerable<int> rows)
    {
        var codes = new List<byte[]>();
        foreach (int row in rows)
        {
            RequireRows(block, row, 1);
            var code = new byte[Layout.CodeBytes];
            s_sizes.Unpack(block, code, BlockRows, row);
            codes.Add(code);
        }

        return [.. codes];
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
