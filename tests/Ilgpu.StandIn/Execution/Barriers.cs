using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;

namespace ILGPU.StandIn.Execution;

/// <summary>Finds barriers in code, and what calls end in.</summary>
internal static class Barriers
{
    private static readonly ConcurrentDictionary<MethodBase, bool> s_reaches = new();

    public static bool Is(MethodBase method) =>
        method.DeclaringType == typeof(Group) && method.Name.StartsWith(nameof(Group.Barrier), StringComparison.Ordinal);

    public static bool IsOurs(MemberInfo member) => (member as Type ?? member.DeclaringType)?.Assembly == typeof(Group).Assembly;

    /// <summary>Of the runtime or of the stand-in: not looked into.</summary>
    public static bool IsLibrary(MethodBase method) =>
        IsOurs(method) || method.DeclaringType?.Assembly.GetName().Name?.StartsWith("System.", StringComparison.Ordinal) == true;

    /// <summary>Whether the method, or one that it calls, waits at a barrier.</summary>
    public static bool Reaches(MethodBase method) =>
        !IsLibrary(method) && s_reaches.GetOrAdd(method, static method => Reaches(method, []));

    /// <summary>The method that a constrained call of an interface's member ends in.</summary>
    public static MethodBase Implementation(MethodBase called, Type? constrained)
    {
        if (constrained is null || called.DeclaringType is not { IsInterface: true } @interface || constrained.IsInterface)
        {
            return called;
        }

        InterfaceMapping map = constrained.GetInterfaceMap(@interface);
        MethodBase definition = called is MethodInfo { IsGenericMethod: true } generic ? generic.GetGenericMethodDefinition() : called;
        int at = Array.FindIndex(map.InterfaceMethods, method => method == definition);
        if (at < 0 || map.TargetMethods[at] is not MethodInfo target)
        {
            return called;
        }

        return target.IsGenericMethodDefinition ? target.MakeGenericMethod(called.GetGenericArguments()) : target;
    }

    private static bool Reaches(MethodBase method, HashSet<MethodBase> seen)
    {
        if (!seen.Add(method))
        {
            return false;
        }

        Type? constrained = null;
        foreach (Instruction instruction in ILReader.Read(method))
        {
            if (instruction.Operand is MethodBase called)
            {
                called = Implementation(called, constrained);
                if (Is(called) || (!IsLibrary(called) && Reaches(called, seen)))
                {
                    return true;
                }
            }

            constrained = instruction.Code == OpCodes.Constrained ? (Type)instruction.Operand! : null;
        }

        return false;
    }
}
