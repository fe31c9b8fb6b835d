namespace KernelGen.Generators.Emit;

/// <summary>Emits members of a codec that hand everything on.</summary>
internal static class MemberText
{
    /// <summary>What bounds the error of scores that are sums of floats.</summary>
    public const string ErrorOfSums = "global::KernelGen.Kernels.ScoreErrors.OfSums(Layout, queryNorm, vectorNorm)";

    public static void Inherit(SourceWriter writer) => writer.Write("/// <inheritdoc/>");

    /// <summary>A member whose value is an expression.</summary>
    public static void Forward(SourceWriter writer, string signature, string expression, bool isLast = false)
    {
        writer.Write($"{signature} =>");
        writer.Write($"    {expression};");
        if (!isLast)
        {
            writer.Blank();
        }
    }

    /// <summary>The same for a member of the contract, which documents it.</summary>
    public static void Member(SourceWriter writer, string signature, string expression, bool isLast = false)
    {
        Inherit(writer);
        Forward(writer, signature, expression, isLast);
    }
}
