namespace KernelGen.Reference;

/// <summary>What the attributes of a codec declare, of any family of codes.</summary>
public interface IReferenceScheme
{
    int Dimensions { get; }

    Metric Metric { get; }

    /// <summary>The text of <see cref="CodecLayout.Scheme"/>.</summary>
    string Text { get; }

    /// <summary>Learned numbers of the codec.</summary>
    int ParameterCount { get; }

    /// <summary>Numbers of first dimensions that are scored by themselves, ascending.</summary>
    IReadOnlyList<int> Prefixes => [];
}

/// <summary>What the oracles of all families of codes do with row codes.</summary>
public interface IReferenceCodec
{
    int CodeBytes { get; }

    /// <summary>The learned numbers.</summary>
    IReadOnlyList<float> Parameters { get; }

    int BlockBytes(int blockRows);

    void Encode(ReadOnlySpan<float> vector, Span<byte> code);

    void Decode(ReadOnlySpan<byte> code, Span<float> vector);

    /// <summary>Copies a row code into a row of a block.</summary>
    void Pack(ReadOnlySpan<byte> code, Span<byte> block, int blockRows, int row);

    /// <summary>Copies a row of a block back to a row code.</summary>
    void Unpack(ReadOnlySpan<byte> block, Span<byte> code, int blockRows, int row);

    /// <summary>The scores of row codes for a query; throws for a query that no codec takes.</summary>
    ReferenceScore[] Scores(ReadOnlySpan<float> query, IReadOnlyList<byte[]> codes);

    /// <summary>The score of two row codes: both sides decoded.</summary>
    ReferenceScore ScorePair(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second);

    /// <summary>Each value of destination + sum of weights[i] * Decode(codes[i]).</summary>
    ReferenceScore[] Accumulate(IReadOnlyList<byte[]> codes, ReadOnlySpan<float> weights, ReadOnlySpan<float> destination);
}

/// <summary>What the oracles of schemes with prefixes do besides.</summary>
public interface IReferencePrefixCodec : IReferenceCodec
{
    /// <summary>The scores of row codes for the first values of a query, as many as one of the prefixes has dimensions.</summary>
    ReferenceScore[] PrefixScores(ReadOnlySpan<float> query, IReadOnlyList<byte[]> codes);
}
