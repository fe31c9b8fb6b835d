using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit;

/// <summary>Emits the public members of a codec that has errors: they compile, so that the only errors are the analyzer's.</summary>
/// <remarks>
/// Without them, a declaration such as <c>VectorSet&lt;Codec&gt; set;</c> is an error of the compiler, which then ends before analyzers
/// say what is wrong with the codec.
/// </remarks>
internal static class SkeletonEmitter
{
    public static GeneratedFile Emit(TargetType type, bool hasBounds, bool hasPrefixes)
    {
        string[] header =
        [
            "The declaration of this codec has errors, which the build reports as KG diagnostics; so it has no kernels.",
            "Its members are here, and throw, only because the compiler would stop at declarations that use the codec",
            "(CS0311) and not show those diagnostics.",
        ];
        return CodecFile.Codec(type, "Codec", header, documentation: [], writer =>
        {
            IReadOnlyList<string> signatures = CodecSignatures.All(type, hasBounds, hasPrefixes);
            for (int i = 0; i < signatures.Count; i++)
            {
                if (i != 0)
                {
                    writer.Blank();
                }

                writer.Write("/// <inheritdoc/>");
                writer.Write($"{signatures[i]} =>");
                writer.Write($"    throw new global::System.InvalidOperationException(\"The scheme of {type.Name} has errors; see the KG diagnostics of the build.\");");
            }
        }, hasBounds, hasPrefixes);
    }
}
