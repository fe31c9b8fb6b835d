using System.Numerics;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU.IR.Intrinsics;

namespace ILGPU.StandIn.Execution;

/// <summary>
/// Finds in a kernel what runs here, being C#, and what the real one rejects or, worse, compiles to something else: what was seen to
/// fail when 1.5.3 compiled it to PTX, not all there is.
/// </summary>
internal static class KernelChecks
{
    private static readonly HashSet<Type> s_types =
        [typeof(Half), typeof(Int128), typeof(UInt128), typeof(decimal), typeof(Span<>), typeof(ReadOnlySpan<>)];

    private static readonly HashSet<(Type, string)> s_methods =
    [
        (typeof(Unsafe), nameof(Unsafe.Add)),
        (typeof(Unsafe), nameof(Unsafe.BitCast)),
        (typeof(BitConverter), nameof(BitConverter.SingleToUInt32Bits)),
        (typeof(BitConverter), nameof(BitConverter.UInt32BitsToSingle)),
        (typeof(BitConverter), nameof(BitConverter.DoubleToUInt64Bits)),
        (typeof(BitConverter), nameof(BitConverter.UInt64BitsToDouble)),
        (typeof(BitOperations), nameof(BitOperations.Log2)),
        (typeof(Math), nameof(Math.Clamp)),
        (typeof(Math), nameof(Math.Sin)),
        (typeof(Math), nameof(Math.Cos)),
        (typeof(Math), nameof(Math.Tanh)),
    ];

    // Of Math and of MathF. The first one compiles and fails later.
    private static readonly HashSet<string> s_functions =
    [
        "FusedMultiplyAdd", "Sign", "IEEERemainder", "Exp", "Log", "Log10", "Pow",
        "Tan", "Sinh", "Cosh", "Asin", "Acos", "Atan", "Atan2",
    ];

    /// <summary>The first objection; null where there is none.</summary>
    public static string? Find(MethodInfo kernel)
    {
        foreach (ParameterInfo parameter in kernel.GetParameters())
        {
            if (OfParameter(parameter.ParameterType) is string objection)
            {
                return $"parameter {parameter.Name}: {objection}";
            }
        }

        return Find(kernel, []);
    }

    private static string? Find(MethodBase method, HashSet<MethodBase> seen)
    {
        // What back ends replace may be written in any C#.
        if (!seen.Add(method) || method.IsDefined(typeof(IntrinsicImplementationAttribute)))
        {
            return null;
        }

        if (method.GetMethodBody() is MethodBody body && OfBody(body) is string general)
        {
            return $"{method.Name}: {general}";
        }

        List<Instruction> code = ILReader.Read(method);
        for (int i = 0; i < code.Count; i++)
        {
            Type? constrained = i > 0 && code[i - 1].Code == OpCodes.Constrained ? (Type)code[i - 1].Operand! : null;
            string? objection = OfInstruction(code, i, constrained);
            if (objection is not null)
            {
                return $"{method.Name}: {objection}";
            }

            if (code[i].Operand is MethodBase called && Barriers.Implementation(called, constrained) is MethodBase target
                && !Barriers.IsLibrary(target) && Find(target, seen) is string inner)
            {
                return inner;
            }
        }

        return null;
    }

    private static string? OfBody(MethodBody body)
    {
        if (body.ExceptionHandlingClauses.Count > 0)
        {
            return "try";
        }

        bool addresses = body.LocalVariables.Any(
            local => local.LocalType.IsPointer || local.LocalType == typeof(nint) || local.LocalType == typeof(nuint));
        return addresses ? "pointers or nint" : null;
    }

    private static bool IsConstant(Instruction instruction) => instruction.Code.Name!.StartsWith("ldc.", StringComparison.Ordinal);

    private static string? OfInstruction(List<Instruction> code, int at, Type? constrained)
    {
        Instruction instruction = code[at];
        OpCode op = instruction.Code;
        return instruction.Operand switch
        {
            MethodBase called when op == OpCodes.Newobj && called.DeclaringType is { IsValueType: false } => $"new {called.DeclaringType}",
            MethodBase called when op == OpCodes.Callvirt && constrained is null => $"a virtual call of {called.Name}",
            MethodBase called when op == OpCodes.Ldftn || op == OpCodes.Ldvirtftn => $"a delegate of {called.Name}",
            MethodBase called => OfCall(called),
            FieldInfo { IsStatic: true } field when op == OpCodes.Stsfld || !field.IsInitOnly => $"the static variable {field.Name}",
            FieldInfo { IsStatic: true } field when !field.FieldType.IsValueType => $"the static {field.FieldType.Name} {field.Name}",
            string when !code.Any(IsInlineAssembly) => "a string",
            _ when op == OpCodes.Throw || op == OpCodes.Rethrow => "throw",
            _ when op == OpCodes.Localloc => "stackalloc",
            _ when op == OpCodes.Box || op == OpCodes.Castclass || op == OpCodes.Isinst => op.Name,
            Type element when op == OpCodes.Newarr && !IsConstant(code[at - 1]) => $"new {element.Name}[variable]",
            _ when op == OpCodes.Div || op == OpCodes.Div_Un => OfDivision(code, at),
            _ when op == OpCodes.Rem && code[at - 1].Code.Name!.Contains(".r", StringComparison.Ordinal) => "a remainder of floats",
            _ => null,
        };
    }

    private static string? OfCall(MethodBase called)
    {
        Type? type = called.DeclaringType is { IsGenericType: true } generic ? generic.GetGenericTypeDefinition() : called.DeclaringType;
        if (type is null)
        {
            return null;
        }

        bool isMath = type == typeof(Math) || type == typeof(MathF);
        bool rejected = s_types.Contains(type) || s_methods.Contains((type, called.Name)) || (isMath && s_functions.Contains(called.Name))
            || type.Namespace?.StartsWith("System.Runtime.Intrinsics", StringComparison.Ordinal) == true;
        if (rejected)
        {
            return $"{type.Name}.{called.Name}";
        }

        // view.Cast<T>(), SharedMemory.Allocate<T>()
        return called.IsGenericMethod && Barriers.IsOurs(called)
            ? called.GetGenericArguments().Select(OfElement).FirstOrDefault(objection => objection is not null)
            : null;
    }

    /// <summary>ILGPU 1.5.3 shifts instead of dividing, also where the dividend is negative or unsigned.</summary>
    private static string? OfDivision(List<Instruction> code, int at)
    {
        int from = at - 1;
        while (from > 0 && code[from].Code.Name!.StartsWith("conv.", StringComparison.Ordinal))
        {
            from--;
        }

        string name = code[from].Code.Name!;
        long? divisor = code[from].Operand switch
        {
            int value when name.StartsWith("ldc.i", StringComparison.Ordinal) => value,
            long value => value,
            null when name.StartsWith("ldc.i4.", StringComparison.Ordinal) && char.IsDigit(name[^1]) => name[^1] - '0',
            _ => null,
        };
        return divisor is long constant && constant > 1 && BitOperations.IsPow2(constant)
            ? $"a division by the constant {constant}, which becomes an arithmetic shift"
            : null;
    }

    private static string? OfParameter(Type type)
    {
        if (type.IsByRef)
        {
            return "by reference";
        }

        if (type == typeof(bool) || type == typeof(char))
        {
            return $"{type.Name} is not blittable";
        }

        if (type.IsGenericType && Barriers.IsOurs(type))
        {
            return type.GetGenericArguments().Select(OfElement).FirstOrDefault(objection => objection is not null);
        }

        return OfElement(type);
    }

    private static string? OfElement(Type type)
    {
        if (type.IsPrimitive || type.IsEnum || !type.IsValueType)
        {
            return null;
        }

        if (s_types.Contains(type))
        {
            return type.Name;
        }

        StructLayoutAttribute? layout = type.StructLayoutAttribute;
        return layout switch
        {
            { Value: LayoutKind.Explicit } => $"{type.Name} has an explicit layout",
            { Pack: 1 } when !Barriers.IsOurs(type) => $"{type.Name} is packed, which is ignored",
            _ => null,
        };
    }

    private static bool IsInlineAssembly(Instruction instruction) =>
        instruction.Operand is MethodBase { DeclaringType.Name: nameof(Runtime.Cuda.CudaAsm) };
}
