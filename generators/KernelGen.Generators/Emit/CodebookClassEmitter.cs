using KernelGen.Generators.Emit.Gpu.Ilgpu;
using KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;
using KernelGen.Generators.Plans;
using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit;

/// <summary>
/// Emits the public members of a codec with codebooks, which hand everything to the class of its kernels. This text stands among the user's own
/// names, so every type in it is named from <c>global::</c>.
/// </summary>
internal sealed class CodebookClassEmitter(TargetType type, CodebookPlan plan, bool hasIlgpu, bool hasTraining)
{
    private const string TrainingPackage = "KernelGen.Training";

    private string Kernels => CodecFile.KernelsOf(type);

    /// <summary>Explains scheme, layout and strategy in words, as the remarks of the generated class.</summary>
    public static IReadOnlyList<string> Describe(CodebookPlan plan)
    {
        string runs = string.Join(" and ", plan.Runs.Select(static run => $"{run.Count} of {run.Dimensions} dimensions"));
        string layout = plan.IsFastScan
            ? $"groups of 32 rows, {plan.GroupBytes} bytes each: 16 bytes per subspace, rows 0 to 15 in the low four bits, rows 16 to 31 in the high ones"
            : "row codes one after another";
        string scan = plan.IsFastScan
            ? $"sums of byte table entries (at most {plan.GreatestEntry} each) exclude rows that provably cannot enter; the others are scored by the tables"
            : "every code is looked up in its table; four partial sums";
        return
        [
            "<remarks>",
            $"<para>Scheme: {plan.Scheme.Text}.</para>",
            $"<para>Values: {plan.Subspaces} subspaces ({runs}) with {plan.Centroids} centroids each.</para>",
            $"<para>Row code: {plan.CodeBytes} bytes, {plan.Bits} bits per subspace. Block: {plan.Rows} rows, {plan.BlockBytes} bytes, {layout}.</para>",
            $"<para>Query: a table of {plan.Centroids} scores per subspace. Search: {scan}.</para>",
            "</remarks>",
        ];
    }

    public void Emit(SourceWriter writer)
    {
        writer.Write("private readonly global::KernelGen.Kernels.Codebooks _codebooks;");
        writer.Blank();
        writer.Write($"private {type.Name}(global::KernelGen.Kernels.Codebooks codebooks) => _codebooks = codebooks;");
        writer.Blank();
        MemberText.Member(writer, CodecSignatures.Layout, $"{Kernels}.Layout");
        writer.Write(
            $"""
            /// <summary>Centroids of all subspaces: {plan.Dimensions} * {plan.Centroids} values, laid out as <see cref="global::KernelGen.CodebookShape"/> says.</summary>
            """);
        MemberText.Forward(writer, CodecSignatures.Codebooks, "_codebooks.Memory");
        EmitTrain(writer);
        writer.Write(
            $"""
            /// <summary>Creates the codec from codebooks that were trained elsewhere.</summary>
            /// <param name="codebooks">{plan.Dimensions} * {plan.Centroids} values, laid out as <see cref="global::KernelGen.CodebookShape"/> says; they are copied.</param>
            /// <exception cref="global::System.ArgumentException">Another number of values, or a centroid whose values or squared norm are not finite.</exception>
            """);
        MemberText.Forward(writer, CodecSignatures.FromCodebooks(type), $"new(new global::KernelGen.Kernels.Codebooks({Kernels}.Layout, codebooks))");
        MemberText.Member(writer, CodecSignatures.Load(type), $"new(new global::KernelGen.Kernels.Codebooks({Kernels}.Layout, global::KernelGen.CodecParameters.Load(stream, {Kernels}.Layout)))");
        MemberText.Member(writer, CodecSignatures.Save, $"global::KernelGen.CodecParameters.Save(stream, {Kernels}.Layout, _codebooks.Memory.Span)");
        Kernel(writer, CodecSignatures.Encode, "Encode(vectors, codes, tier, _codebooks)");
        Kernel(writer, CodecSignatures.Decode, "Decode(codes, vectors, tier, _codebooks)");
        Kernel(writer, CodecSignatures.Pack, "Pack(codes, block, firstRow)");
        Kernel(writer, CodecSignatures.Unpack, "Unpack(block, firstRow, codes)");
        Kernel(writer, CodecSignatures.Prepare, "Prepare(queries, prepared, tier, _codebooks)");
        Kernel(writer, CodecSignatures.Scan, "Scan(prepared, block, firstRow, rows, scores, tier)");
        Kernel(writer, CodecSignatures.ScanApproximate, $"{(plan.IsFastScan ? "ScanApproximate" : "Scan")}(prepared, block, firstRow, rows, scores, tier)");
        Kernel(writer, CodecSignatures.Search, "Search(prepared, block, ids, tops, tier)");
        Kernel(writer, CodecSignatures.ScorePair, "ScorePair(first, second, tier, _codebooks)");
        Kernel(writer, CodecSignatures.Accumulate, "Accumulate(block, rows, weights, destination, tier, _codebooks)", isLast: true);
        if (hasIlgpu)
        {
            IlgpuEmitter.EmitProgram(writer, type, "_codebooks.ToParameters()", CodebookKernels.NeedsDouble(plan));
        }
    }

    private void Kernel(SourceWriter writer, string signature, string call, bool isLast = false) =>
        MemberText.Member(writer, signature, $"{Kernels}.{call}", isLast);

    private void EmitTrain(SourceWriter writer)
    {
        if (hasTraining)
        {
            string normalize = plan.IsCosine ? "true" : "false";
            writer.Write("/// <summary>Learns the codebooks from a sample of vectors, one after another.</summary>");
            MemberText.Forward(writer, CodecSignatures.Train(type), $"FromCodebooks(global::{TrainingPackage}.ProductQuantizerTraining.Train({Kernels}.Layout.Codebooks!.Value, {normalize}, sample, options))");
            return;
        }

        // A call in the user's code is an error that names the package; a call through the interface fails when it runs.
        string message = $"Training codebooks needs the package {TrainingPackage}: add a reference to it, or create the codec by FromCodebooks.";
        writer.Write($"/// <summary>Needs the package {TrainingPackage}.</summary>");
        writer.Write($"[global::System.Obsolete(\"{message}\", error: true, DiagnosticId = \"KG0023\")]");
        MemberText.Forward(writer, CodecSignatures.Train(type), $"throw new global::System.InvalidOperationException(\"{message}\")");
    }
}
