using System.Collections.Concurrent;
using KernelGen.Devices;
using KernelGen.Tests.Sets;

namespace KernelGen.Tests.Devices;

/// <summary>
/// A GPU library made of managed arrays. Work that is queued on a stream is done when the stream is waited for and not before, which
/// shows what a real device shows seldom: memory that changes too early, work that is not waited for, streams that do not wait for each other.
/// </summary>
internal sealed class FakeGpu : GpuLibrary
{
    private static int s_count;
    private readonly int _number = Interlocked.Increment(ref s_count);
    private int _operations;
    private int _allocations;
    private long _liveBytes;

    public override string Name => $"FakeGpu {_number:D5}";

    public List<GpuDeviceInfo> Devices { get; } =
        [new() { Index = 0, Name = "Fake", Kind = GpuKind.Cuda, MemoryBytes = 1 << 30, HasDouble = true }];

    /// <summary>Bytes that can be allocated.</summary>
    public long Room { get; set; } = long.MaxValue;

    /// <summary>Decides, by its number from 1 on, whether an operation fails.</summary>
    public Func<int, GpuFailure?>? FailOperation { get; set; }

    /// <summary>Decides, by its number from 1 on, whether an allocation finds no memory.</summary>
    public Func<int, bool>? FailAllocation { get; set; }

    /// <summary>Bytes of scratch that encoding takes per row.</summary>
    public long EncodeScratchOfRow { get; init; } = 1;

    /// <summary>What loading kernels throws.</summary>
    public Exception? LoadFailure { get; set; }

    /// <summary>Called whenever a stream is waited for.</summary>
    public Action? OnWait { get; set; }

    public int Operations => _operations;

    public int Allocations => _allocations;

    /// <summary>Contexts that were opened.</summary>
    public int Opened { get; private set; }

    /// <summary>Contexts that are open.</summary>
    public int OpenNow { get; private set; }

    public int Loads { get; private set; }

    public long UploadedBytes { get; set; }

    /// <summary>Bytes of buffers and stagings in open contexts.</summary>
    public long LiveBytes => Interlocked.Read(ref _liveBytes);

    /// <summary>Uses that a real device might have punished.</summary>
    public ConcurrentQueue<string> Violations { get; } = [];

    public override IReadOnlyList<GpuDeviceInfo> FindDevices() => Devices;

    public override GpuAccelerator Open(GpuDeviceInfo device)
    {
        Opened++;
        Count();
        OpenNow++;
        return new Accelerator(this, device);
    }

    public GpuProgram CreateProgram(TestCodec codec) => new(
        this, [codec.Parameter], needsDouble: true, accelerator => ((Accelerator)accelerator).Load(codec));

    public GpuException Failure(GpuFailure failure) => new(failure, $"{Name} is told to fail with {failure}.");

    private void Count()
    {
        if (FailOperation?.Invoke(++_operations) is { } failure)
        {
            throw Failure(failure);
        }
    }

    private void Allocate(long bytes)
    {
        if (FailAllocation?.Invoke(++_allocations) == true || _liveBytes + bytes > Room)
        {
            throw Failure(GpuFailure.OutOfMemory);
        }

        Interlocked.Add(ref _liveBytes, bytes);
    }

    /// <summary>What is queued on a stream, with the memory that it uses.</summary>
    private sealed record Work(Action Action, object[] Memory);

    private sealed class Accelerator(FakeGpu gpu, GpuDeviceInfo device) : GpuAccelerator
    {
        private readonly Queue<Work>[] _streams = [new(), new()];
        private readonly HashSet<Memory> _live = [];
        private bool _isLost;
        private bool _isDisposed;
        private int _users;

        public override GpuDeviceInfo Device => device;

        public FakeGpu Gpu => gpu;

        public GpuKernels Load(TestCodec codec)
        {
            return Use(() =>
            {
                gpu.Loads++;
                return gpu.LoadFailure is { } failure ? throw failure : new FakeKernels(this, codec);
            });
        }

        public override GpuBuffer Allocate(long bytes) => Use(() =>
        {
            Check(bytes is > 0 and <= (1L << 31) - 64, "size of a buffer");
            long rounded = (bytes + 63) / 64 * 64;
            gpu.Allocate(rounded);
            return new Buffer(this, rounded);
        });

        public override GpuStaging AllocateStaging(int bytes) => Use(() =>
        {
            Check(bytes > 0, "size of a staging");
            gpu.Allocate(bytes);
            return new Staging(this, bytes);
        });

        public override void CopyToDevice(
            int stream, GpuStaging source, int sourceOffset, GpuBuffer destination, long destinationOffset, int bytes)
        {
            gpu.UploadedBytes += bytes;
            Queue(
                stream,
                () => ((Staging)source).Memory.Data.AsSpan(sourceOffset, bytes)
                    .CopyTo(((Buffer)destination).Memory.Data.AsSpan((int)destinationOffset, bytes)),
                source,
                destination);
        }

        public override void CopyToHost(
            int stream, GpuBuffer source, long sourceOffset, GpuStaging destination, int destinationOffset, int bytes) =>
            Queue(
                stream,
                () => ((Buffer)source).Memory.Data.AsSpan((int)sourceOffset, bytes)
                    .CopyTo(((Staging)destination).Memory.Data.AsSpan(destinationOffset, bytes)),
                source,
                destination);

        public override void SelectTop(int stream, in GpuSelection selection)
        {
            GpuSelection copy = selection;
            Check(copy is { Queries: > 0, Count: > 0, Parts: > 0, K: > 0 and <= MaximumK }, "selection");
            Queue(stream, () => Select(copy), copy.Scores, copy.Ids, copy.TopScores, copy.TopIds);
        }

        public override void Wait(int stream)
        {
            gpu.OnWait?.Invoke();
            Use(() =>
            {
                while (_streams[stream].TryDequeue(out Work? work))
                {
                    work.Action();
                }

                return true;
            });
        }

        public override void Dispose()
        {
            Check(!_isDisposed, "second disposal of an accelerator");
            _isDisposed = true;
            gpu.OpenNow--;
            foreach (Memory memory in _live)
            {
                Interlocked.Add(ref gpu._liveBytes, -memory.Bytes);
            }

            if (_isLost)
            {
                throw new InvalidOperationException("A lost device fails to close.");
            }
        }

        public void Queue(int stream, Action action, params object[] memory) => Use(() =>
        {
            _streams[stream].Enqueue(new Work(action, memory));
            return true;
        });

        public void Check(bool condition, string what)
        {
            if (!condition)
            {
                gpu.Violations.Enqueue($"Wrong {what}.");
            }
        }

        public static Span<T> As<T>(GpuBuffer buffer)
            where T : unmanaged => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(((Buffer)buffer).Memory.Data.AsSpan());

        /// <summary>Every operation: by one thread at a time, on an open device that has not failed.</summary>
        private T Use<T>(Func<T> operation)
        {
            Check(Interlocked.Increment(ref _users) == 1, "use by two threads");
            Check(!_isDisposed, "use of a closed device");
            try
            {
                if (_isLost)
                {
                    throw gpu.Failure(GpuFailure.DeviceLost);
                }

                gpu.Count();
                return operation();
            }
            catch (GpuException exception) when (exception.Failure == GpuFailure.DeviceLost)
            {
                _isLost = true;
                throw;
            }
            finally
            {
                Interlocked.Decrement(ref _users);
            }
        }

        private static void Select(GpuSelection selection)
        {
            int length = (selection.Count + selection.Parts - 1) / selection.Parts;
            var hits = new Hit[selection.K];
            for (int q = 0; q < selection.Queries; q++)
            {
                for (int part = 0; part < selection.Parts; part++)
                {
                    var top = new TopK(selection.K, selection.MinimumScore);
                    for (int i = part * length; i < Math.Min(selection.Count, (part + 1) * length); i++)
                    {
                        top.Offer(As<long>(selection.Ids)[(q * selection.IdStride) + i], As<float>(selection.Scores)[(q * selection.ScoreStride) + i]);
                    }

                    int count = top.Drain(hits);
                    int first = (q * selection.TopStride) + selection.TopOffset + (part * selection.K);
                    for (int i = 0; i < selection.K; i++)
                    {
                        // The worst first: the order is nobody's business.
                        int place = first + selection.K - 1 - i;
                        As<float>(selection.TopScores)[place] = i < count ? hits[i].Score : float.NaN;
                        As<long>(selection.TopIds)[place] = i < count ? hits[i].Id : long.MinValue;
                    }
                }
            }
        }

        /// <summary>Memory of the device or page-locked memory.</summary>
        private sealed class Memory
        {
            private readonly Accelerator _accelerator;
            private readonly object _owner;
            private readonly byte[] _data;
            private bool _isDisposed;

            public Memory(Accelerator accelerator, object owner, long bytes, byte content)
            {
                _accelerator = accelerator;
                _owner = owner;
                _data = new byte[bytes];
                _data.AsSpan().Fill(content);
                accelerator._live.Add(this);
            }

            public long Bytes => _data.Length;

            public byte[] Data
            {
                get
                {
                    _accelerator.Check(!_isDisposed && !_accelerator._isDisposed, "use of freed memory");
                    return _data;
                }
            }

            public void Free()
            {
                _accelerator.Check(!_isDisposed && !_accelerator._isDisposed, "disposal of freed memory");
                _accelerator.Check(
                    _accelerator._isLost || !_accelerator._streams.Any(stream => stream.Any(work => work.Memory.Contains(_owner))),
                    "disposal of memory that is in use");
                _accelerator.Use(() => _accelerator._live.Remove(this));
                _isDisposed = true;
                Interlocked.Add(ref _accelerator.Gpu._liveBytes, -Bytes);
            }
        }

        private sealed class Buffer : GpuBuffer
        {
            public Buffer(Accelerator accelerator, long bytes) => Memory = new Memory(accelerator, this, bytes, content: 0xCC);

            public Memory Memory { get; }

            public override long Bytes => Memory.Bytes;

            public override void Dispose() => Memory.Free();
        }

        private sealed class Staging : GpuStaging
        {
            public Staging(Accelerator accelerator, int bytes) => Memory = new Memory(accelerator, this, bytes, content: 0);

            public Memory Memory { get; }

            public override Span<byte> Span => Memory.Data;

            public override void Dispose() => Memory.Free();
        }
    }

    /// <summary>The codec's own kernels, run when the stream is waited for.</summary>
    private sealed class FakeKernels(Accelerator accelerator, TestCodec codec) : GpuKernels
    {
        private static readonly CodecLayout s_layout = TestCodec.Layout;

        public override void Scan(
            int stream, GpuBuffer prepared, int queries, GpuBuffer blocks, int rows, GpuBuffer scores, int scoreStride)
        {
            accelerator.Check(queries > 0 && rows > 0 && scoreStride >= rows, "scan");
            Queue(stream, () =>
            {
                for (int q = 0; q < queries; q++)
                {
                    ReadOnlySpan<byte> query = Accelerator.As<byte>(prepared).Slice(q * s_layout.QueryBytes, s_layout.QueryBytes);
                    for (int row = 0; row < rows; row += s_layout.BlockRows)
                    {
                        ReadOnlySpan<byte> block =
                            Accelerator.As<byte>(blocks).Slice(row / s_layout.BlockRows * s_layout.BlockBytes, s_layout.BlockBytes);
                        int count = Math.Min(s_layout.BlockRows, rows - row);
                        codec.Scan(query, block, 0, count, Accelerator.As<float>(scores).Slice((q * scoreStride) + row, count));
                    }
                }
            }, prepared, blocks, scores);
        }

        public override long EncodeScratchBytes(int rows) => rows * accelerator.Gpu.EncodeScratchOfRow;

        public override void Encode(int stream, GpuBuffer vectors, GpuBuffer parameters, GpuBuffer scratch, GpuBuffer codes, int rows)
        {
            accelerator.Check(rows > 0 && scratch.Bytes >= EncodeScratchBytes(rows), "encoding");
            Queue(stream, () =>
            {
                CheckParameters(parameters);
                codec.Encode(
                    Accelerator.As<float>(vectors)[..(rows * s_layout.Dimensions)], Accelerator.As<byte>(codes)[..(rows * s_layout.CodeBytes)]);
            }, vectors, parameters, scratch, codes);
        }

        public override void Decode(int stream, GpuBuffer codes, GpuBuffer parameters, GpuBuffer vectors, int rows)
        {
            accelerator.Check(rows > 0, "decoding");
            Queue(stream, () =>
            {
                CheckParameters(parameters);
                codec.Decode(
                    Accelerator.As<byte>(codes)[..(rows * s_layout.CodeBytes)], Accelerator.As<float>(vectors)[..(rows * s_layout.Dimensions)]);
            }, codes, parameters, vectors);
        }

        public override long AccumulateScratchBytes(int count) => count;

        public override void Accumulate(
            int stream, GpuBuffer blocks, GpuBuffer rows, GpuBuffer weights, int count, GpuBuffer parameters, GpuBuffer scratch, GpuBuffer destination)
        {
            accelerator.Check(count > 0 && scratch.Bytes >= count, "accumulation");
            Queue(stream, () =>
            {
                CheckParameters(parameters);
                for (int i = 0; i < count; i++)
                {
                    int row = Accelerator.As<int>(rows)[i];
                    codec.Accumulate(
                        Accelerator.As<byte>(blocks).Slice(row / s_layout.BlockRows * s_layout.BlockBytes, s_layout.BlockBytes),
                        [row % s_layout.BlockRows],
                        Accelerator.As<float>(weights).Slice(i, 1),
                        Accelerator.As<float>(destination)[..s_layout.Dimensions]);
                }
            }, blocks, rows, weights, parameters, scratch, destination);
        }

        private void Queue(int stream, Action action, params object[] memory) => accelerator.Queue(stream, action, memory);

        private void CheckParameters(GpuBuffer parameters) =>
            accelerator.Check(Accelerator.As<float>(parameters)[0] == codec.Parameter, "parameters");
    }
}
