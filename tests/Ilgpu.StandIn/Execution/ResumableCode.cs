using System.Reflection;
using System.Reflection.Emit;

namespace ILGPU.StandIn.Execution;

/// <summary>A kernel rewritten so that it returns at barriers and can be resumed there.</summary>
internal sealed class ResumableCode
{
    private readonly Type[] _slots;

    private ResumableCode(Resume resume, Type[] slots)
    {
        Resume = resume;
        _slots = slots;
    }

    public Resume Resume { get; }

    /// <summary>Null where the code does what the rewriter does not know.</summary>
    public static ResumableCode? TryCreate(MethodInfo kernel)
    {
        var method = new DynamicMethod(
            kernel.Name, typeof(bool), [typeof(Frame)], typeof(ResumableCode).Module, skipVisibility: true);
        var rewriter = new KernelRewriter(method.GetILGenerator());
        return rewriter.TryRewrite(kernel)
            ? new ResumableCode(method.CreateDelegate<Resume>(), [.. rewriter.SlotTypes])
            : null;
    }

    public object[] CreateSlots() => [.. _slots.Select(type => Activator.CreateInstance(type)!)];
}
