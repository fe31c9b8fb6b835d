namespace KernelGen.Generators.Emit.Gpu.Model;

/// <summary>Memory that is indexed by an Int.</summary>
internal abstract record GpuArray(string Name, GpuType ElementType);

/// <summary>Memory of the device, a parameter of the kernel.</summary>
internal sealed record GpuBufferParameter(string Name, GpuType ElementType) : GpuArray(Name, ElementType);

/// <summary>Memory that the threads of a group share. It starts undefined.</summary>
internal sealed record SharedArray(string Name, GpuType ElementType, int Length) : GpuArray(Name, ElementType);

/// <summary>A kernel for any target: what a group of <see cref="GroupSize"/> threads does.</summary>
/// <param name="Name">Name of the kernel.</param>
/// <param name="Summary">What it computes, and what a thread does of it.</param>
/// <param name="Buffers">Its buffers, in the order of the parameters.</param>
/// <param name="Scalars">Its Int and Float parameters, which follow.</param>
/// <param name="Shared">Its shared memory.</param>
/// <param name="Body">What each thread executes.</param>
internal sealed record GpuKernel(
    string Name,
    string Summary,
    IReadOnlyList<GpuBufferParameter> Buffers,
    IReadOnlyList<Variable> Scalars,
    IReadOnlyList<SharedArray> Shared,
    IReadOnlyList<GpuStatement> Body)
{
    /// <summary>Threads of a group: four warps; all devices have them.</summary>
    public const int GroupSize = 128;

    /// <summary>The number of the thread in its group.</summary>
    public static Variable Thread { get; } = new(GpuType.Int, "thread");

    /// <summary>The number of the group.</summary>
    public static Variable Group { get; } = new(GpuType.Int, "group");
}
