using KernelGen.Kernels;

namespace KernelGen;

/// <summary>
/// Vectors under ids, stored twice: as small coarse codes, which a search scans, and as fine codes, by which it scores the few rows that remain. It finds what the
/// fine codec finds, in little more than the time that the coarse codes take (Jégou et al., 2011; BiDR: Xiao et al., 2022; bounds: RaBitQ, Gao and Long, 2024).
/// </summary>
/// <remarks>
/// <para>Any two codecs go together that have the same number of dimensions and the same metric. Coarse codes are made <b>from the decoded fine codes</b>, not from the
/// vectors themselves: a bound of the coarse code's error then speaks of the very vectors that fine codes stand for, and nothing has to be known about how far those lie from
/// the originals.</para>
/// <para>A search rescores a fixed number of rows per hit (<see cref="TwoStageOptions.Oversample"/>), or, where the coarse codec bounds its errors
/// (<see cref="IBoundedCodec{TSelf}"/>), those rows that cannot be excluded, so that the result is that of a search of all fine codes
/// (<see cref="Guarantee.Probable"/>, <see cref="Guarantee.Always"/>).</para>
/// <para><b>Memory.</b> Each vector costs what it costs in a <see cref="VectorSet{TCodec}"/> of either codec. In a set from <see cref="Open"/> fine codes stay in the
/// file and ids are in memory once. <see cref="Dispose"/> frees it.</para>
/// <para><b>Threads.</b> As <see cref="VectorSet{TCodec}"/>: all methods may be called from any thread; searches and adds do not wait for each other, and a search sees a range that is
/// added entirely or not at all. Scans run on the CPU.</para>
/// </remarks>
/// <typeparam name="TCoarse">The codec whose codes are scanned.</typeparam>
/// <typeparam name="TFine">The codec whose scores count.</typeparam>
public sealed partial class TwoStageSet<TCoarse, TFine> : IDisposable
    where TCoarse : class, IVectorCodec<TCoarse>
    where TFine : class, IVectorCodec<TFine>
{
    private readonly SetGate _gate;
    private readonly VectorSet<TCoarse> _coarse;
    private readonly FineStore<TFine> _fine;
    private readonly IdlePool<TwoStagePass<TCoarse, TFine>> _idlePasses;
    private double _oversample = 4;

    /// <summary>Creates an empty set.</summary>
    /// <param name="coarse">Makes the codes that are scanned; trained, where its scheme learns.</param>
    /// <param name="fine">Makes the codes whose scores count; trained, where its scheme learns.</param>
    /// <exception cref="ArgumentNullException">A codec is null.</exception>
    /// <exception cref="InvalidOperationException">The codecs differ in dimensions or metric.</exception>
    public TwoStageSet(TCoarse coarse, TFine fine)
        : this(new VectorSet<TCoarse>(coarse), new FineMemory<TFine>(new VectorSet<TFine>(fine)))
    {
    }

    private TwoStageSet(VectorSet<TCoarse> coarse, FineStore<TFine> fine)
    {
        CheckPair();
        (_coarse, _fine) = (coarse, fine);
        _gate = new SetGate(this);
        _idlePasses = new IdlePool<TwoStagePass<TCoarse, TFine>>(() => new TwoStagePass<TCoarse, TFine>(coarse.Codec, fine));
    }

    /// <summary>The codec whose codes are scanned.</summary>
    public TCoarse CoarseCodec => _coarse.Codec;

    /// <summary>The codec whose scores count.</summary>
    public TFine FineCodec => _fine.Codec;

    /// <summary>Whether the fine codes stay in a file (<see cref="Open"/>), so that the set cannot be changed.</summary>
    public bool IsReadOnly => _fine is not FineMemory<TFine>;

    /// <summary>How many rows are rescored per hit where options do not say: 4 unless set or found by <see cref="Calibrate"/>. Saved with the set. May be set at any time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1, or not finite.</exception>
    public double Oversample
    {
        get => Volatile.Read(ref _oversample);
        set => Volatile.Write(ref _oversample, TwoStageOptions.CheckOversample(value));
    }

    /// <summary>Number of vectors.</summary>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public int Count
    {
        get
        {
            _gate.ThrowIfDisposed();
            return _coarse.Count;
        }
    }

    /// <summary>Bytes of memory that the set holds, without those of a file.</summary>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public long MemoryBytes
    {
        get
        {
            using SetGate.WriteScope scope = _gate.Write();
            return _coarse.MemoryBytes + _fine.MemoryBytes;
        }
    }

    /// <summary>Whether an id is in the set.</summary>
    /// <param name="id">Any id.</param>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public bool Contains(long id)
    {
        using SetGate.ReadScope scope = _gate.Read();
        return _coarse.Contains(id);
    }

    /// <summary>The vector of an id, decoded from its fine code.</summary>
    /// <param name="id">An id in the set.</param>
    /// <exception cref="KeyNotFoundException">The id is not in the set.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public float[] GetVector(long id)
    {
        var vector = new float[TFine.Layout.Dimensions];
        GetVector(id, vector);
        return vector;
    }

    /// <summary>Writes the vector of an id, decoded from its fine code.</summary>
    /// <param name="id">An id in the set.</param>
    /// <param name="vector">Receives the values; as long as the codecs have dimensions.</param>
    /// <exception cref="KeyNotFoundException">The id is not in the set.</exception>
    /// <exception cref="ArgumentException">Wrong length.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public void GetVector(long id, Span<float> vector)
    {
        CheckVector(vector, nameof(vector));
        using SetGate.ReadScope scope = _gate.Read();
        _fine.Decode(_coarse.FindRow(id, _coarse.Rows()), vector);
    }

    /// <summary>Frees the memory and closes the file; every later call throws. Waits for methods that run.</summary>
    public void Dispose()
    {
        using SetGate.WriteScope scope = _gate.Write(evenDisposed: true);
        using SetGate.ExclusiveScope exclusive = _gate.Exclude();
        _gate.MarkDisposed();
        _idlePasses.Clear();
        _coarse.Dispose();
        _fine.Dispose();
    }

    private static void CheckVector(ReadOnlySpan<float> vector, string parameter) =>
        CodecGuard.CheckLength(vector.Length, 1, TFine.Layout.Dimensions, parameter, "values");

    private static void CheckPair()
    {
        (CodecLayout coarse, CodecLayout fine) = (TCoarse.Layout, TFine.Layout);
        if (coarse.Dimensions != fine.Dimensions || coarse.Metric != fine.Metric)
        {
            throw new InvalidOperationException(
                $"The codecs of a two-stage set must have the same number of dimensions and the same metric, but {typeof(TCoarse).Name} has {coarse.Dimensions} "
                + $"and {coarse.Metric}, {typeof(TFine).Name} has {fine.Dimensions} and {fine.Metric}.");
        }
    }
}
