using System.Globalization;
using System.Text;
using KernelGen.Generators.Emit.Gpu.Model;

namespace KernelGen.Generators.Emit.Gpu.Ilgpu;

/// <summary>
/// Prints kernels as C# that ILGPU compiles. What ILGPU accepts and miscompiles decides the forms: views are indexed by int, bits are
/// reinterpreted by Interop, nothing but plain arithmetic is used.
/// </summary>
internal sealed class IlgpuPrinter(SourceWriter writer)
{
    private static readonly Dictionary<GpuFunction, string> s_functions =
        Enum.GetValues(typeof(GpuFunction)).Cast<GpuFunction>().ToDictionary(static function => function, static function => function.ToString());

    private readonly StringBuilder _text = writer.Text;

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
                Begin(TypeName(declaration.Variable.Type), " ", declaration.Variable.Name);
                _text.Append(" = ");
                Append(declaration.Value);
                writer.End(";");
                break;
            case Assignment assignment:
                Begin(assignment.Variable.Name, " = ");
                Append(assignment.Value);
                writer.End(";");
                break;
            case Store store:
                Begin(store.Array.Name, "[");
                Append(store.Index);
                _text.Append("] = ");
                if (store.Array.ElementType is GpuType.Byte or GpuType.UShort)
                {
                    AppendCast(store.Array.ElementType, store.Value);
                }
                else
                {
                    Append(store.Value);
                }

                writer.End(";");
                break;
            case If conditional:
                Begin("if (");
                Append(conditional.Condition);
                PrintBody(conditional.Body);
                break;
            case For loop:
                string name = loop.Variable.Name;
                Begin("for (int ", name, " = ");
                Append(loop.First);
                _text.Append("; ").Append(name).Append(" < ");
                AppendOperand(loop.End);
                _text.Append("; ").Append(name).Append(" += ");
                Append(loop.Step);
                PrintBody(loop.Body);
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

    private void PrintBody(IReadOnlyList<GpuStatement> body)
    {
        _text.Append(')');
        writer.OpenBody();
        Print(body);
        writer.Close();
    }

    private void Begin(string first, string second = "", string third = "") => writer.Begin().Append(first).Append(second).Append(third);

    private void Append(GpuExpression expression)
    {
        switch (expression)
        {
            case Constant { Value: int value }:
                _text.Append(Number(value));
                break;
            case Constant { Value: uint value }:
                _text.Append("0x").Append(value.ToString("X", CultureInfo.InvariantCulture)).Append('u');
                break;
            case Constant { Value: float value }:
                _text.Append(Literal(value));
                break;
            case Constant { Value: double value }:
                _text.Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('d');
                break;
            case Variable variable:
                _text.Append(variable.Name);
                break;
            case Load load:
                _text.Append(load.Array.ElementType is GpuType.Byte or GpuType.UShort ? "(uint)" : "").Append(load.Array.Name).Append('[');
                Append(load.Index);
                _text.Append(']');
                break;
            case Binary binary:
                AppendOperand(binary.Left);
                _text.Append(' ').Append(binary.Operator).Append(' ');
                AppendOperand(binary.Right);
                break;
            case Negation negation:
                _text.Append('-');
                AppendOperand(negation.Operand);
                break;
            case Conversion conversion:
                AppendCast(conversion.Type, conversion.Operand);
                break;
            case Reinterpretation bits:
                AppendBits(bits);
                break;
            case Conditional conditional:
                AppendOperand(conditional.Condition);
                _text.Append(" ? ");
                AppendOperand(conditional.WhenTrue);
                _text.Append(" : ");
                AppendOperand(conditional.WhenFalse);
                break;
            case Call call:
                AppendCall(call);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(expression));
        }
    }

    /// <summary>An expression as part of another one.</summary>
    private void AppendOperand(GpuExpression expression)
    {
        bool needsParentheses = expression is Binary or Conditional or Negation or Conversion
            or Constant { Value: int and < 0 or float and < 0 }
            or Load { Array.ElementType: GpuType.Byte or GpuType.UShort };
        _text.Append(needsParentheses ? "(" : "");
        Append(expression);
        _text.Append(needsParentheses ? ")" : "");
    }

    private void AppendCast(GpuType type, GpuExpression value)
    {
        _text.Append('(').Append(TypeName(type)).Append(')');
        AppendOperand(value);
    }

    private void AppendBits(Reinterpretation bits)
    {
        bool ofInt = bits.Operand.Type == GpuType.Int;
        _text.Append(bits.Type switch
        {
            GpuType.Float => ofInt ? "Interop.IntAsFloat((uint)" : "Interop.IntAsFloat(",
            GpuType.UInt => "Interop.FloatAsInt(",
            _ => "(int)Interop.FloatAsInt(",
        });
        if (ofInt)
        {
            AppendOperand(bits.Operand);
        }
        else
        {
            Append(bits.Operand);
        }

        _text.Append(')');
    }

    private void AppendCall(Call call)
    {
        _text.Append("GpuMath.").Append(s_functions[call.Function]).Append('(');
        for (int i = 0; i < call.Arguments.Count; i++)
        {
            _text.Append(i == 0 ? "" : ", ");
            Append(call.Arguments[i]);
        }

        _text.Append(')');
    }

    private static string Number(int value) => SourceWriter.Number(value);

    private static string Literal(float value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return value == 0 && 1 / value < 0 ? "-0f" : $"{text}f";
    }
}
