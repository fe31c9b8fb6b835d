using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace KernelGen.Generators.Tests.Infrastructure;

/// <summary>Looks through everything that an object holds.</summary>
internal static class ObjectGraph
{
    private const BindingFlags OwnFields =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Kept in a model, these pin a compilation in memory and never compare as equal.</summary>
    private static readonly Type[] s_forbidden =
    [
        typeof(ISymbol), typeof(Compilation), typeof(SemanticModel), typeof(SyntaxNode), typeof(SyntaxTree), typeof(SyntaxToken),
        typeof(SyntaxReference), typeof(Location), typeof(AttributeData), typeof(Diagnostic),
    ];

    /// <summary>Paths from the root to objects of the compiler, e.g. <c>CodecModel.Type.Symbol</c>.</summary>
    public static IReadOnlyList<string> CompilerObjects(object root)
    {
        List<string> found = [];
        Visit(root, root.GetType().Name, new HashSet<object>(ReferenceEqualityComparer.Instance), found);
        return found;
    }

    private static void Visit(object? value, string path, HashSet<object> seen, List<string> found)
    {
        if (value is null || value is string || value.GetType().IsPrimitive || value.GetType().IsEnum || !seen.Add(value))
        {
            return;
        }

        if (Array.Exists(s_forbidden, type => type.IsInstanceOfType(value)))
        {
            found.Add(path);
            return;
        }

        if (value is IEnumerable items)
        {
            foreach (object? item in items)
            {
                Visit(item, $"{path}[]", seen, found);
            }
        }

        for (Type? type = value.GetType(); type is not null; type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(OwnFields))
            {
                Visit(field.GetValue(value), $"{path}.{field.Name}", seen, found);
            }
        }
    }
}
