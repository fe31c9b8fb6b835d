using System.Numerics.Tensors;
using KernelGen;
using Shared;

namespace EmbeddingBag;

/// <summary>A vector per word, to be summed by word numbers: what neural networks call an embedding bag.</summary>
internal interface IEmbeddingTable
{
    /// <summary>Name of the scheme.</summary>
    string Name { get; }

    /// <summary>Bytes of a word.</summary>
    int RowBytes { get; }

    /// <summary>Bytes of the table, codebooks included.</summary>
    long Bytes { get; }

    /// <summary>bag += sum of weights[i] * vector of words[i].</summary>
    void Accumulate(ReadOnlySpan<int> words, ReadOnlySpan<float> weights, Span<float> bag);
}

/// <summary>The bag that a .NET developer writes without KernelGen: a loop over float32 vectors. It is the truth and the yardstick.</summary>
internal sealed class FloatTable(TextVectors table) : IEmbeddingTable
{
    public string Name => "float32 loop";

    public int RowBytes => table.Dimensions * sizeof(float);

    public long Bytes => (long)table.Count * RowBytes;

    public void Accumulate(ReadOnlySpan<int> words, ReadOnlySpan<float> weights, Span<float> bag)
    {
        for (int i = 0; i < words.Length; i++)
        {
            TensorPrimitives.MultiplyAdd(table.Vector(words[i]), weights[i], bag, bag);
        }
    }
}

/// <summary>The words as blocks of a codec. One thread at a time may use it.</summary>
internal sealed class CompressedTable<TCodec> : IEmbeddingTable
    where TCodec : class, IVectorCodec<TCodec>
{
    private readonly TCodec _codec;
    private readonly byte[][] _blocks;

    // Accumulate takes rows of one block: the words of a bag are sorted by block first.
    private readonly int[] _ends;
    private int[] _rows = [];
    private float[] _weights = [];

    /// <summary>Trains the codec on the words and encodes them; reports the share of it that is done.</summary>
    public CompressedTable(string name, TextVectors words, Action<double> progress)
    {
        Name = name;
        _codec = TCodec.Train(words.Values, new TrainingOptions { Progress = new Relay(progress) });
        byte[] codes = new byte[words.Count * RowBytes];
        _codec.Encode(words.Values, codes);
        Bytes = codes.Length + ((long)TCodec.Layout.ParameterCount * sizeof(float));

        int bytes = TCodec.Layout.BlockRows * RowBytes;
        _blocks = new byte[(codes.Length + bytes - 1) / bytes][];
        _ends = new int[_blocks.Length];
        for (int b = 0; b < _blocks.Length; b++)
        {
            _blocks[b] = new byte[TCodec.Layout.BlockBytes];
            _codec.Pack(codes.AsSpan(b * bytes, Math.Min(bytes, codes.Length - (b * bytes))), _blocks[b], firstRow: 0);
        }

        progress(1);
    }

    public string Name { get; }

    public int RowBytes => TCodec.Layout.CodeBytes;

    public long Bytes { get; }

    public void Accumulate(ReadOnlySpan<int> words, ReadOnlySpan<float> weights, Span<float> bag)
    {
        Sort(words, weights);
        for (int b = 0, start = 0; b < _blocks.Length; b++)
        {
            int end = _ends[b];
            if (end > start)
            {
                _codec.Accumulate(_blocks[b], _rows.AsSpan(start..end), _weights.AsSpan(start..end), bag);
            }

            start = end;
        }
    }

    /// <summary>Counting sort by block: the rows of block b then end at _ends[b].</summary>
    private void Sort(ReadOnlySpan<int> words, ReadOnlySpan<float> weights)
    {
        if (_rows.Length < words.Length)
        {
            (_rows, _weights) = (new int[words.Length], new float[words.Length]);
        }

        int blockRows = TCodec.Layout.BlockRows;
        Span<int> ends = _ends;
        ends.Clear();
        foreach (int word in words)
        {
            ends[word / blockRows]++;
        }

        for (int b = 0, end = 0; b < ends.Length; b++)
        {
            (ends[b], end) = (end, end + ends[b]);
        }

        for (int i = 0; i < words.Length; i++)
        {
            (int b, int row) = Math.DivRem(words[i], blockRows);
            int target = ends[b]++;
            _rows[target] = row;
            _weights[target] = weights[i];
        }
    }
}
