using KernelGen.Kernels;

namespace KernelGen;

/// <summary>
/// Vectors under ids, stored as codes and searched exactly for these codes: the best k are those that scoring every vector and
/// sorting by descending score, equal scores by ascending id, would give.
/// </summary>
/// <remarks>
/// <para><b>Memory.</b> Codes lie in native memory, in blocks that never move, beyond 2 GiB where needed; each vector costs its
/// code, its id (8 bytes) and 11 to 21 bytes of the index of ids. <see cref="Dispose"/> frees it. A set holds up to 805,306,368
/// vectors.</para>
/// <para><b>Threads.</b> All methods may be called from any thread.
/// Reading methods (searches, scores, <see cref="GetVector(long)"/>, <see cref="Contains"/>, <see cref="Count"/>,
/// <see cref="Save"/>) run together and never wait for <see cref="Add"/> or <see cref="AddRange"/>: a reading method sees exactly
/// the vectors whose add had returned when it began, and perhaps those of an add that was just returning, always a whole range or
/// nothing of it. Changing methods run one after another. <see cref="Replace"/>, <see cref="Remove"/>, <see cref="TrimExcess"/>
/// and <see cref="Dispose"/> also wait for reading methods that run, and reading methods wait for them: a reading method sees such
/// a change entirely or not at all.</para>
/// <para><b>GPU.</b> Where the codec has kernels for GPUs, searches may run on one (<see cref="Device"/>). The set then keeps a copy
/// of its blocks there, made by the first search that needs it and brought up to date by later ones. Searches on one device take
/// turns.</para>
/// <para><b>Callbacks.</b> Filters and progress receivers run inside a method and must not call back into the set: what would
/// damage it throws, what would wait for itself on another thread never returns.</para>
/// </remarks>
/// <typeparam name="TCodec">The codec.</typeparam>
public sealed partial class VectorSet<TCodec> : IDisposable
    where TCodec : class, IVectorCodec<TCodec>
{
    /// <summary>Buffers of searches for more hits are not kept.</summary>
    internal const int LargestKeptK = 16_384;

    private readonly SetGate _gate;
    private readonly BlockStorage _storage = new(TCodec.Layout);
    private readonly RowIndex _index = new();
    private readonly BlockStamps _stamps = new();
    private readonly EncodePass<TCodec> _encoder;

    // Null for a codec without kernels for GPUs: all that such a set ever asks.
    private readonly GpuSearcher<TCodec>? _gpu;
    private readonly IdlePool<SearchPass<TCodec>> _idlePasses;
    private int _count;
    private volatile Device _device;
    private volatile Scoring _scoring;
    private volatile GpuOptions _gpuOptions = new();

    /// <summary>Creates an empty set.</summary>
    /// <param name="codec">Encodes and scores the vectors; trained, where its scheme learns.</param>
    /// <exception cref="ArgumentNullException"><paramref name="codec"/> is null.</exception>
    public VectorSet(TCodec codec)
    {
        ArgumentNullException.ThrowIfNull(codec);
        Codec = codec;
        _gate = new SetGate(this);
        _idlePasses = new IdlePool<SearchPass<TCodec>>(() => new SearchPass<TCodec>(codec));
        _encoder = new EncodePass<TCodec>(codec);
        _gpu = GpuSearcher<TCodec>.TryCreate(codec, _stamps, _gpuOptions);
    }

    /// <summary>The codec.</summary>
    public TCodec Codec { get; }

    /// <summary>Where <c>Search</c>, <c>SearchBatch</c> and <c>Scores</c> compute: <see cref="Device.Auto"/> unless set. May be set
    /// at any time; searches that have begun end where they are.</summary>
    /// <remarks>Scores whose sum is integer are the same bit for bit on every device, others within the bound of docs/formats.md. On
    /// the GPU, the arguments for the tier and the parallelism mean nothing but how queries are prepared.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Not a member of <see cref="Device"/>.</exception>
    public Device Device
    {
        get => _device;
        set => _device = value is Device.Auto or Device.Cpu or Device.Gpu
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a member of Device.");
    }

    /// <summary>How <c>Search</c>, <c>SearchBatch</c> and <c>Scores</c> score: <see cref="Scoring.Exact"/> unless set. May be set at any
    /// time; searches that have begun end as they are.</summary>
    /// <remarks>Approximate scores are those of the CPU; only with <see cref="Device.Gpu"/>, which knows none, scores are exact.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Not a member of <see cref="KernelGen.Scoring"/>.</exception>
    public Scoring Scoring
    {
        get => _scoring;
        set => _scoring = value is Scoring.Exact or Scoring.Approximate
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a member of Scoring.");
    }

    /// <summary>How the set uses a GPU. May be set at any time; waits for reading methods that run.</summary>
    /// <exception cref="ArgumentNullException">Null.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public GpuOptions GpuOptions
    {
        get => _gpuOptions;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            using SetGate.WriteScope scope = _gate.Write();
            using SetGate.ExclusiveScope exclusive = _gate.Exclude();
            _gpuOptions = value;
            _gpu?.Configure(value);
        }
    }

    /// <summary>Number of vectors.</summary>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public int Count
    {
        get
        {
            _gate.ThrowIfDisposed();
            return Volatile.Read(ref _count);
        }
    }

    /// <summary>Bytes of memory that the set holds: codes, ids and their index, including what is reserved for growth.</summary>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public long MemoryBytes
    {
        get
        {
            using SetGate.WriteScope scope = _gate.Write();
            return _storage.MemoryBytes + _index.MemoryBytes;
        }
    }

    /// <summary>Frees the memory; every later call throws. Waits for methods that run.</summary>
    public void Dispose()
    {
        using SetGate.WriteScope scope = _gate.Write(evenDisposed: true);
        using SetGate.ExclusiveScope exclusive = _gate.Exclude();
        _gate.MarkDisposed();
        _idlePasses.Clear();
        _gpu?.Dispose();
        _storage.Dispose();
    }

    /// <summary>The vectors that are in the set now. The caller holds a scope, or is a set that owns this one and holds its own.</summary>
    internal RowView Rows()
    {
        // The count first: rows are published by it, after the memory and the index that they need.
        int count = Volatile.Read(ref _count);
        return _storage.View(count);
    }

    /// <summary>The first of these vectors.</summary>
    internal RowView Rows(int count) => _storage.View(count);

    /// <summary>The row of an id. The caller holds a scope.</summary>
    internal int FindRow(long id, RowView rows)
    {
        int row = _index.Find(id, rows);
        return row >= 0 ? row : throw new KeyNotFoundException($"The set has no vector with the id {id}.");
    }

    private static void CheckVector(ReadOnlySpan<float> vector, string parameter) =>
        CodecGuard.CheckLength(vector.Length, 1, TCodec.Layout.Dimensions, parameter, "values");

    /// <summary>Names the argument of the set's method after the codec has rejected a value.</summary>
    private static void CheckFinite(ReadOnlySpan<float> vectors, string parameter) =>
        CodecGuard.CheckFinite(vectors, TCodec.Layout.Dimensions, parameter);
}
