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
/// <param name="Layout">Sizes of its codes.</param>
/// <param name="Build">Trains the codec on the glosses and encodes them; reports the share of it that is done.</param>
internal sealed record Scheme(string Name, CodecLayout Layout, Func<TextVectors, Action<double>, Index> Build)
{
    /// <summary>Its quantizer in a word.</summary>
    public string Family => Layout.Scheme switch
    {
        string text when text.Contains("FloatQuantizer", StringComparison.Ordinal) => "floats",
        string text when text.Contains("ScalarQuantizer", StringComparison.Ordinal) => "integers",
        string text when text.Contains("RotatedQuantizer", StringComparison.Ordinal) => "rotated",
        _ => "codebooks",
    };

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
        Of<Int8Pca256>("int8-pca256"),
        Of<Opq128x4>("opq128x4"),
        Of<Pq256x4>("pq256x4"),
        Of<Pq128x4>("pq128x4"),
        Of<Pq128x8>("pq128x8"),
        Of<Pq64x8>("pq64x8"),
        Of<Pq32x8>("pq32x8"),
        Of<Prq16x2x8>("prq16x2x8"),
    ];

    public static Scheme Find(string name) =>
        All.FirstOrDefault(scheme => scheme.Name == name)
        ?? throw new UserException($"There is no scheme '{name}'. Schemes: {string.Join(", ", All.Select(scheme => scheme.Name))}.");

    private static Scheme Of<TCodec>(string name)
        where TCodec : class, IVectorCodec<TCodec> => new(name, TCodec.Layout, (glosses, progress) => new Index<TCodec>(glosses, progress));
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
    private readonly TCodec _codec;
    private readonly VectorSet<TCodec> _set;
    private readonly byte[] _codes;

    public Index(TextVectors glosses, Action<double> progress)
    {
        _glosses = glosses;
        // Fewer rounds than by default: a learned rotation is nearly as good after a few, and they take seconds each.
        _codec = TCodec.Train(glosses.Values, new CodebookTrainingOptions { Progress = new Relay(progress), RotationRounds = 4 });
        _set = new VectorSet<TCodec>(_codec);
        _set.AddRange([.. Enumerable.Range(0, glosses.Count).Select(row => (long)row)], glosses.Values);
        _codes = new byte[glosses.Count * TCodec.Layout.CodeBytes];
        progress(1);
    }

    public override int Search(ReadOnlySpan<float> query, Span<Hit> hits) => _set.Search(query, hits);

    public override double RelativeError()
    {
        _codec.Encode(_glosses.Values, _codes);
        var decoded = new float[_glosses.Values.Length];
        _codec.Decode(_codes, decoded);
        TensorPrimitives.Subtract(decoded, _glosses.Values, decoded);
        return TensorPrimitives.SumOfSquares<float>(decoded) / (double)TensorPrimitives.SumOfSquares<float>(_glosses.Values);
    }

    public override double EncodeRate()
    {
        long start = Stopwatch.GetTimestamp();
        _codec.Encode(_glosses.Values, _codes);
        return _glosses.Values.Length / Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }
}
