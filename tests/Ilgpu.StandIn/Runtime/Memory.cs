using System.Runtime.InteropServices;
using ILGPU.StandIn;
using ILGPU.StandIn.Execution;
using ILGPU.Util;

namespace ILGPU.Util
{
    public abstract class DisposeBase : IDisposable
    {
        private int _disposing;
        private volatile bool _isDisposed;

        public bool IsDisposed => _isDisposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposing, 1) == 0)
            {
                try
                {
                    Dispose(disposing: true);
                }
                finally
                {
                    _isDisposed = true;
                }
            }
        }

        protected virtual void Dispose(bool disposing)
        {
        }

        protected void VerifyNotDisposed() => ObjectDisposedException.ThrowIf(IsDisposed, this);

        private protected void MarkDisposed()
        {
            Volatile.Write(ref _disposing, 1);
            _isDisposed = true;
        }
    }
}

namespace ILGPU.Runtime
{
    public abstract class AcceleratorObject : DisposeBase
    {
        protected AcceleratorObject(Accelerator accelerator)
        {
            Accelerator = accelerator;
            accelerator?.Register(this);
        }

        /// <summary>Null, against its type, for memory that belongs to no device (as in the real one).</summary>
        public Accelerator Accelerator { get; }

        public AcceleratorType AcceleratorType => Accelerator?.AcceleratorType ?? AcceleratorType.CPU;

        /// <summary>The accelerator is gone: whatever it holds is gone as well.</summary>
        internal void DisposeWithAccelerator()
        {
            if (!IsDisposed)
            {
                MarkDisposed();
                DisposeAcceleratorObject(disposing: true);
            }
        }

        protected sealed override void Dispose(bool disposing)
        {
            Accelerator?.Unregister(this);
            DisposeAcceleratorObject(disposing);
        }

        protected abstract void DisposeAcceleratorObject(bool disposing);
    }

    public abstract class MemoryBuffer : AcceleratorObject
    {
        private protected MemoryBuffer(Accelerator accelerator, long length, int elementSize)
            : base(accelerator)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length);
            ArgumentOutOfRangeException.ThrowIfLessThan(elementSize, 1);
            Length = length;
            ElementSize = elementSize;
        }

        public IntPtr NativePtr => Address;

        public long Length { get; }

        public int ElementSize { get; }

        public long LengthInBytes => Length * ElementSize;

        /// <summary>Where the memory is; 0 after it was freed, or where it is empty.</summary>
        internal nint Address { get; private protected set; }

        /// <summary>What the first byte is certainly aligned to.</summary>
        internal int Alignment { get; private protected init; } = DeviceMemory.BaseAlignment;

        public void MemSet(AcceleratorStream stream, byte value, long targetOffsetInBytes, long length)
        {
            if (length != 0)
            {
                Transfers.Fill(stream, AsRawArrayView(targetOffsetInBytes, length), value);
            }
        }

        public void CopyTo(AcceleratorStream stream, long sourceOffsetInBytes, in ArrayView<byte> targetView)
        {
            if (targetView.IsValid)
            {
                Transfers.Copy(stream, AsRawArrayView(sourceOffsetInBytes, targetView.LengthInBytes), targetView);
            }
        }

        public void CopyFrom(AcceleratorStream stream, in ArrayView<byte> sourceView, long targetOffsetInBytes)
        {
            if (sourceView.IsValid)
            {
                Transfers.Copy(stream, sourceView, AsRawArrayView(targetOffsetInBytes, sourceView.LengthInBytes));
            }
        }

        public ArrayView<byte> AsRawArrayView() => AsRawArrayView(0, LengthInBytes);

        public ArrayView<byte> AsRawArrayView(long offsetInBytes) => AsRawArrayView(offsetInBytes, LengthInBytes - offsetInBytes);

        public ArrayView<byte> AsRawArrayView(long offsetInBytes, long lengthInBytes)
        {
            if (offsetInBytes < 0 || (LengthInBytes > 0 && offsetInBytes >= LengthInBytes))
            {
                throw new ArgumentOutOfRangeException(nameof(offsetInBytes));
            }

            if (lengthInBytes < 0 || offsetInBytes + lengthInBytes > LengthInBytes)
            {
                throw new ArgumentOutOfRangeException(nameof(lengthInBytes));
            }

            return new ArrayView<byte>(Raw, offsetInBytes, lengthInBytes);
        }

        public ArrayView<T> AsArrayView<T>(long offset, long length)
            where T : unmanaged
        {
            if (Interop.SizeOf<T>() != ElementSize)
            {
                throw new NotSupportedException("Elements of another size.");
            }

            if (Length > 0 && offset >= Length)
            {
                throw new ArgumentOutOfRangeException(nameof(offset));
            }

            if (offset + length > Length)
            {
                throw new ArgumentOutOfRangeException(nameof(length));
            }

            return new ArrayView<T>(Raw, offset, length);
        }

        /// <summary>The buffer that holds the memory: this one or, of a typed buffer, the one inside it.</summary>
        internal virtual MemoryBuffer Raw => this;
    }

    /// <summary>Memory of a device, full of garbage when it is new.</summary>
    internal sealed class DeviceMemory : MemoryBuffer
    {
        public const int BaseAlignment = 256;

        private readonly Counters? _counters;
        private readonly byte[]? _bytes;

        internal DeviceMemory(Accelerator accelerator, long length, int elementSize)
            : base(accelerator, length, elementSize)
        {
            _counters = accelerator.Context.Counters;
            _bytes = Garbage.Allocate(LengthInBytes, BaseAlignment, out nint address);
            Address = address;
            _counters.Allocated(LengthInBytes);
        }

        protected override void DisposeAcceleratorObject(bool disposing)
        {
            // The bytes stay until nothing refers to them, so that a late access is an exception and no crash.
            Address = 0;
            _counters!.Freed(LengthInBytes);
            Accelerator.Freed(LengthInBytes);
            GC.KeepAlive(_bytes);
            Accelerator.ThrowIfFreeFails();
        }
    }

    /// <summary>Memory of the host, or shared or local memory of a kernel, seen as a buffer.</summary>
    internal sealed class HostMemory : MemoryBuffer
    {
        // Keeps the memory where it is.
        private readonly object? _owner;

        internal HostMemory(nint address, long length, int elementSize, object? owner, int alignment)
            : base(null!, length, elementSize)
        {
            Address = address;
            Alignment = alignment;
            _owner = owner;
        }

        protected override void DisposeAcceleratorObject(bool disposing)
        {
            Address = 0;
            GC.KeepAlive(_owner);
        }
    }

    /// <summary>What memory holds that nobody has written yet.</summary>
    internal static class Garbage
    {
        public const byte Pattern = 0xCD;

        public static unsafe byte[]? Allocate(long bytes, int alignment, out nint address)
        {
            if (bytes == 0)
            {
                address = 0;
                return null;
            }

            byte[] memory = GC.AllocateUninitializedArray<byte>(checked((int)(bytes + alignment)), pinned: true);
            memory.AsSpan().Fill(Pattern);
            nint start = (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(memory));
            address = (start + alignment - 1) / alignment * alignment;
            return memory;
        }
    }
}
