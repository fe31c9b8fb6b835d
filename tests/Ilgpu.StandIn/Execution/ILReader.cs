using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace ILGPU.StandIn.Execution;

/// <summary>An instruction: its operand is a number, a resolved member, a string, or the offsets it jumps to.</summary>
internal readonly record struct Instruction(int Offset, int Next, OpCode Code, object? Operand);

/// <summary>Reads the code of a method, generic arguments filled in.</summary>
internal static class ILReader
{
    private static readonly Dictionary<short, OpCode> s_codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    public static List<Instruction> Read(MethodBase method)
    {
        var result = new List<Instruction>();
        byte[]? bytes = method.GetMethodBody()?.GetILAsByteArray();
        for (int at = 0; bytes is not null && at < bytes.Length;)
        {
            int offset = at;
            short value = bytes[at++];
            if (value == 0xFE)
            {
                value = (short)(0xFE00 | bytes[at++]);
            }

            OpCode code = s_codes[value];
            object? operand = ReadOperand(method, code, bytes, ref at);
            result.Add(new Instruction(offset, at, code, operand));
        }

        return result;
    }

    private static object? ReadOperand(MethodBase method, OpCode code, byte[] bytes, ref int at)
    {
        ReadOnlySpan<byte> rest = bytes.AsSpan(at);
        switch (code.OperandType)
        {
            case OperandType.InlineNone:
                return null;
            case OperandType.ShortInlineBrTarget:
                return (at += 1) + (sbyte)rest[0];
            case OperandType.InlineBrTarget:
                return (at += 4) + BinaryPrimitives.ReadInt32LittleEndian(rest);
            case OperandType.ShortInlineI:
                at += 1;
                return code == OpCodes.Ldc_I4_S ? (int)(sbyte)rest[0] : rest[0];
            case OperandType.ShortInlineVar:
                at += 1;
                return (int)rest[0];
            case OperandType.InlineVar:
                at += 2;
                return (int)BinaryPrimitives.ReadUInt16LittleEndian(rest);
            case OperandType.InlineI:
                at += 4;
                return BinaryPrimitives.ReadInt32LittleEndian(rest);
            case OperandType.InlineI8:
                at += 8;
                return BinaryPrimitives.ReadInt64LittleEndian(rest);
            case OperandType.ShortInlineR:
                at += 4;
                return BinaryPrimitives.ReadSingleLittleEndian(rest);
            case OperandType.InlineR:
                at += 8;
                return BinaryPrimitives.ReadDoubleLittleEndian(rest);
            case OperandType.InlineSwitch:
                int count = BinaryPrimitives.ReadInt32LittleEndian(rest);
                int end = at + 4 + (4 * count);
                var targets = new int[count];
                for (int i = 0; i < count; i++)
                {
                    targets[i] = end + BinaryPrimitives.ReadInt32LittleEndian(rest[(4 + (4 * i))..]);
                }

                at = end;
                return targets;
            default:
                at += 4;
                return Resolve(method, code, BinaryPrimitives.ReadInt32LittleEndian(rest));
        }
    }

    private static object? Resolve(MethodBase method, OpCode code, int token)
    {
        Type[]? ofType = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        Type[]? ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        return code.OperandType switch
        {
            OperandType.InlineMethod => method.Module.ResolveMethod(token, ofType, ofMethod),
            OperandType.InlineField => method.Module.ResolveField(token, ofType, ofMethod),
            OperandType.InlineType => method.Module.ResolveType(token, ofType, ofMethod),
            OperandType.InlineTok => method.Module.ResolveMember(token, ofType, ofMethod),
            OperandType.InlineString => method.Module.ResolveString(token),
            _ => token,
        };
    }
}
