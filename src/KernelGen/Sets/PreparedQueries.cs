using System.Runtime.InteropServices;

namespace KernelGen;

/// <summary>A buffer of prepared queries at a multiple of 64 bytes.</summary>
internal sealed class PreparedQueries<TCodec>(TCodec codec)
    where TCodec : class, IVectorCodec<TCodec>
{
    private byte[] _bytes = [];
    private int _start;

    /// <summary>How many queries there are.</summary>
    public int Count { get; private set; }

    /// <summary>The queries of the last <see cref="Prepare"/>.</summary>
    public ReadOnlySpan<byte> All => From(0, Count);

    /// <summary>Some of them.</summary>
    public ReadOnlySpan<byte> From(int first, int count) =>
        _bytes.AsSpan(_start + (first * TCodec.Layout.QueryBytes), count * TCodec.Layout.QueryBytes);

    /// <summary>Prepares queries, one after another.</summary>
    public void Prepare(ReadOnlySpan<float> queries, CpuTier tier)
    {
        Count = queries.Length / TCodec.Layout.Dimensions;
        int bytes = Count * TCodec.Layout.QueryBytes;
        if (_bytes.Length < bytes + 64)
        {
            // Pinned, so that the alignment lasts.
            _bytes = GC.AllocateUninitializedArray<byte>(bytes + 64, pinned: true);
            _start = (int)(-(nint)Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0) & 63);
        }

        codec.Prepare(queries, _bytes.AsSpan(_start, bytes), tier);
    }
}
