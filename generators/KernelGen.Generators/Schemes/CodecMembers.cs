using KernelGen.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace KernelGen.Generators.Schemes;

/// <summary>Checks the members that the user writes into a codec against those that the generator adds to it.</summary>
internal static class CodecMembers
{
    public static void Check(INamedTypeSymbol type, SchemeAttribute codec, ProblemList problems)
    {
        CheckConstruction(type, problems);

        // The interface is read from the runtime that the user references; the generator implements all of it.
        INamedTypeSymbol? contract = codec.Class.ContainingAssembly.GetTypeByMetadataName("KernelGen.IVectorCodec`1")?.Construct(type);
        foreach (ISymbol generated in contract?.GetMembers() ?? [])
        {
            if (generated is IMethodSymbol { MethodKind: not MethodKind.Ordinary })
            {
                continue; // an accessor; its property is checked
            }

            if (generated.Name == type.Name)
            {
                problems.Add(Rules.MemberClash, type.Locations[0], generated.Name, type.Name);
            }

            foreach (ISymbol own in type.GetMembers(generated.Name))
            {
                if (Clash(own, generated) && !IsGenerated(own))
                {
                    problems.Add(Rules.MemberClash, own.Locations[0], own.Name, type.Name);
                }
            }
        }
    }

    /// <summary>A codec that is not made by the generated constructor would lack its learned parameters.</summary>
    private static void CheckConstruction(INamedTypeSymbol type, ProblemList problems)
    {
        foreach (ISymbol member in type.GetMembers())
        {
            string? construction = member switch
            {
                IMethodSymbol { MethodKind: MethodKind.Constructor, IsImplicitlyDeclared: false } => "a constructor",
                IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true } => $"the required member '{member.Name}'",
                _ => null,
            };
            if (construction is not null && !IsGenerated(member))
            {
                problems.Add(Rules.OwnConstruction, member.Locations[0], type.Name, construction);
            }
        }
    }

    /// <summary>Methods clash only if they take the same parameters: users may add overloads.</summary>
    private static bool Clash(ISymbol own, ISymbol generated) =>
        own is not IMethodSymbol ownMethod
        || generated is not IMethodSymbol generatedMethod
        || (ownMethod.Arity == generatedMethod.Arity
            && ownMethod.Parameters.Length == generatedMethod.Parameters.Length
            && ownMethod.Parameters.Zip(generatedMethod.Parameters, SameType).All(static same => same));

    private static bool SameType(IParameterSymbol first, IParameterSymbol second) =>
        (first.RefKind == RefKind.None) == (second.RefKind == RefKind.None)
        && SymbolEqualityComparer.Default.Equals(first.Type, second.Type);

    /// <summary>Whether the generator wrote the member: the analyzer sees a codec when it is complete.</summary>
    /// <remarks>The driver puts generated files into a folder with the name of the generator.</remarks>
    private static bool IsGenerated(ISymbol member) =>
        member.DeclaringSyntaxReferences.All(static part => part.SyntaxTree.FilePath.Contains(typeof(KernelGenerator).FullName));
}
