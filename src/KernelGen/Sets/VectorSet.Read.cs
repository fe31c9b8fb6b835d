using System.Buffers;
using KernelGen.Kernels;

namespace KernelGen;

/// <content>Looking up vectors.</content>
public sealed partial class VectorSet<TCodec>
{
    /// <summary>Whether an id is in the set.</summary>
    /// <param name="id">Any id.</param>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public bool Contains(long id)
    {
        using SetGate.ReadScope scope = _gate.Read();
        return _index.Find(id, Rows()) >= 0;
    }

    /// <summary>The vector of an id, decoded: close to the one that was added (under cosine, to the normalised one).</summary>
    /// <param name="id">An id in the set.</param>
    /// <exception cref="KeyNotFoundException">The id is not in the set.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public float[] GetVector(long id)
    {
        var vector = new float[TCodec.Layout.Dimensions];
        GetVector(id, vector);
        return vector;
    }

    /// <summary>Writes the vector of an id, decoded: close to the one that was added (under cosine, to the normalised
    /// one).</summary>
    /// <param name="id">An id in the set.</param>
    /// <param name="vector">Receives the values; as long as the codec has dimensions.</param>
    /// <exception cref="KeyNotFoundException">The id is not in the set.</exception>
    /// <exception cref="ArgumentException">Wrong length.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public void GetVector(long id, Span<float> vector)
    {
        CheckVector(vector, nameof(vector));
        using SetGate.ReadScope scope = _gate.Read();
        RowView rows = Rows();
        int row = FindRow(id, rows);
        int codeBytes = TCodec.Layout.CodeBytes;
        byte[] code = ArrayPool<byte>.Shared.Rent(codeBytes);
        Codec.Unpack(rows.Block(rows.BlockOf(row)), rows.RowInBlock(row), code.AsSpan(0, codeBytes));
        Codec.Decode(code.AsSpan(0, codeBytes), vector);
        ArrayPool<byte>.Shared.Return(code);
    }
}
