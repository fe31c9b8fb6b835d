using KernelGen.Devices;
using KernelGen.Kernels;

namespace KernelGen;

/// <summary>
/// The kernels of a codec on a GPU, for data of the host: encoding, decoding, scoring and weighted sums of any amount, in pieces that overlap
/// with their transfer. To search vectors that stay on the GPU, set <see cref="VectorSet{TCodec}.Device"/>.
/// </summary>
/// <remarks>Safe to use from many threads; work on one device takes turns. After a failure of the device the next call opens it
/// anew.</remarks>
/// <typeparam name="TCodec">The codec.</typeparam>
public sealed class GpuCodec<TCodec> : IDisposable
    where TCodec : class, IVectorCodec<TCodec>
{
    private readonly GpuProgram _program;
    private readonly GpuSession _session;
    private bool _disposed;

    private GpuCodec(TCodec codec, GpuProgram program, GpuSession session)
    {
        Codec = codec;
        _program = program;
        _session = session;
    }

    /// <summary>The codec.</summary>
    public TCodec Codec { get; }

    /// <summary>The device.</summary>
    public GpuDeviceInfo Device => _session.Device!;

    /// <summary>Opens the device, unless it is open, and compiles the codec's kernels.</summary>
    /// <param name="codec">The codec; trained, where its scheme learns.</param>
    /// <param name="options">Which device to use; null for the best one.</param>
    /// <exception cref="GpuException">The codec was compiled without a GPU library, there is no such device, or it fails.</exception>
    public static GpuCodec<TCodec> Open(TCodec codec, GpuOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(codec);
        GpuProgram program = GpuHost.CreateProgram(codec);
        var opened = new GpuCodec<TCodec>(codec, program, GpuHost.Of(program.Library).Session(options?.DeviceIndex));
        var work = default(GpuNoWork);
        opened.Run(ref work);
        return opened;
    }

    /// <summary>Encodes n vectors to n row codes, the same ones as on the CPU. (Rotated codes of 2 to 8 bits and those of several planes are encoded by the CPU.)</summary>
    /// <param name="vectors">n times <see cref="CodecLayout.Dimensions"/> values.</param>
    /// <param name="codes">n times <see cref="CodecLayout.CodeBytes"/> bytes.</param>
    /// <exception cref="ArgumentException">Wrong length, or a value that is not finite; the codes are as before.</exception>
    /// <exception cref="GpuException">The device failed, or lacks the double precision that encoding the scheme needs.</exception>
    /// <exception cref="ObjectDisposedException">Disposed.</exception>
    public void Encode(ReadOnlySpan<float> vectors, Span<byte> codes)
    {
        CodecLayout layout = TCodec.Layout;
        int rows = CodecGuard.EncodeCount(layout, vectors.Length, codes.Length);
        CodecGuard.CheckFinite(vectors, layout.Dimensions, nameof(vectors));
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
        if (!_program.Encodes)
        {
            Codec.Encode(vectors, codes);
        }
        else if (rows > 0)
        {
            var work = new GpuEncodeWork(layout, _program, vectors, codes);
            Run(ref work);
        }
    }

    /// <summary>Decodes n row codes to n vectors.</summary>
    /// <param name="codes">n times <see cref="CodecLayout.CodeBytes"/> bytes.</param>
    /// <param name="vectors">n times <see cref="CodecLayout.Dimensions"/> values.</param>
    /// <exception cref="ArgumentException">Wrong length.</exception>
    /// <exception cref="GpuException">The device failed.</exception>
    /// <exception cref="ObjectDisposedException">Disposed.</exception>
    public void Decode(ReadOnlySpan<byte> codes, Span<float> vectors)
    {
        if (CodecGuard.DecodeCount(TCodec.Layout, codes.Length, vectors.Length) > 0)
        {
            var work = new GpuDecodeWork(TCodec.Layout, _program, codes, vectors);
            Run(ref work);
        }
    }

    /// <summary>Scores the first rows of consecutive blocks against n prepared queries.</summary>
    /// <param name="prepared">n times <see cref="CodecLayout.QueryBytes"/> bytes, from <see cref="IVectorCodec{TSelf}.Prepare"/>.</param>
    /// <param name="blocks">Blocks of <see cref="CodecLayout.BlockBytes"/> bytes, one after another, filled by
    /// <see cref="IVectorCodec{TSelf}.Pack"/>.</param>
    /// <param name="rows">How many rows to score, counted over all blocks.</param>
    /// <param name="scores">n times <paramref name="rows"/> scores, those of the first query first.</param>
    /// <exception cref="ArgumentException">Wrong length, or more rows than the blocks have.</exception>
    /// <exception cref="GpuException">The device failed.</exception>
    /// <exception cref="ObjectDisposedException">Disposed.</exception>
    public void Scan(ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> blocks, int rows, Span<float> scores)
    {
        CodecLayout layout = TCodec.Layout;
        int queries = CodecGuard.ScanBlocks(layout, prepared.Length, blocks.Length, rows, scores.Length);
        if (queries > 0 && rows > 0)
        {
            var work = new GpuScanWork(layout, prepared, blocks, rows, scores);
            Run(ref work);
        }
    }

    /// <summary>Adds the weighted sum of decoded rows of consecutive blocks: destination += sum of weights[i] * Decode(rows[i]). The
    /// order of summation differs from the CPU's.</summary>
    /// <param name="blocks">Blocks of <see cref="CodecLayout.BlockBytes"/> bytes, one after another.</param>
    /// <param name="rows">Row numbers, counted over all blocks, in any order, repetitions allowed.</param>
    /// <param name="weights">One weight per row number.</param>
    /// <param name="destination"><see cref="CodecLayout.Dimensions"/> values; as before if anything fails.</param>
    /// <exception cref="ArgumentException">Wrong length, a row outside the blocks, or a weight or value that is not
    /// finite.</exception>
    /// <exception cref="GpuException">The device failed.</exception>
    /// <exception cref="ObjectDisposedException">Disposed.</exception>
    public void Accumulate(ReadOnlySpan<byte> blocks, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, Span<float> destination)
    {
        CodecLayout layout = TCodec.Layout;
        CodecGuard.AccumulateBlocks(layout, blocks.Length, rows, weights.Length, destination.Length);
        CodecGuard.CheckFinite(weights, 1, nameof(weights));
        CodecGuard.CheckFinite(destination, layout.Dimensions, nameof(destination));
        if (rows.Length > 0)
        {
            var work = new GpuAccumulateWork(layout, _program, blocks, rows, weights, destination);
            Run(ref work);
        }
    }

    /// <summary>Ends the use of the device by this object; the device stays open for others (<see cref="Gpu.Reset"/>).</summary>
    public void Dispose() => Volatile.Write(ref _disposed, true);

    private void Run<TWork>(scoped ref TWork work)
        where TWork : IGpuWork, allows ref struct
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
        _session.Run(typeof(TCodec), _program, ref work);
    }
}
