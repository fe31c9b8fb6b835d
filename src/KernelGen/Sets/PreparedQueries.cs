using System.Runtime.InteropServices;

namespace KernelGen;

/// <summary>A buffer of prepared queries at a multiple of 64 bytes.</summary>
internal class PreparedQueries<TCodec>(TCodec codec)
    where TCodec : class, IVectorCodec<TCodec>
{
    private byte[] _bytes = [];
    private int _start;

    protected TCodec Codec => codec;

    /// <summary>Sizes of a query.</summary>
    public virtual CodecLayout Layout => TCodec.Layout;

    /// <summary>How many queries there are.</summary>
    public int Count { get; private set; }

    /// <summary>The queries of the last <see cref="Prepare(ReadOnlySpan{float}, CpuTier)"/>.</summary>
    public ReadOnlySpan<byte> All => From(0, Count);

    /// <summary>Some of them.</summary>
    public ReadOnlySpan<byte> From(int first, int count) =>
        _bytes.AsSpan(_start + (first * Layout.QueryBytes), count * Layout.QueryBytes);

    /// <summary>Prepares queries, one after another.</summary>
    public void Prepare(ReadOnlySpan<float> queries, CpuTier tier)
    {
        Count = queries.Length / Layout.Dimensions;
        int bytes = Count * Layout.QueryBytes;
        if (_bytes.Length < bytes + 64)
        {
            // Pinned, so that the alignment lasts.
            _bytes = GC.AllocateUninitializedArray<byte>(bytes + 64, pinned: true);
            _start = (int)(-(nint)Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0) & 63);
        }

        Prepare(queries, _bytes.AsSpan(_start, bytes), tier);
    }

    /// <summary>Brings queries into the form that is scanned.</summary>
    protected virtual void Prepare(ReadOnlySpan<float> queries, Span<byte> prepared, CpuTier tier) => codec.Prepare(queries, prepared, tier);
}
