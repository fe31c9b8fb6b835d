using System.Diagnostics;
using System.Numerics.Tensors;
using KernelGen;
using KernelGen.Training;
using Shared;

namespace DefinitionSearch;

/// <summary>Finds the hits.Length nearest glosses.</summary>
internal interface ISearch
{
    /// <summary>Writes the hits, best first, and returns how many.</summary>
    int Search(ReadOnlySpan<float> query, Span<Hit> hits);
}

/// <summary>A scheme by the name that <c>--scheme</c> takes.</summary>
/// <param name="Name">The name.</param>
/// <param name="Family">Its quantizer in a word.</param>
/// <param name="Dimensions">Values of a vector.</param>
/// <param name="Bytes">Bytes of a vector's codes.</param>
/// <param name="Build">Trains the codec on the glosses and encodes them; reports the share of it that is done.</param>
internal sealed record Scheme(string Name, string Family, int Dimensions, int Bytes, Func<TextVectors, Action<double>, Index> Build)
{
    public static IReadOnlyList<Scheme> All { get; } =
    [
        Of<Float32>("float32"),
        Of<Float16>("float16"),
        Of<BFloat16>("bfloat16"),
        Of<Float8>("float8"),
        Of<Int8>("int8"),
        Of<Int8Channel>("int8-channel"),
        Of<Int6>("int6"),
        Of<Int5>("int5"),
        Of<Int4>("int4"),
        Of<Int4Block32>("int4-block32"),
        Of<Int3>("int3"),
        Of<Int2>("int2"),
        Of<Int1>("int1"),
        Of<Rotated4>("rotated4"),
        Of<Rotated2>("rotated2"),
        Of<Rotated1>("rotated1"),
        Of<Lloyd4>("lloyd4"),
        Of<Lloyd2>("lloyd2"),
        Of<Signs>("signs"),
        Of<Bits>("hamming"),
        Of<Planes4>("planes4"),
        Of<Planes2>("planes2"),
        Of<Int8Pca256>("int8-pca256"),
        Of<Opq128x4>("opq128x4"),
        Of<Pq256x4>("pq256x4"),
        Of<Pq128x4>("pq128x4"),
        Of<Pq128x8>("pq128x8"),
        Of<Pq64x8>("pq64x8"),
        Of<Pq32x8>("pq32x8"),
        Of<Prq16x2x8>("prq16x2x8"),
        TwoStages<Rotated1, Int8>("rotated1+int8"),
        TwoStages<Rotated2, Int8>("rotated2+int8"),
    ];

    public static Scheme Find(string name) =>
        All.FirstOrDefault(scheme => scheme.Name == name)
        ?? throw new UserException($"There is no scheme '{name}'. Schemes: {string.Join(", ", All.Select(scheme => scheme.Name))}.");

    private static Scheme Of<TCodec>(string name)
        where TCodec : class, IVectorCodec<TCodec> => new(
            name, FamilyOf(TCodec.Layout.Scheme), TCodec.Layout.Dimensions, TCodec.Layout.CodeBytes, (glosses, progress) => new Index<TCodec>(glosses, progress));

    private static Scheme TwoStages<TCoarse, TFine>(string name)
        where TCoarse : class, IVectorCodec<TCoarse>
        where TFine : class, IVectorCodec<TFine> => new(
            name, "two stages", TFine.Layout.Dimensions, TCoarse.Layout.CodeBytes + TFine.Layout.CodeBytes,
            (glosses, progress) => new TwoStageIndex<TCoarse, TFine>(glosses, progress));

    private static string FamilyOf(string scheme) => scheme switch
    {
        _ when scheme.Contains("FloatQuantizer", StringComparison.Ordinal) => "floats",
        _ when scheme.Contains("ScalarQuantizer", StringComparison.Ordinal) => "integers",
        _ when scheme.Contains("RotatedQuantizer", StringComparison.Ordinal) => "rotated",
        _ when scheme.Contains("BinaryQuantizer", StringComparison.Ordinal) => "signs",
        _ => "codebooks",
    };
}

/// <summary>The glosses under one scheme.</summary>
internal abstract class Index : ISearch
{
    public abstract int Search(ReadOnlySpan<float> query, Span<Hit> hits);

    /// <summary>Squared distance between vectors and their decoded codes, relative to the squared length of the vectors.</summary>
    public abstract double RelativeError();

    /// <summary>Encodes all glosses once more and returns million values per second.</summary>
    public abstract double EncodeRate();
}

/// <inheritdoc/>
internal sealed class Index<TCodec> : Index
    where TCodec : class, IVectorCodec<TCodec>
{
    private readonly TextVectors _glosses;
    private readonly VectorSet<TCodec> _set;
    private readonly byte[] _codes;

    public Index(TextVectors glosses, Action<double> progress)
    {
        _glosses = glosses;
        // Fewer rounds than by default: a learned rotation is nearly as good after a few, and they take seconds each.
        Codec = TCodec.Train(glosses.Values, new CodebookTrainingOptions { Progress = new Relay(progress), RotationRounds = 4 });
        _set = new VectorSet<TCodec>(Codec);
        _set.AddRange(glosses.Rows(), glosses.Values);
        _codes = new byte[glosses.Count * TCodec.Layout.CodeBytes];
        progress(1);
    }

    public TCodec Codec { get; }

    public override int Search(ReadOnlySpan<float> query, Span<Hit> hits) => _set.Search(query, hits);

    public override double RelativeError()
    {
        Codec.Encode(_glosses.Values, _codes);
        var decoded = new float[_glosses.Values.Length];
        Codec.Decode(_codes, decoded);
        TensorPrimitives.Subtract(decoded, _glosses.Values, decoded);
        return TensorPrimitives.SumOfSquares<float>(decoded) / (double)TensorPrimitives.SumOfSquares<float>(_glosses.Values);
    }

    public override double EncodeRate()
    {
        long start = Stopwatch.GetTimestamp();
        Codec.Encode(_glosses.Values, _codes);
        return _glosses.Values.Length / Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }
}
