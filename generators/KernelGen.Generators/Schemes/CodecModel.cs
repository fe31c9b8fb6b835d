namespace KernelGen.Generators.Schemes;

/// <summary>One codec to generate. Equatable; holds no symbol.</summary>
/// <param name="Type">Where its partial class stands.</param>
/// <param name="Scheme">Its scheme; null where the declaration has errors, so that the class gets members without kernels.</param>
/// <param name="HasBounds">Whether a declaration with errors is one of a scheme whose codecs may bound the errors of scores.</param>
/// <param name="HasPrefixes">Whether a declaration with errors declares prefixes, rightly or not, and so has members for them.</param>
internal sealed record CodecModel(TargetType Type, Scheme? Scheme, bool HasBounds = false, bool HasPrefixes = false);

/// <summary>A partial class by name.</summary>
/// <param name="Namespace">Empty for the global namespace.</param>
/// <param name="ContainingTypes">Declarations of the containing types, outermost first, e.g. <c>partial class Outer</c>.</param>
/// <param name="Name">The identifier as it must be written in source (escaped with @ where it is a keyword).</param>
/// <param name="HintName">Unique file name stem: the metadata name with namespace, e.g. <c>My.App.Outer+Codec</c>.</param>
/// <param name="KernelsClass">Unique name of the class that holds the kernels, e.g. <c>My_App_Outer_1CodecKernels</c>.</param>
internal sealed record TargetType(
    string Namespace, EquatableArray<string> ContainingTypes, string Name, string HintName, string KernelsClass)
{
    /// <summary>The class as it is named from anywhere, e.g. <c>global::My.App.Outer.Codec</c>.</summary>
    public string FullName =>
        $"global::{(Namespace.Length == 0 ? "" : $"{Namespace}.")}{string.Concat(ContainingTypes.Select(static type => $"{type.Split(' ').Last()}."))}{Name}";
}

/// <summary>A generated file; the hint name is <c>{HintName}.{Suffix}.g.cs</c>.</summary>
internal sealed record GeneratedFile(string Suffix, string Source);
