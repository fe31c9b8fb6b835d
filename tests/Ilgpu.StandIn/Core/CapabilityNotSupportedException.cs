namespace ILGPU;

public sealed class CapabilityNotSupportedException : NotSupportedException
{
    public CapabilityNotSupportedException(string message)
        : base(message)
    {
    }
}
