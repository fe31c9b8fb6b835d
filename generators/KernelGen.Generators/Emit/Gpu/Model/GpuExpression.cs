namespace KernelGen.Generators.Emit.Gpu.Model;

/// <summary>A value that a kernel computes. Operators build expressions; operations that GPU compilers get wrong cannot be built.</summary>
internal abstract record GpuExpression(GpuType Type)
{
    public static GpuExpression operator +(GpuExpression left, GpuExpression right) => Binary.Create("+", left, right);

    public static GpuExpression operator -(GpuExpression left, GpuExpression right) => Binary.Create("-", left, right);

    public static GpuExpression operator *(GpuExpression left, GpuExpression right) => Binary.Create("*", left, right);

    public static GpuExpression operator &(GpuExpression left, GpuExpression right) => Binary.Create("&", left, right);

    public static GpuExpression operator |(GpuExpression left, GpuExpression right) => Binary.Create("|", left, right);

    public static GpuExpression operator ^(GpuExpression left, GpuExpression right) => Binary.Create("^", left, right);

    /// <summary>Shifts of an Int keep its sign; those of a UInt fill with zeros.</summary>
    public static GpuExpression operator <<(GpuExpression left, GpuExpression right) => Binary.Create("<<", left, right);

    public static GpuExpression operator >>(GpuExpression left, GpuExpression right) => Binary.Create(">>", left, right);

    public static GpuExpression operator <(GpuExpression left, GpuExpression right) => Binary.Compare("<", left, right);

    public static GpuExpression operator >(GpuExpression left, GpuExpression right) => Binary.Compare(">", left, right);

    public static GpuExpression operator <=(GpuExpression left, GpuExpression right) => Binary.Compare("<=", left, right);

    public static GpuExpression operator >=(GpuExpression left, GpuExpression right) => Binary.Compare(">=", left, right);

    public static GpuExpression operator -(GpuExpression value) => new Negation(value);

    public static implicit operator GpuExpression(int value) => new Constant(GpuType.Int, value);

    public static implicit operator GpuExpression(uint value) => new Constant(GpuType.UInt, value);

    public static implicit operator GpuExpression(float value) => new Constant(GpuType.Float, value);

    public static implicit operator GpuExpression(double value) => new Constant(GpuType.Double, value);

    /// <summary>Whether two values are equal. (The operator == compares expressions.)</summary>
    public GpuExpression IsEqualTo(GpuExpression other) => Binary.Compare("==", this, other);

    /// <summary>The quotient, correctly rounded; of doubles only, because OpenCL rounds quotients of floats loosely and integer
    /// quotients are miscompiled by some.</summary>
    public GpuExpression DividedBy(GpuExpression divisor) => Type == GpuType.Double && divisor.Type == GpuType.Double
        ? new Binary(GpuType.Double, "/", this, divisor)
        : throw new InvalidOperationException($"A quotient of {Type} and {divisor.Type} is not the same on all targets.");

    /// <summary>This number as another type: a cast; UInt and Int keep their bits.</summary>
    public GpuExpression To(GpuType type) => type == Type ? this : new Conversion(type, this);

    /// <summary>These 32 bits as another type.</summary>
    public GpuExpression As(GpuType type) =>
        type == GpuType.Float || Type == GpuType.Float ? type == Type ? this : new Reinterpretation(type, this) : To(type);

    /// <summary>One of the two values, by a condition.</summary>
    public GpuExpression Then(GpuExpression whenTrue, GpuExpression whenFalse) => new Conditional(this, whenTrue, whenFalse);
}

/// <summary>A number that is known at compile time.</summary>
internal sealed record Constant(GpuType Type, object Value) : GpuExpression(Type)
{
    /// <summary>Whether an expression is this integer.</summary>
    public static bool Is(GpuExpression expression, int value) =>
        expression is Constant { Value: int i } && i == value || expression is Constant { Value: uint u } && u == (uint)value;
}

/// <summary>A parameter, a local or the number of a thread or group.</summary>
internal sealed record Variable(GpuType Type, string Name) : GpuExpression(Type);

internal sealed record Negation(GpuExpression Operand) : GpuExpression(Operand.Type);

internal sealed record Conversion(GpuType Type, GpuExpression Operand) : GpuExpression(Type);

internal sealed record Reinterpretation(GpuType Type, GpuExpression Operand) : GpuExpression(Type);

internal sealed record Conditional(GpuExpression Condition, GpuExpression WhenTrue, GpuExpression WhenFalse) : GpuExpression(WhenTrue.Type);

internal sealed record Call(GpuType Type, GpuFunction Function, IReadOnlyList<GpuExpression> Arguments) : GpuExpression(Type);

/// <summary>An element of a buffer or of shared memory.</summary>
internal sealed record Load(GpuArray Array, GpuExpression Index)
    : GpuExpression(Array.ElementType is GpuType.Byte or GpuType.UShort ? GpuType.UInt : Array.ElementType);

/// <summary>Two operands of one type, for shifts of Int or UInt by an Int.</summary>
internal sealed record Binary(GpuType Type, string Operator, GpuExpression Left, GpuExpression Right) : GpuExpression(Type)
{
    public static GpuExpression Create(string operation, GpuExpression left, GpuExpression right)
    {
        bool isShift = operation is "<<" or ">>";
        if (!isShift)
        {
            (left, right) = Unify(left, right);
        }

        return Fold(operation, left, right) ?? new Binary(left.Type, operation, left, right);
    }

    public static GpuExpression Compare(string operation, GpuExpression left, GpuExpression right)
    {
        (left, right) = Unify(left, right);
        return new Binary(GpuType.Bool, operation, left, right);
    }

    /// <summary>An integer constant takes the type of what it meets; everything else must agree.</summary>
    private static (GpuExpression Left, GpuExpression Right) Unify(GpuExpression left, GpuExpression right)
    {
        if (left is Constant { Value: int l } && right.Type == GpuType.UInt)
        {
            left = (uint)l;
        }

        if (right is Constant { Value: int r } && left.Type == GpuType.UInt)
        {
            right = (uint)r;
        }

        return left.Type == right.Type ? (left, right) : throw new InvalidOperationException($"{left.Type} and {right.Type} do not mix.");
    }

    /// <summary>Drops what changes nothing, so that the text stays readable; folds addresses.</summary>
    private static GpuExpression? Fold(string operation, GpuExpression left, GpuExpression right)
    {
        if (left.Type is not (GpuType.Int or GpuType.UInt))
        {
            return null;
        }

        if (left is Constant { Value: int a } && right is Constant { Value: int b })
        {
            return operation switch { "+" => a + b, "-" => a - b, "*" => a * b, "<<" => a << b, ">>" => a >> b, _ => null };
        }

        return operation switch
        {
            "+" or "|" or "^" when Constant.Is(left, 0) => right,
            "+" or "-" or "|" or "^" or "<<" or ">>" when Constant.Is(right, 0) => left,
            "*" when Constant.Is(left, 1) => right,
            "*" when Constant.Is(right, 1) => left,
            "*" when Constant.Is(left, 0) => left,
            "*" when Constant.Is(right, 0) => right,
            _ => null,
        };
    }
}
