using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace KernelGen.Generators.Schemes;

/// <summary>Names of generated files. A driver that is given the same name twice drops everything that its generator made.</summary>
internal static class HintNames
{
    /// <summary>Names that differ from another one only in case, by which the driver does not tell them apart.</summary>
    public static EquatableArray<string> DifferingOnlyInCase(ImmutableArray<string> names, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new EquatableArray<string>(
        [
            .. names.GroupBy(static name => name, StringComparer.OrdinalIgnoreCase)
                .Where(static group => group.Skip(1).Any())
                .SelectMany(static group => group)
                .OrderBy(static name => name, StringComparer.Ordinal),
        ]);
    }

    /// <summary>Numbers the model's hint name among those that differ from it only in case.</summary>
    public static CodecModel Disambiguate(CodecModel model, EquatableArray<string> ambiguousNames)
    {
        string name = model.Type.HintName;
        List<string> rivals = [.. ambiguousNames.Where(other => StringComparer.OrdinalIgnoreCase.Equals(other, name))];
        return rivals.Count == 0
            ? model
            : model with { Type = model.Type with { HintName = $"{name}({rivals.IndexOf(name) + 1})" } };
    }

    /// <summary>The metadata name with namespace and containing types, e.g. <c>My.App.Outer+Codec</c>.</summary>
    public static string Of(ISymbol symbol) => symbol.ContainingSymbol switch
    {
        INamedTypeSymbol outer => $"{Of(outer)}+{Encode(symbol.MetadataName)}",
        INamespaceSymbol { IsGlobalNamespace: false } space => $"{Of(space)}.{Encode(symbol.MetadataName)}",
        _ => Encode(symbol.MetadataName),
    };

    /// <summary>Writes characters that identifiers may hold and hint names may not, such as accents, as numbers in braces.</summary>
    private static string Encode(string identifier) =>
        string.Concat(identifier.Select(static c => char.IsLetterOrDigit(c) || c == '_' ? c.ToString() : $"{{{(int)c:X4}}}"));
}
