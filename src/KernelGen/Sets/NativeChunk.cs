using System.Runtime.InteropServices;

namespace KernelGen;

/// <summary>Zero-initialised native memory, freed when disposed or, if that was forgotten, when collected.</summary>
internal sealed unsafe class NativeChunk : SafeHandle
{
    private const nuint CacheLine = 64;

    /// <summary>The size of an x86-64 or Arm64 huge page; large chunks start at one, so that the system can back them with some.</summary>
    private const nuint HugePage = 2 << 20;

    public NativeChunk(nuint bytes)
        : base(invalidHandleValue: 0, ownsHandle: true)
    {
        void* address = NativeMemory.AlignedAlloc(bytes, bytes >= HugePage ? HugePage : CacheLine);
        SetHandle((nint)address);
        if (bytes >= HugePage)
        {
            HugePages.Advise(address, bytes);
        }

        NativeMemory.Clear(address, bytes);
        Bytes = (long)bytes;
        GC.AddMemoryPressure(Bytes);
    }

    public long Bytes { get; }

    public override bool IsInvalid => handle == 0;

    /// <summary>The first byte, at a multiple of 64. Valid as long as this object is alive.</summary>
    public byte* Start => (byte*)handle;

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        GC.RemoveMemoryPressure(Bytes);
        return true;
    }
}
