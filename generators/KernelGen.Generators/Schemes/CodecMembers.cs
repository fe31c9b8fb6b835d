using KernelGen.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace KernelGen.Generators.Schemes;

/// <summary>Checks the members that the user writes into a codec against those that the generator adds to it.</summary>
internal static class CodecMembers
{
    public static void Check(INamedTypeSymbol type, SchemeAttribute codec, DeclaredAttributes attributes, ProblemList problems)
    {
        // The interface is that of the runtime which the user references; the generator implements all of it.
        string[] contracts = attributes.HavePrefixes ? ["KernelGen.IVectorCodec`1", "KernelGen.IPrefixCodec`1"] : ["KernelGen.IVectorCodec`1"];
        INamedTypeSymbol?[] interfaces = [.. contracts.Select(name => codec.Class.ContainingAssembly.GetTypeByMetadataName(name)?.Construct(type))];
        IEnumerable<ISymbol> OfContract(string name) => interfaces.SelectMany(contract => contract?.GetMembers(name) ?? []);
        if (OfContract(type.Name).Any())
        {
            problems.Add(Rules.MemberClash, type.Locations[0], type.Name, type.Name);
        }

        foreach (ISymbol own in type.GetMembers().Where(IsOwn))
        {
            if (Construction(own) is { } construction)
            {
                problems.Add(Rules.OwnConstruction, own.Locations[0], type.Name, construction);
            }

            // Members beside those of the contract (fields of learned parameters) are seen only by the analyzer, after the generator has
            // added them.
            IEnumerable<ISymbol> others = type.GetMembers(own.Name).Where(IsGenerated);
            if (others.Concat(OfContract(own.Name)).Any(other => Clash(own, other)) || ClashWithOthers(own, attributes))
            {
                problems.Add(Rules.MemberClash, own.Locations[0], own.Name, type.Name);
            }
        }
    }

    /// <summary>A codec that is not made by the generated constructor would lack its learned parameters.</summary>
    private static string? Construction(ISymbol member) => member switch
    {
        IMethodSymbol { MethodKind: MethodKind.Constructor } => "a constructor",
        IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true } => $"the required member '{member.Name}'",
        _ => null,
    };

    /// <summary>Methods clash only if they take the same parameters: users may add overloads.</summary>
    private static bool Clash(ISymbol own, ISymbol generated) =>
        own is not IMethodSymbol ownMethod
        || generated is not IMethodSymbol generatedMethod
        || (ownMethod.Arity == generatedMethod.Arity
            && ownMethod.Parameters.Length == generatedMethod.Parameters.Length
            && ownMethod.Parameters.Zip(generatedMethod.Parameters, SameType).All(static same => same));

    /// <summary>Whether a member stands in the way of what codecs with codebooks, transforms or bounds have beside the contract.</summary>
    private static bool ClashWithOthers(ISymbol own, DeclaredAttributes attributes) => own.Name switch
    {
        "Codebooks" => attributes.HaveCodebooks,
        "FromCodebooks" => attributes.HaveCodebooks && IsNotOverload(own, attributes.HaveTransforms ? 2 : 1),
        "Transforms" => attributes.HaveTransforms,
        "Groups" => attributes.HaveGroups,
        "CreateSet" => attributes.HaveGroups && IsNotOverload(own, attributes.HaveTransforms ? 2 : 1),
        "TrainSet" => attributes.HaveGroups && IsNotOverload(own, 3),
        "ScanBounds" => attributes.RotatedQuantizer is not null && IsNotOverload(own, 8),
        "Train" => attributes.HaveTransforms && IsNotOverload(own, 3),
        _ => false,
    };

    private static bool IsNotOverload(ISymbol own, int parameters) =>
        own is not IMethodSymbol method || (method.Arity == 0 && method.Parameters.Length == parameters);

    private static bool SameType(IParameterSymbol first, IParameterSymbol second) =>
        (first.RefKind == RefKind.None) == (second.RefKind == RefKind.None)
        && SymbolEqualityComparer.Default.Equals(first.Type, second.Type);

    /// <summary>Whether the user wrote the member. Accessors are part of their property or event.</summary>
    private static bool IsOwn(ISymbol member) =>
        member is { IsImplicitlyDeclared: false } and not IMethodSymbol { AssociatedSymbol: not null } && !IsGenerated(member);

    /// <summary>Whether the generator wrote the member: the analyzer sees a codec when it is complete.</summary>
    /// <remarks>The driver puts generated files into a folder with the name of the generator.</remarks>
    private static bool IsGenerated(ISymbol member) =>
        member.DeclaringSyntaxReferences.All(static part => part.SyntaxTree.FilePath.Contains(typeof(KernelGenerator).FullName));
}
