using KernelGen.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelGen.Generators.Schemes;

/// <summary>Reads where a codec's class stands and checks that it can be completed.</summary>
internal static class TargetTypeParser
{
    /// <summary>Of the oldest compiler that loads the generator.</summary>
    private const LanguageVersion MinLanguageVersion = LanguageVersion.CSharp13;

    /// <summary>A target, which counts only if no problem is an error.</summary>
    public static TargetType Parse(INamedTypeSymbol type, SchemeAttribute codec, DeclaredAttributes attributes, ProblemList problems)
    {
        List<INamedTypeSymbol> containingTypes = ContainingTypes(type);
        if (UnsupportedKind(type, containingTypes) is { } kind)
        {
            problems.Add(Rules.UnsupportedKind, Identifier(codec), type.Name, kind);
        }
        else
        {
            CheckModifiers(type, containingTypes, codec, problems);
            CodecMembers.Check(type, codec, attributes, problems);
        }

        if (codec.Syntax.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: < MinLanguageVersion and var version })
        {
            problems.Add(Rules.OldLanguageVersion, codec.Location, MinLanguageVersion.ToDisplayString(), version.ToDisplayString());
        }

        return new TargetType(
            Namespace(type.ContainingNamespace),
            new EquatableArray<string>([.. containingTypes.Select(static outer => $"partial {Keyword(outer)} {Escape(outer.Name)}")]),
            Escape(type.Name),
            HintNames.Of(type),
            KernelsClassNames.Of(type));
    }

    /// <summary>Outermost first.</summary>
    private static List<INamedTypeSymbol> ContainingTypes(INamedTypeSymbol type)
    {
        List<INamedTypeSymbol> types = [];
        for (INamedTypeSymbol? outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            types.Insert(0, outer);
        }

        return types;
    }

    private static string? UnsupportedKind(INamedTypeSymbol type, List<INamedTypeSymbol> containingTypes) => type switch
    {
        { IsRecord: true } => "a record",
        { IsStatic: true } => "static",
        { IsAbstract: true } => "abstract",
        { Arity: > 0 } => "generic",
        _ when containingTypes.Exists(static outer => outer.Arity > 0) => "nested in a generic type",
        { IsFileLocal: true } => "local to its file",
        _ when containingTypes.Exists(static outer => outer.IsFileLocal) => "nested in a type local to its file",
        _ => null,
    };

    private static void CheckModifiers(
        INamedTypeSymbol type, List<INamedTypeSymbol> containingTypes, SchemeAttribute codec, ProblemList problems)
    {
        foreach (SyntaxToken identifier in NotPartial(type))
        {
            problems.Add(Rules.NotPartial, identifier.GetLocation(), type.Name);
        }

        foreach (INamedTypeSymbol outer in containingTypes)
        {
            foreach (SyntaxToken identifier in NotPartial(outer))
            {
                problems.Add(Rules.ContainingTypeNotPartial, identifier.GetLocation(), outer.Name, type.Name);
            }
        }

        if (!type.IsSealed)
        {
            problems.Add(Rules.NotSealed, Identifier(codec), type.Name);
        }
    }

    private static IEnumerable<SyntaxToken> NotPartial(INamedTypeSymbol type) =>
        from reference in type.DeclaringSyntaxReferences
        let declaration = (BaseTypeDeclarationSyntax)reference.GetSyntax()
        where !declaration.Modifiers.Any(SyntaxKind.PartialKeyword)
        select declaration.Identifier;

    /// <summary>The name of the class, in the part that carries the attribute.</summary>
    private static Location Identifier(SchemeAttribute codec) =>
        codec.Syntax.FirstAncestorOrSelf<BaseTypeDeclarationSyntax>()!.Identifier.GetLocation();

    private static string Namespace(INamespaceSymbol space) => space switch
    {
        { IsGlobalNamespace: true } => "",
        { ContainingNamespace.IsGlobalNamespace: true } => Escape(space.Name),
        _ => $"{Namespace(space.ContainingNamespace)}.{Escape(space.Name)}",
    };

    private static string Keyword(INamedTypeSymbol type) => type switch
    {
        { IsRecord: true, TypeKind: TypeKind.Struct } => "record struct",
        { IsRecord: true } => "record",
        { TypeKind: TypeKind.Struct } => "struct",
        { TypeKind: TypeKind.Interface } => "interface",
        _ => "class",
    };

    private static string Escape(string identifier) =>
        SyntaxFacts.GetKeywordKind(identifier) == SyntaxKind.None && SyntaxFacts.GetContextualKeywordKind(identifier) == SyntaxKind.None
            ? identifier
            : $"@{identifier}";
}
