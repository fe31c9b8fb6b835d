using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using ILGPU.Runtime;

namespace ILGPU.StandIn.Execution;

/// <summary>What is known of a kernel from its code.</summary>
internal sealed class KernelCode
{
    private static readonly ConcurrentDictionary<MethodInfo, KernelCode> s_all = new();

    private KernelCode(MethodInfo method)
    {
        Method = method;
        Name = $"{method.DeclaringType?.Name}.{method.Name}";
        Objection = KernelChecks.Find(method);
        HasBarrier = Barriers.Reaches(method);
        Resumable = ResumableCode.TryCreate(method);
        Call = MakeCall(method);
    }

    public MethodInfo Method { get; }

    public string Name { get; }

    /// <summary>What the real one would not compile, or compile to something else.</summary>
    public string? Objection { get; }

    /// <summary>Whether the threads of a group wait for each other; otherwise they run one after another.</summary>
    public bool HasBarrier { get; }

    /// <summary>The kernel rewritten, where that is possible. Also faster without barriers: it is optimized from the first call on.</summary>
    public ResumableCode? Resumable { get; }

    /// <summary>Runs the kernel as one thread.</summary>
    public Action<object[]> Call { get; }

    public static KernelCode Of(MethodInfo method) => s_all.GetOrAdd(method, static method => new KernelCode(method));

    private static Action<object[]> MakeCall(MethodInfo method)
    {
        var caller = new DynamicMethod(method.Name, typeof(void), [typeof(object[])], typeof(KernelCode).Module, skipVisibility: true);
        ILGenerator il = caller.GetILGenerator();
        if (!method.IsStatic)
        {
            // A lambda without captures: an instance method that does not use its instance.
            il.Emit(OpCodes.Ldnull);
        }

        ParameterInfo[] parameters = method.GetParameters();
        for (int i = 0; i < parameters.Length; i++)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldc_I4, i);
            il.Emit(OpCodes.Ldelem_Ref);
            il.Emit(OpCodes.Unbox_Any, parameters[i].ParameterType);
        }

        il.Emit(OpCodes.Call, method);
        il.Emit(OpCodes.Ret);
        return caller.CreateDelegate<Action<object[]>>();
    }
}
