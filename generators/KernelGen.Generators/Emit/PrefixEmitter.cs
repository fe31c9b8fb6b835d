using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit;

/// <summary>
/// Emits what a codec with prefixes has besides. The kernels of a prefix are those of a whole vector with other constants, so they have the same names, in
/// a class of their own within that of the codec's kernels.
/// </summary>
internal static class PrefixEmitter
{
    /// <summary>The class of the kernels of a prefix.</summary>
    public static string ClassOf(int prefix) => $"Prefix{prefix}";

    /// <summary>A part of the class of a prefix, behind what was written before.</summary>
    public static void EmitPart(SourceWriter writer, int prefix, Action emitMembers)
    {
        writer.Blank();
        writer.Write($"/// <summary>The first {prefix} dimensions.</summary>");
        writer.Open($"internal static partial class {ClassOf(prefix)}");
        emitMembers();
        writer.Close();
    }

    /// <summary>The layout of a prefix, by which the lengths of its queries are checked.</summary>
    public static void EmitLayout(SourceWriter writer, string kernelsClass, int prefix, int queryBytes)
    {
        writer.Write("/// <summary>Sizes of the prefix.</summary>");
        writer.Write($"internal static CodecLayout Layout {{ get; }} = {kernelsClass}.Layout with {{ Dimensions = {prefix}, QueryBytes = {queryBytes} }};");
        writer.Blank();
    }

    /// <summary>The public members.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="scheme">The scheme.</param>
    /// <param name="kernels">The class of the codec's kernels.</param>
    /// <param name="learned">What Prepare is given beside its data: a list that begins with a comma, or is empty.</param>
    public static void EmitMembers(SourceWriter writer, Scheme scheme, string kernels, string learned)
    {
        MemberText.Member(writer, CodecSignatures.Prefixes, $"[{string.Join(", ", scheme.Prefixes)}]");
        EmitChoice(writer, scheme, CodecSignatures.PrefixLayout, prefix => $"{kernels}.{ClassOf(prefix)}.Layout");
        EmitChoice(writer, scheme, CodecSignatures.PreparePrefix, prefix => $"{kernels}.{ClassOf(prefix)}.Prepare(queries, prepared, tier{learned})");
        EmitChoice(writer, scheme, CodecSignatures.ScanPrefix, prefix => $"{kernels}.{ClassOf(prefix)}.Scan(prepared, block, firstRow, rows, scores, tier)");
        EmitChoice(writer, scheme, CodecSignatures.SearchPrefix, prefix => $"{kernels}.{ClassOf(prefix)}.Search(prepared, block, ids, tops, tier)");
    }

    private static void EmitChoice(SourceWriter writer, Scheme scheme, string signature, Func<int, string> call)
    {
        MemberText.Inherit(writer);
        writer.Open($"{signature} => prefix switch");
        foreach (int prefix in scheme.Prefixes)
        {
            writer.Write($"{prefix} => {call(prefix)},");
        }

        writer.Write("_ => throw global::KernelGen.Kernels.CodecGuard.NoPrefix(Prefixes, prefix),");
        writer.Close(";");
        writer.Blank();
    }
}
