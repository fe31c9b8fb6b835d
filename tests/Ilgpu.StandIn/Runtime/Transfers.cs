using ILGPU.StandIn;

namespace ILGPU.Runtime;

/// <summary>What all copies and fills end in. They are queued, and checked again when they run.</summary>
internal static unsafe class Transfers
{
    public static void Copy(AcceleratorStream stream, ArrayView<byte> source, ArrayView<byte> target)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (source.Length > target.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(source));
        }

        Check(stream, source);
        Check(stream, target);
        stream.Enqueue($"a copy of {source.Length} bytes", () =>
        {
            Check(stream, source);
            Check(stream, target);
            Buffer.MemoryCopy(Address(source), Address(target), target.Length, source.Length);
            stream.Accelerator.Context.Counters.Copied(source.Length, IsDevice(source), IsDevice(target));
        });
    }

    public static void Fill(AcceleratorStream stream, ArrayView<byte> target, byte value)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Check(stream, target);
        stream.Enqueue($"a fill of {target.Length} bytes", () =>
        {
            Check(stream, target);
            new Span<byte>(Address(target), checked((int)target.Length)).Fill(value);
        });
    }

    /// <summary>The bytes of a view, from its start on: all of them, or the first ones.</summary>
    public static ArrayView<byte> Part<TView>(TView view, long bytes)
        where TView : IContiguousArrayView
    {
        // The real one checks against the end of the buffer only, and so reads and writes what follows the view.
        if (bytes > view.LengthInBytes)
        {
            throw StandInException.Misuse($"a copy of {bytes} bytes from or to a view of {view.LengthInBytes} bytes.");
        }

        return new ArrayView<byte>(view.Buffer, view.IndexInBytes, bytes);
    }

    /// <summary>Host memory that stays where it is while the copy waits.</summary>
    public static ArrayView<byte> Host<T>(T* address, long length)
        where T : unmanaged =>
        new HostMemory((nint)address, length * sizeof(T), sizeof(byte), owner: null, alignment: 1).AsRawArrayView();

    private static byte* Address(ArrayView<byte> view) => (byte*)view.Buffer.Address + view.IndexInBytes;

    private static bool IsDevice(ArrayView<byte> view) => view.Buffer is DeviceMemory;

    private static void Check(AcceleratorStream stream, ArrayView<byte> view)
    {
        if (view.Buffer.Address == 0)
        {
            throw StandInException.Freed(view.Buffer);
        }

        if (view.Buffer is DeviceMemory && view.Buffer.Accelerator != stream.Accelerator)
        {
            throw StandInException.Misuse("a stream of one accelerator copies from or to memory of another.");
        }
    }
}
