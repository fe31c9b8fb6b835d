using Microsoft.CodeAnalysis;

namespace KernelGen.Generators.Schemes;

/// <summary>The attributes of KernelGen that stand on a class, by their role.</summary>
internal sealed class DeclaredAttributes
{
    /// <summary>The property of quantizers that declares groups of rows.</summary>
    public const string GroupsProperty = "Codebooks";

    private readonly List<SchemeAttribute> _all = [];

    private DeclaredAttributes()
    {
    }

    public IReadOnlyList<SchemeAttribute> All => _all;

    public SchemeAttribute? Codec => _all.Find(static attribute => attribute.Name == "VectorCodecAttribute");

    public IReadOnlyList<SchemeAttribute> Quantizers =>
        _all.FindAll(static attribute => attribute.Name.EndsWith("QuantizerAttribute", StringComparison.Ordinal));

    /// <summary>Whether the quantizer has codebooks.</summary>
    public bool HaveCodebooks => Quantizers.FirstOrDefault()?.Name
        is "ProductQuantizerAttribute" or "ResidualQuantizerAttribute" or "AdditiveQuantizerAttribute";

    /// <summary>Whether groups of rows have codebooks of their own.</summary>
    public bool HaveGroups => Quantizers.FirstOrDefault()?.Property(GroupsProperty) > Scheme.DefaultGroups;

    /// <summary>Whether something is done to vectors before they are quantized.</summary>
    public bool HaveTransforms =>
        Normalize is not null || Center is not null || Pca is not null || Rotate is not null || RotatedQuantizer is not null;

    /// <summary>The quantizer if it is the one that rotates vectors itself.</summary>
    public SchemeAttribute? RotatedQuantizer => Quantizers.FirstOrDefault() is { Name: "RotatedQuantizerAttribute" } quantizer ? quantizer : null;

    /// <summary>Whether first dimensions are to be scored by themselves.</summary>
    public bool HavePrefixes => Codec?.Values("Prefixes").Count > 0;

    public SchemeAttribute? Normalize => _all.Find(static attribute => attribute.Name == "NormalizeAttribute");

    public SchemeAttribute? Center => _all.Find(static attribute => attribute.Name == "CenterAttribute");

    public SchemeAttribute? Pca => _all.Find(static attribute => attribute.Name == "PcaAttribute");

    public SchemeAttribute? Rotate => _all.Find(static attribute => attribute.Name == "RotateAttribute");

    public SchemeAttribute? Scale => _all.Find(static attribute => attribute.Name == "ScaleAttribute");

    /// <summary>Whether the compiler rejects one of the attributes: for its arguments, or because it stands there twice.</summary>
    public bool AreMalformed =>
        _all.Exists(static attribute => attribute.IsMalformed)
        || _all.Select(static attribute => attribute.Name).Distinct(StringComparer.Ordinal).Count() < _all.Count;

    public static DeclaredAttributes Of(INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        DeclaredAttributes attributes = new();
        foreach (AttributeData data in type.GetAttributes())
        {
            if (data is { AttributeClass: { } kind, ApplicationSyntaxReference: not null } && IsOfKernelGen(kind))
            {
                attributes._all.Add(new SchemeAttribute(data, cancellationToken));
            }
        }

        return attributes;
    }

    private static bool IsOfKernelGen(INamedTypeSymbol attribute) =>
        attribute is { TypeKind: TypeKind.Class, ContainingType: null }
        && attribute.ContainingNamespace is { Name: "KernelGen", ContainingNamespace.IsGlobalNamespace: true };
}
