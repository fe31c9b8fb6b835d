using System.Reflection;
using System.Reflection.Emit;

namespace ILGPU.StandIn.Execution;

/// <summary>
/// Copies a kernel's code, with what it calls that waits at barriers copied in its place. At a barrier, all variables go to the frame
/// and the method returns; the next call begins behind that barrier. The stack must be empty there, which it is at statements.
/// </summary>
internal sealed class KernelRewriter(ILGenerator il)
{
    private static readonly FieldInfo s_arguments = typeof(Frame).GetField(nameof(Frame.Arguments))!;
    private static readonly FieldInfo s_slots = typeof(Frame).GetField(nameof(Frame.Slots))!;
    private static readonly FieldInfo s_state = typeof(Frame).GetField(nameof(Frame.State))!;
    private static readonly FieldInfo s_predicate = typeof(Frame).GetField(nameof(Frame.Predicate))!;
    private static readonly FieldInfo s_popCount = typeof(Frame).GetField(nameof(Frame.PopCount))!;
    private static readonly FieldInfo s_groupSize = typeof(Frame).GetField(nameof(Frame.GroupSize))!;

    // The variables of the kernel and of what is being copied into it.
    private readonly List<(LocalBuilder Local, int Slot)> _variables = [];
    private readonly List<Label> _resumePoints = [];
    private readonly HashSet<MethodBase> _open = [];

    public List<Type> SlotTypes { get; } = [];

    public bool TryRewrite(MethodInfo kernel)
    {
        Label dispatch = il.DefineLabel();
        Label start = il.DefineLabel();
        il.Emit(OpCodes.Br, dispatch);
        il.MarkLabel(start);
        try
        {
            var arguments = new List<LocalBuilder>();
            if (!kernel.IsStatic)
            {
                // A lambda without captures does not use its instance.
                arguments.Add(Declare(typeof(object)));
            }

            foreach (ParameterInfo parameter in kernel.GetParameters())
            {
                LocalBuilder argument = Declare(parameter.ParameterType);
                arguments.Add(argument);
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldfld, s_arguments);
                il.Emit(OpCodes.Ldc_I4, parameter.Position);
                il.Emit(OpCodes.Ldelem_Ref);
                il.Emit(OpCodes.Unbox_Any, parameter.ParameterType);
                il.Emit(OpCodes.Stloc, argument);
            }

            Copy(kernel, arguments, result: null, end: null);
        }
        catch (NotRewritableException)
        {
            return false;
        }

        il.MarkLabel(dispatch);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, s_state);
        il.Emit(OpCodes.Switch, [start, .. _resumePoints]);
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Ret);
        return true;
    }

    private LocalBuilder Declare(Type type)
    {
        // The address of a variable changes at a barrier, that of memory does not: see CheckReferences.
        if (type.IsByRefLike || type.IsPointer)
        {
            throw new NotRewritableException();
        }

        LocalBuilder local = il.DeclareLocal(type);
        _variables.Add((local, SlotTypes.Count));
        SlotTypes.Add(typeof(Slot<>).MakeGenericType(type.IsByRef ? typeof(nint) : type));
        return local;
    }

    private void Copy(MethodBase method, List<LocalBuilder> arguments, LocalBuilder? result, Label? end)
    {
        MethodBody body = method.GetMethodBody() ?? throw new NotRewritableException();
        if (body.ExceptionHandlingClauses.Count > 0 || body.LocalVariables.Any(local => local.IsPinned) || !_open.Add(method))
        {
            throw new NotRewritableException();
        }

        List<Instruction> code = ILReader.Read(method);
        CodeShape.CheckReferences(code, body);
        List<LocalBuilder> locals = [.. body.LocalVariables.Select(local => Declare(local.LocalType))];
        if (end is not null)
        {
            Clear(locals);
        }

        Dictionary<int, Label> labels = CodeShape.Targets(code).ToDictionary(target => target, _ => il.DefineLabel());
        var copy = new MethodCopy(method, arguments, locals, labels, CodeShape.Depths(code, method), result, end);
        for (int i = 0; i < code.Count; i++)
        {
            if (labels.TryGetValue(code[i].Offset, out Label label))
            {
                il.MarkLabel(label);
            }

            Type? constrained = i > 0 && code[i - 1].Code == OpCodes.Constrained ? (Type)code[i - 1].Operand! : null;
            CopyOne(copy, code[i], constrained);
        }

        _open.Remove(method);
    }

    private void CopyOne(MethodCopy copy, Instruction instruction, Type? constrained)
    {
        if (instruction.Operand is MethodBase called && instruction.Code.FlowControl == FlowControl.Call)
        {
            MethodBase target = Barriers.Implementation(called, constrained);
            if (Barriers.Is(target))
            {
                copy.RequireDepth(instruction, target.GetParameters().Length);
                EmitBarrier(target);
                return;
            }

            if (Barriers.Reaches(target))
            {
                copy.RequireDepth(instruction, target.GetParameters().Length);
                Inline((MethodInfo)target);
                return;
            }

            if (constrained is not null)
            {
                il.Emit(OpCodes.Constrained, constrained);
            }
        }

        if (instruction.Code == OpCodes.Constrained)
        {
            // Comes with its call, unless that is copied.
            return;
        }

        if (instruction.Code == OpCodes.Ret)
        {
            EmitReturn(copy);
            return;
        }

        copy.Emit(il, instruction);
    }

    private void EmitReturn(MethodCopy copy)
    {
        if (copy.End is not Label end)
        {
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Ret);
            return;
        }

        if (copy.Result is LocalBuilder result)
        {
            il.Emit(OpCodes.Stloc, result);
        }

        il.Emit(OpCodes.Br, end);
    }

    private void Inline(MethodInfo method)
    {
        if (!method.IsStatic || method.GetParameters().Any(parameter => parameter.ParameterType.IsByRef))
        {
            throw new NotRewritableException();
        }

        int before = _variables.Count;
        List<LocalBuilder> arguments = [.. method.GetParameters().Select(parameter => Declare(parameter.ParameterType))];
        foreach (LocalBuilder argument in Enumerable.Reverse(arguments))
        {
            il.Emit(OpCodes.Stloc, argument);
        }

        LocalBuilder? result = method.ReturnType == typeof(void) ? null : Declare(method.ReturnType);
        Label end = il.DefineLabel();
        Copy(method, arguments, result, end);
        il.MarkLabel(end);
        if (result is not null)
        {
            il.Emit(OpCodes.Ldloc, result);
        }

        _variables.RemoveRange(before, _variables.Count - before);
    }

    private void Clear(List<LocalBuilder> locals)
    {
        foreach (LocalBuilder local in locals.Where(local => !local.LocalType.IsByRef))
        {
            il.Emit(OpCodes.Ldloca, local);
            il.Emit(OpCodes.Initobj, local.LocalType);
        }
    }

    private void EmitBarrier(MethodBase barrier)
    {
        if (barrier.GetParameters().Length == 1)
        {
            LocalBuilder predicate = il.DeclareLocal(typeof(bool));
            il.Emit(OpCodes.Stloc, predicate);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldloc, predicate);
            il.Emit(OpCodes.Stfld, s_predicate);
        }

        foreach ((LocalBuilder local, int slot) in _variables)
        {
            EmitSlot(slot);
            il.Emit(OpCodes.Ldloc, local);
            if (local.LocalType.IsByRef)
            {
                il.Emit(OpCodes.Conv_U);
            }

            il.Emit(OpCodes.Stfld, SlotTypes[slot].GetField(nameof(Slot<>.Value))!);
        }

        Label resume = il.DefineLabel();
        _resumePoints.Add(resume);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4, _resumePoints.Count);
        il.Emit(OpCodes.Stfld, s_state);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Ret);
        il.MarkLabel(resume);
        foreach ((LocalBuilder local, int slot) in _variables)
        {
            EmitSlot(slot);
            il.Emit(OpCodes.Ldfld, SlotTypes[slot].GetField(nameof(Slot<>.Value))!);
            il.Emit(OpCodes.Stloc, local);
        }

        EmitBarrierResult(barrier.Name);
    }

    private void EmitBarrierResult(string barrier)
    {
        if (barrier == nameof(Group.Barrier))
        {
            return;
        }

        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, s_popCount);
        if (barrier == nameof(Group.BarrierAnd))
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, s_groupSize);
            il.Emit(OpCodes.Ceq);
        }
        else if (barrier == nameof(Group.BarrierOr))
        {
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Cgt);
        }
    }

    private void EmitSlot(int slot)
    {
        // No cast: the element is known to be a slot of the variable's type, and the runtime does not verify.
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, s_slots);
        il.Emit(OpCodes.Ldc_I4, slot);
        il.Emit(OpCodes.Ldelem_Ref);
    }
}

/// <summary>The code does what the rewriter does not know.</summary>
internal sealed class NotRewritableException : Exception;
