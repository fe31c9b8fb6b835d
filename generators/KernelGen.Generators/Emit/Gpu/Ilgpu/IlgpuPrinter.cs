using System.Globalization;
using KernelGen.Generators.Emit.Gpu.Model;

namespace KernelGen.Generators.Emit.Gpu.Ilgpu;

/// <summary>
/// Prints kernels as C# that ILGPU compiles. What ILGPU accepts and miscompiles decides the forms: views are indexed by int, bits are
/// reinterpreted by Interop, nothing but plain arithmetic is used.
/// </summary>
internal sealed class IlgpuPrinter(SourceWriter writer)
{
    public void Print(GpuKernel kernel)
    {
        writer.Write($"/// <summary>{kernel.Summary}</summary>");
        writer.Open($"internal static void {kernel.Name}({Parameters(kernel)})");
        writer.Open("unchecked");
        writer.Write("int thread = Group.IdxX;");
        writer.Write("int group = Grid.IdxX;");
        foreach (SharedArray array in kernel.Shared)
        {
            string type = TypeName(array.ElementType);
            writer.Write($"ArrayView<{type}> {array.Name} = SharedMemory.Allocate<{type}>({Number(array.Length)});");
        }

        Print(kernel.Body);
        writer.Close();
        writer.Close();
    }

    /// <summary>The kernel's parameters, as a launcher names their types.</summary>
    public static string ParameterTypes(GpuKernel kernel) => string.Join(", ", [
        .. kernel.Buffers.Select(static buffer => $"ArrayView<{TypeName(buffer.ElementType)}>"),
        .. kernel.Scalars.Select(static scalar => TypeName(scalar.Type))]);

    public static string TypeName(GpuType type) => type switch
    {
        GpuType.Bool => "bool",
        GpuType.Int => "int",
        GpuType.UInt => "uint",
        GpuType.Float => "float",
        GpuType.Double => "double",
        GpuType.Byte => "byte",
        GpuType.UShort => "ushort",
        GpuType.Words => "Words",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private static string Parameters(GpuKernel kernel) => string.Join(", ", [
        .. kernel.Buffers.Select(static buffer => $"ArrayView<{TypeName(buffer.ElementType)}> {buffer.Name}"),
        .. kernel.Scalars.Select(static scalar => $"{TypeName(scalar.Type)} {scalar.Name}")]);

    private void Print(IReadOnlyList<GpuStatement> statements)
    {
        foreach (GpuStatement statement in statements)
        {
            Print(statement);
        }
    }

    private void Print(GpuStatement statement)
    {
        switch (statement)
        {
            case Declaration declaration:
                writer.Write($"{TypeName(declaration.Variable.Type)} {declaration.Variable.Name} = {Text(declaration.Value)};");
                break;
            case Assignment assignment:
                writer.Write($"{assignment.Variable.Name} = {Text(assignment.Value)};");
                break;
            case Store store:
                string value = store.Array.ElementType is GpuType.Byte or GpuType.UShort
                    ? $"({TypeName(store.Array.ElementType)}){Operand(store.Value)}"
                    : Text(store.Value);
                writer.Write($"{store.Array.Name}[{Text(store.Index)}] = {value};");
                break;
            case If conditional:
                writer.Open($"if ({Text(conditional.Condition)})");
                Print(conditional.Body);
                writer.Close();
                break;
            case For loop:
                string name = loop.Variable.Name;
                writer.Open($"for (int {name} = {Text(loop.First)}; {name} < {Operand(loop.End)}; {name} += {Text(loop.Step)})");
                Print(loop.Body);
                writer.Close();
                break;
            case Model.Barrier:
                writer.Write("Group.Barrier();");
                break;
            case Comment comment:
                writer.Write($"// {comment.Text}");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(statement));
        }
    }

    private static string Text(GpuExpression expression) => expression switch
    {
        Constant { Value: int value } => Number(value),
        Constant { Value: uint value } => $"0x{value:X}u",
        Constant { Value: float value } => Literal(value),
        Constant { Value: double value } => $"{value.ToString("R", CultureInfo.InvariantCulture)}d",
        Variable variable => variable.Name,
        Load { Array.ElementType: GpuType.Byte or GpuType.UShort } load => $"(uint){load.Array.Name}[{Text(load.Index)}]",
        Load load => $"{load.Array.Name}[{Text(load.Index)}]",
        Binary binary => $"{Operand(binary.Left)} {binary.Operator} {Operand(binary.Right)}",
        Negation negation => $"-{Operand(negation.Operand)}",
        Conversion conversion => $"({TypeName(conversion.Type)}){Operand(conversion.Operand)}",
        Reinterpretation { Type: GpuType.Float, Operand.Type: GpuType.Int } bits => $"Interop.IntAsFloat((uint){Operand(bits.Operand)})",
        Reinterpretation { Type: GpuType.Float } bits => $"Interop.IntAsFloat({Text(bits.Operand)})",
        Reinterpretation { Type: GpuType.UInt, Operand.Type: GpuType.Float } bits => $"Interop.FloatAsInt({Text(bits.Operand)})",
        Reinterpretation { Type: GpuType.Int, Operand.Type: GpuType.Float } bits => $"(int)Interop.FloatAsInt({Text(bits.Operand)})",
        Conditional conditional => $"{Operand(conditional.Condition)} ? {Operand(conditional.WhenTrue)} : {Operand(conditional.WhenFalse)}",
        Call call => $"GpuMath.{call.Function}({string.Join(", ", call.Arguments.Select(Text))})",
        _ => throw new ArgumentOutOfRangeException(nameof(expression)),
    };

    /// <summary>An expression as part of another one.</summary>
    private static string Operand(GpuExpression expression) => expression is Binary or Conditional or Negation or Conversion
        or Constant { Value: int and < 0 or float and < 0 }
        || (expression is Load { Array.ElementType: GpuType.Byte or GpuType.UShort })
            ? $"({Text(expression)})"
            : Text(expression);

    private static string Number(int value) => SourceWriter.Number(value);

    private static string Literal(float value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return value == 0 && 1 / value < 0 ? "-0f" : $"{text}f";
    }
}
