using System.Text;
using KernelGen.Generators.Tests.Infrastructure;
using KernelGen.Training;
using Microsoft.CodeAnalysis;

namespace KernelGen.Generators.Tests.Api;

/// <summary>A change of the public API is seen in review as a change of a text.</summary>
public sealed class PublicApiTests
{
    private static readonly SymbolDisplayFormat s_typeFormat = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeVariance
            | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        kindOptions: SymbolDisplayKindOptions.IncludeTypeKeyword,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    private static readonly SymbolDisplayFormat s_memberFormat = new(
        genericsOptions: s_typeFormat.GenericsOptions,
        memberOptions: SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType
            | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeRef
            | SymbolDisplayMemberOptions.IncludeConstantValue | SymbolDisplayMemberOptions.IncludeAccessibility,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName
            | SymbolDisplayParameterOptions.IncludeDefaultValue | SymbolDisplayParameterOptions.IncludeParamsRefOut
            | SymbolDisplayParameterOptions.IncludeExtensionThis,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes
            | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    [Fact]
    public void Runtime() => Snapshot.Match($"{nameof(PublicApiTests)}.{nameof(Runtime)}", [(".txt", Describe(typeof(VectorCodecAttribute)))]);

    [Fact]
    public void Training() => Snapshot.Match($"{nameof(PublicApiTests)}.{nameof(Training)}", [(".txt", Describe(typeof(KMeans)))]);

    /// <summary>The public API of the assembly that a type is in.</summary>
    private static string Describe(Type known)
    {
        MetadataReference reference = MetadataReference.CreateFromFile(known.Assembly.Location);
        IAssemblySymbol runtime = UserProject.Compile().AddReferences(reference).GetTypeByMetadataName(known.FullName!)!.ContainingAssembly;
        StringBuilder text = new();
        foreach (INamedTypeSymbol type in Types(runtime.GlobalNamespace).OrderBy(type => type.ToDisplayString(), StringComparer.Ordinal))
        {
            string bases = string.Join(", ", Bases(type).Select(item => item.ToDisplayString(s_memberFormat)));
            text.Append(Modifiers(type)).Append(type.ToDisplayString(s_typeFormat));
            text.Append(bases.Length == 0 ? "\n" : $" : {bases}\n");
            IEnumerable<ISymbol> members = type.GetMembers().Where(IsListed);
            foreach (ISymbol member in members.OrderBy(Rank).ThenBy(member => member.Name, StringComparer.Ordinal))
            {
                text.Append("    ").Append(Line(member)).Append('\n');
            }

            text.Append('\n');
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol container) =>
        from member in container.GetMembers().OfType<INamespaceOrTypeSymbol>()
        where member is INamespaceSymbol || IsVisible(member)
        from type in member is INamedTypeSymbol self ? Types(member).Prepend(self) : Types(member)
        select type;

    /// <summary>Static, sealed or abstract; what a kind of type is anyway is left out.</summary>
    private static string Modifiers(INamedTypeSymbol type) => type switch
    {
        { TypeKind: not TypeKind.Class } => "",
        { IsStatic: true } => "static ",
        { IsSealed: true } => "sealed ",
        { IsAbstract: true } => "abstract ",
        _ => "",
    };

    private static IEnumerable<INamedTypeSymbol> Bases(INamedTypeSymbol type)
    {
        IEnumerable<INamedTypeSymbol> interfaces = type.TypeKind == TypeKind.Enum ? [] : type.Interfaces;
        return type is { TypeKind: TypeKind.Class, BaseType: { SpecialType: not SpecialType.System_Object } parent }
            ? interfaces.Prepend(parent)
            : interfaces;
    }

    private static bool IsVisible(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    /// <summary>
    /// Accessors are part of their property, nested types have a section of their own, and members of records that the compiler
    /// writes say nothing.
    /// </summary>
    private static bool IsListed(ISymbol member) =>
        IsVisible(member)
        && member is not (INamedTypeSymbol or IMethodSymbol { AssociatedSymbol: not null })
        && !member.IsImplicitlyDeclared
        && !member.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "CompilerGeneratedAttribute");

    /// <summary>Members of enums by value, others by name.</summary>
    private static long Rank(ISymbol member) =>
        member is IFieldSymbol { ContainingType.TypeKind: TypeKind.Enum, ConstantValue: { } value } ? Convert.ToInt64(value) : 0;

    /// <summary>One line; the display of members of interfaces leaves out their modifiers, of which one matters.</summary>
    private static string Line(ISymbol member) =>
        (member is { IsStatic: true, ContainingType.TypeKind: TypeKind.Interface } ? "static abstract " : "")
        + member.ToDisplayString(s_memberFormat);
}
