using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelGen.Generators.Schemes;

/// <summary>One attribute of a scheme: its arguments, which are integers and enums, and where they are written.</summary>
internal sealed class SchemeAttribute(AttributeData data, CancellationToken cancellationToken)
{
    /// <summary>The name as users write it, e.g. <c>Scale</c>.</summary>
    public string ShortName => Name.Substring(0, Name.Length - nameof(Attribute).Length);

    /// <summary>The name of the class, e.g. <c>ScaleAttribute</c>.</summary>
    public string Name => Class.Name;

    public INamedTypeSymbol Class => data.AttributeClass!;

    /// <summary>Whether the compiler rejects the arguments, so that nothing can be read from them.</summary>
    public bool IsMalformed =>
        data.AttributeConstructor is null
        || data.ConstructorArguments.Any(static argument => argument.Kind == TypedConstantKind.Error)
        || data.NamedArguments.Any(static argument => IsError(argument.Value));

    public AttributeSyntax Syntax => (AttributeSyntax)data.ApplicationSyntaxReference!.GetSyntax(cancellationToken);

    public Location Location => Syntax.GetLocation();

    /// <summary>The constructor's first argument.</summary>
    public int Argument => ArgumentAt(0);

    public Location ArgumentLocation => ArgumentLocationAt(0);

    /// <summary>An argument of the constructor; all are required.</summary>
    public int ArgumentAt(int index) => (int)data.ConstructorArguments[index].Value!;

    public Location ArgumentLocationAt(int index)
    {
        List<AttributeArgumentSyntax> arguments = [.. Syntax.ArgumentList!.Arguments.Where(static syntax => syntax.NameEquals is null)];
        string name = data.AttributeConstructor!.Parameters[index].Name;
        return (arguments.Find(syntax => syntax.NameColon?.Name.Identifier.ValueText == name) ?? arguments[index]).GetLocation();
    }

    private static bool IsError(TypedConstant value) => value.Kind switch
    {
        TypedConstantKind.Array => !value.IsNull && value.Values.Any(IsError),
        _ => value.Kind == TypedConstantKind.Error,
    };

    /// <summary>The value that a property is set to, or null.</summary>
    public int? Property(string name) => (int?)Value(name);

    /// <summary>The value that a property of type bool is set to, or null.</summary>
    public bool? Flag(string name) => (bool?)Value(name);

    /// <summary>The values of an array that a property is set to; none where it is not set, or set to null.</summary>
    public IReadOnlyList<int> Values(string name)
    {
        foreach (KeyValuePair<string, TypedConstant> argument in data.NamedArguments)
        {
            if (argument.Key == name && !argument.Value.IsNull)
            {
                return [.. argument.Value.Values.Select(static value => (int)value.Value!)];
            }
        }

        return [];
    }

    /// <summary>Where a property is set; the attribute where it is not.</summary>
    public Location PropertyLocation(string name) =>
        Syntax.ArgumentList?.Arguments
            .FirstOrDefault(syntax => syntax.NameEquals?.Name.Identifier.ValueText == name)?.GetLocation()
        ?? Location;

    private object? Value(string name)
    {
        foreach (KeyValuePair<string, TypedConstant> argument in data.NamedArguments)
        {
            if (argument.Key == name)
            {
                return argument.Value.Value;
            }
        }

        return null;
    }
}
