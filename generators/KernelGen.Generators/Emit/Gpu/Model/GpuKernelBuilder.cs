namespace KernelGen.Generators.Emit.Gpu.Model;

/// <summary>Builds a kernel statement by statement.</summary>
internal sealed class GpuKernelBuilder(string name, string summary)
{
    private readonly List<GpuBufferParameter> _buffers = [];
    private readonly List<Variable> _scalars = [];
    private readonly List<SharedArray> _shared = [];
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private List<GpuStatement> _statements = [];

    public GpuKernel Build() => new(name, summary, _buffers, _scalars, _shared, _statements);

    public GpuBufferParameter Buffer(string bufferName, GpuType elementType)
    {
        var buffer = new GpuBufferParameter(bufferName, elementType);
        _buffers.Add(buffer);
        return buffer;
    }

    public Variable Scalar(string scalarName, GpuType type = GpuType.Int)
    {
        var scalar = new Variable(type, scalarName);
        _scalars.Add(scalar);
        return scalar;
    }

    public SharedArray Shared(string arrayName, GpuType elementType, int length)
    {
        var array = new SharedArray(arrayName, elementType, length);
        _shared.Add(array);
        return array;
    }

    /// <summary>A new local. Its name gets a number where it was used before: C# scopes do not allow to use it twice.</summary>
    public Variable Declare(string variableName, GpuExpression value)
    {
        var variable = new Variable(value.Type, Unique(variableName));
        _statements.Add(new Declaration(variable, value));
        return variable;
    }

    /// <summary>New locals of one name, in rows and columns.</summary>
    public Variable[,] Declare(string variableName, int rows, int columns, GpuExpression value)
    {
        var variables = new Variable[rows, columns];
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
            {
                variables[r, c] = Declare(variableName, value);
            }
        }

        return variables;
    }

    public void Assign(Variable variable, GpuExpression value) => _statements.Add(new Assignment(variable, value));

    public void Store(GpuArray array, GpuExpression index, GpuExpression value) => _statements.Add(new Store(array, index, value));

    public void If(GpuExpression condition, Action body) => _statements.Add(new If(condition, Nested(body)));

    /// <summary>Emits a body, under a condition unless that is known to hold.</summary>
    public void IfUnless(bool isCertain, GpuExpression condition, Action body)
    {
        if (isCertain)
        {
            body();
        }
        else
        {
            If(condition, body);
        }
    }

    public void For(string variableName, GpuExpression first, GpuExpression end, GpuExpression step, Action<Variable> body)
    {
        var variable = new Variable(GpuType.Int, Unique(variableName));
        _statements.Add(new For(variable, first, end, step, Nested(() => body(variable))));
    }

    public void Barrier() => _statements.Add(new Barrier());

    public void Comment(string text) => _statements.Add(new Comment(text));

    public static GpuExpression Load(GpuArray array, GpuExpression index) => index.Type == GpuType.Int
        ? new Load(array, index)
        : throw new InvalidOperationException($"{array.Name} is indexed by {index.Type}.");

    /// <summary>A function that the target provides.</summary>
    public static GpuExpression Call(GpuFunction function, params GpuExpression[] arguments) => new Call(
        function switch
        {
            GpuFunction.Field or GpuFunction.Or or GpuFunction.Multiple or GpuFunction.AddWhereReached or GpuFunction.Lower or GpuFunction.Upper
                or GpuFunction.Rounded => arguments[0].Type,
            GpuFunction.Dot or GpuFunction.DotWide or GpuFunction.SumInts => GpuType.Int,
            GpuFunction.DotFloat or GpuFunction.Distance or GpuFunction.SumFloats => GpuType.Float,
            GpuFunction.SquareRoot => GpuType.Double,
            _ => GpuType.UInt,
        },
        function,
        arguments);

    private List<GpuStatement> Nested(Action body)
    {
        List<GpuStatement> outer = _statements;
        var inner = new List<GpuStatement>();
        _statements = inner;
        body();
        _statements = outer;
        return inner;
    }

    private string Unique(string variableName)
    {
        _names.TryGetValue(variableName, out int uses);
        _names[variableName] = uses + 1;
        return uses == 0 ? variableName : $"{variableName}_{uses}";
    }
}
