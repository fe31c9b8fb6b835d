using Microsoft.CodeAnalysis;

namespace KernelGen.Generators.Schemes;

/// <summary>Names of the classes that hold kernels. All stand in one namespace, so they tell codecs apart by all of their names.</summary>
/// <remarks>
/// A dot becomes <c>_</c>. No identifier begins with a digit, so <c>_0</c> and <c>_1</c> are free for what else there is: an underscore,
/// and the plus in front of a nested type. C# tells names apart by case; the names of files do not, see <see cref="HintNames"/>.
/// </remarks>
internal static class KernelsClassNames
{
    /// <summary>For example <c>My_App_CodecKernels</c> for <c>My.App.Codec</c>.</summary>
    public static string Of(INamedTypeSymbol type) => $"{Flat(type)}Kernels";

    private static string Flat(ISymbol symbol)
    {
        string name = symbol.MetadataName.Replace("_", "_0");
        return symbol.ContainingSymbol switch
        {
            INamedTypeSymbol outer => $"{Flat(outer)}_1{name}",
            INamespaceSymbol { IsGlobalNamespace: false } space => $"{Flat(space)}_{name}",
            _ => name,
        };
    }
}
