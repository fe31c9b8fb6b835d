using System.Reflection;
using System.Reflection.Emit;

namespace ILGPU.StandIn.Execution;

/// <summary>One method that is copied into another: its variables are variables there.</summary>
internal sealed record MethodCopy(
    MethodBase Method,
    List<LocalBuilder> Arguments,
    List<LocalBuilder> Locals,
    Dictionary<int, Label> Labels,
    Dictionary<int, int> Depths,
    LocalBuilder? Result,
    Label? End)
{
    /// <summary>Barriers need an empty stack, but for what they take from it.</summary>
    public void RequireDepth(Instruction instruction, int depth)
    {
        if (!Depths.TryGetValue(instruction.Offset, out int actual) || actual != depth)
        {
            throw new NotRewritableException();
        }
    }

    public void Emit(ILGenerator il, Instruction instruction)
    {
        OpCode code = instruction.Code;
        if (TryVariable(il, code, instruction.Operand))
        {
            return;
        }

        switch (instruction.Operand)
        {
            case null when code != OpCodes.Localloc && code != OpCodes.Endfinally && code != OpCodes.Tailcall:
                il.Emit(code);
                break;
            case int target when code.OperandType is OperandType.InlineBrTarget or OperandType.ShortInlineBrTarget:
                il.Emit(CodeShape.LongBranch(code), Labels[target]);
                break;
            case int[] targets:
                il.Emit(code, [.. targets.Select(target => Labels[target])]);
                break;
            case int value when code == OpCodes.Ldc_I4 || code == OpCodes.Ldc_I4_S:
                il.Emit(OpCodes.Ldc_I4, value);
                break;
            case byte value:
                il.Emit(code, value);
                break;
            case long value:
                il.Emit(code, value);
                break;
            case float value:
                il.Emit(code, value);
                break;
            case double value:
                il.Emit(code, value);
                break;
            case string value:
                il.Emit(code, value);
                break;
            case Type type:
                il.Emit(code, type);
                break;
            case FieldInfo field:
                il.Emit(code, field);
                break;
            case MethodInfo method:
                il.Emit(code, method);
                break;
            case ConstructorInfo constructor:
                il.Emit(code, constructor);
                break;
            default:
                throw new NotRewritableException();
        }
    }

    private bool TryVariable(ILGenerator il, OpCode code, object? operand)
    {
        // ldarg.0 and the like have their number in the name.
        string name = code.Name!;
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        string stem = dot < 0 ? name : name[..dot];
        if (stem is not ("ldarg" or "ldarga" or "starg" or "ldloc" or "ldloca" or "stloc"))
        {
            return false;
        }

        int number = operand as int? ?? name[^1] - '0';
        LocalBuilder variable = stem.EndsWith("arg", StringComparison.Ordinal) || stem == "ldarga" ? Arguments[number] : Locals[number];
        il.Emit(stem.StartsWith("st", StringComparison.Ordinal) ? OpCodes.Stloc : stem.EndsWith('a') ? OpCodes.Ldloca : OpCodes.Ldloc, variable);
        return true;
    }
}
