using ILGPU.Runtime;
using ILGPU.StandIn.Execution;

namespace ILGPU.StandIn;

/// <summary>
/// The code under test did what a real device answers with a fault, a hang or a wrong result. No exception of ILGPU, so that code which
/// catches those does not hide it.
/// </summary>
public sealed class StandInException : Exception
{
    public StandInException(string message)
        : this(message, null, null)
    {
    }

    private StandInException(string message, string? kernel, Exception? inner)
        : base(kernel is null ? message : $"{kernel}: {message}", inner) => Kernel = kernel;

    /// <summary>The kernel that ran, with its class; null outside of kernels.</summary>
    public string? Kernel { get; }

    /// <summary>The index of an access out of bounds.</summary>
    public long? Index { get; private init; }

    /// <summary>The length of the view that was accessed out of bounds.</summary>
    public long? Length { get; private init; }

    internal static StandInException Misuse(string message) => new(message, KernelThread.Describe(), null);

    internal static StandInException OutOfBounds(long index, long length, Type element) =>
        new($"index {index} of a view of {length} {element.Name}.", KernelThread.Describe(), null) { Index = index, Length = length };

    internal static StandInException OutOfBounds(long index, long part, long length, Type element) =>
        new($"a part of {part} from {index} on of a view of {length} {element.Name}.", KernelThread.Describe(), null)
        {
            Index = index,
            Length = length,
        };

    internal static StandInException Freed(MemoryBuffer buffer) =>
        new($"access to a freed buffer of {buffer.LengthInBytes} bytes.", KernelThread.Describe(), null);

    internal static StandInException Misaligned(long start, int alignment, Type from, Type to, int size) =>
        new(
            $"a view of {from.Name} that starts at byte {start} of memory aligned to {alignment} is cast to {to.Name} of {size} bytes.",
            KernelThread.Describe(),
            null);

    internal static StandInException InKernel(string kernel, string message, Exception? inner = null) => new(message, kernel, inner);
}
