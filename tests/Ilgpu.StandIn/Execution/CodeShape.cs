using System.Reflection;
using System.Reflection.Emit;

namespace ILGPU.StandIn.Execution;

/// <summary>What the rewriter asks of code before it copies it.</summary>
internal static class CodeShape
{
    private static readonly Dictionary<string, OpCode> s_long = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .Where(code => code.OperandType == OperandType.InlineBrTarget)
        .ToDictionary(code => code.Name!, StringComparer.Ordinal);

    /// <summary>The branch that reaches everywhere: copies are longer.</summary>
    public static OpCode LongBranch(OpCode code) =>
        s_long[code.Name!.EndsWith(".s", StringComparison.Ordinal) ? code.Name[..^2] : code.Name];

    public static HashSet<int> Targets(List<Instruction> code) => [.. code.SelectMany(TargetsOf)];

    /// <summary>How many values are on the stack before each instruction.</summary>
    public static Dictionary<int, int> Depths(List<Instruction> code, MethodBase method)
    {
        var depths = new Dictionary<int, int>();
        int depth = 0;
        foreach (Instruction instruction in code)
        {
            depth = depths.TryGetValue(instruction.Offset, out int known) ? known : depth;
            depths[instruction.Offset] = depth;
            depth += Pushes(instruction) - Pops(instruction, method);
            foreach (int target in TargetsOf(instruction))
            {
                depths.TryAdd(target, depth);
            }

            if (instruction.Code.FlowControl is FlowControl.Branch or FlowControl.Return or FlowControl.Throw)
            {
                // What follows is reached by a branch from before, or begins with nothing.
                depth = 0;
            }
        }

        return depths;
    }

    /// <summary>
    /// References that live across barriers are kept as addresses. That is right for what views return, whose memory stays where it is.
    /// </summary>
    public static void CheckReferences(List<Instruction> code, MethodBody body)
    {
        HashSet<int> targets = Targets(code);
        for (int i = 0; i < code.Count; i++)
        {
            if (Stored(code[i]) is int local && body.LocalVariables[local].LocalType.IsByRef)
            {
                int from = i - 1;
                while (from >= 0 && IsStep(code[from]) && !targets.Contains(code[from + 1].Offset))
                {
                    from--;
                }

                bool fromView = from >= 0 && code[from].Operand is MethodInfo { ReturnType.IsByRef: true } call && Barriers.IsOurs(call);
                if (!fromView || targets.Contains(code[from + 1].Offset))
                {
                    throw new NotRewritableException();
                }
            }
        }
    }

    // ref view[i].Field, Unsafe.As<A, B>(ref view[i])
    private static bool IsStep(Instruction instruction) =>
        instruction.Code == OpCodes.Ldflda
        || (instruction.Operand is MethodInfo { Name: "As" } call && call.DeclaringType == typeof(System.Runtime.CompilerServices.Unsafe));

    private static int? Stored(Instruction instruction) =>
        instruction.Code.Name!.StartsWith("stloc", StringComparison.Ordinal)
            ? instruction.Operand as int? ?? instruction.Code.Name[^1] - '0'
            : null;

    private static int[] TargetsOf(Instruction instruction) => instruction.Operand switch
    {
        int[] targets => targets,
        int target when instruction.Code.OperandType is OperandType.InlineBrTarget or OperandType.ShortInlineBrTarget => [target],
        _ => [],
    };

    private static int Pops(Instruction instruction, MethodBase method) => instruction.Code.StackBehaviourPop switch
    {
        StackBehaviour.Pop0 => 0,
        StackBehaviour.Pop1 or StackBehaviour.Popi or StackBehaviour.Popref => 1,
        StackBehaviour.Pop1_pop1 or StackBehaviour.Popi_pop1 or StackBehaviour.Popi_popi or StackBehaviour.Popi_popi8
            or StackBehaviour.Popi_popr4 or StackBehaviour.Popi_popr8 or StackBehaviour.Popref_pop1 or StackBehaviour.Popref_popi => 2,
        StackBehaviour.Varpop => VariablePops(instruction, method),
        _ => 3,
    };

    private static int VariablePops(Instruction instruction, MethodBase method)
    {
        if (instruction.Code == OpCodes.Ret)
        {
            return method is MethodInfo { ReturnType: Type type } && type != typeof(void) ? 1 : 0;
        }

        if (instruction.Operand is not MethodBase called)
        {
            throw new NotRewritableException();
        }

        bool instance = !called.IsStatic && instruction.Code != OpCodes.Newobj;
        return called.GetParameters().Length + (instance ? 1 : 0);
    }

    private static int Pushes(Instruction instruction) => instruction.Code.StackBehaviourPush switch
    {
        StackBehaviour.Push0 => 0,
        StackBehaviour.Push1_push1 => 2,
        StackBehaviour.Varpush => instruction.Operand is MethodInfo { ReturnType: Type type } && type == typeof(void) ? 0 : 1,
        _ => 1,
    };
}
