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
    private readonly TransformMembers? _members =
        plan.Scheme.Transforms is { } transforms ? new TransformMembers(type, transforms, hasTraining) : null;

    private readonly TransformEmitter? _transforms =
        plan.Scheme.Transforms is null ? null : new TransformEmitter(TransformFamily.Of(plan));

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
        string given = _members is null ? "" : $"{TransformEmitter.ChainType} transforms, ";
        writer.Write("private readonly global::KernelGen.Kernels.Codebooks _codebooks;");
        writer.Blank();
        _members?.EmitField(writer);
        string assigned = _members is null ? "_codebooks = codebooks" : $"({TransformEmitter.Field}, _codebooks) = (transforms, codebooks)";
        writer.Write($"private {type.Name}({given}global::KernelGen.Kernels.Codebooks codebooks) => {assigned};");
        writer.Blank();
        MemberText.Member(writer, CodecSignatures.Layout, $"{Kernels}.{(_members is null ? "Layout" : TransformEmitter.Layout)}");
        _members?.EmitProperty(writer);
        writer.Write(
            $"""
            /// <summary>Centroids of all subspaces: {plan.Dimensions} * {plan.Centroids} values, laid out as <see cref="global::KernelGen.CodebookShape"/> says.</summary>
            """);
        MemberText.Forward(writer, CodecSignatures.Codebooks, "_codebooks.Memory");
        EmitTrain(writer);
        EmitFromCodebooks(writer);
        EmitLoadAndSave(writer);
        Kernel(writer, "Encode", CodecSignatures.Encode, "vectors, codes, tier", ", _codebooks");
        Kernel(writer, "Decode", CodecSignatures.Decode, "codes, vectors, tier", ", _codebooks");
        Kernel(writer, "Pack", CodecSignatures.Pack, "codes, block, firstRow");
        Kernel(writer, "Unpack", CodecSignatures.Unpack, "block, firstRow, codes");
        Kernel(writer, "Prepare", CodecSignatures.Prepare, "queries, prepared, tier", ", _codebooks");
        Kernel(writer, "Scan", CodecSignatures.Scan, "prepared, block, firstRow, rows, scores, tier");
        Kernel(writer, plan.IsFastScan ? "ScanApproximate" : "Scan", CodecSignatures.ScanApproximate, "prepared, block, firstRow, rows, scores, tier");
        Kernel(writer, "Search", CodecSignatures.Search, "prepared, block, ids, tops, tier");
        Kernel(writer, "ScorePair", CodecSignatures.ScorePair, "first, second, tier", ", _codebooks");
        Kernel(writer, "Accumulate", CodecSignatures.Accumulate, "block, rows, weights, destination, tier", ", _codebooks", isLast: true);
        if (hasIlgpu)
        {
            IlgpuEmitter.EmitProgram(writer, type, "_codebooks.ToParameters()", CodebookKernels.NeedsDouble(plan), _members is not null);
        }
    }

    private void Kernel(SourceWriter writer, string member, string signature, string data, string learned = "", bool isLast = false) =>
        MemberText.Member(writer, signature, $"{Kernels}.{_transforms?.Call(member) ?? member}({data}{_transforms?.Argument(member)}{learned})", isLast);

    private void EmitTrain(SourceWriter writer)
    {
        string training = $"global::{TransformMembers.TrainingPackage}.ProductQuantizerTraining.Train({Kernels}.Layout.Codebooks!.Value";
        if (_members is not null)
        {
            string[] withRotation =
            [
                $"{TransformEmitter.ChainType} transforms = {TransformMembers.Training}.TrainProduct({Kernels}.{TransformEmitter.Layout}, {_members.IsGivens}, sample, options, out float[] codebooks);",
                "return FromCodebooks(codebooks, transforms);",
            ];
            _members.EmitTrain(writer, needsTraining: true, withRotation, $"FromCodebooks({training}, false, transforms.ApplyToSample(sample), options), transforms)");
        }
        else if (hasTraining)
        {
            string normalize = plan.IsCosine ? "true" : "false";
            writer.Write("/// <summary>Learns the codebooks from a sample of vectors, one after another.</summary>");
            MemberText.Forward(writer, CodecSignatures.Train(type), $"FromCodebooks({training}, {normalize}, sample, options))");
        }
        else
        {
            TransformMembers.EmitRefusal(writer, CodecSignatures.Train(type), "codebooks", "create the codec by FromCodebooks");
        }
    }

    private void EmitFromCodebooks(SourceWriter writer)
    {
        writer.Write(
            $"""
            /// <summary>Creates the codec from codebooks that were trained elsewhere.</summary>
            /// <param name="codebooks">{plan.Dimensions} * {plan.Centroids} values, laid out as <see cref="global::KernelGen.CodebookShape"/> says; they are copied.</param>
            """);
        if (_members is not null)
        {
            writer.Write("/// <param name=\"transforms\">Transforms of the shape that the layout has.</param>");
        }

        writer.Write("/// <exception cref=\"global::System.ArgumentException\">Another number of values, or a centroid whose values or squared norm are not finite.</exception>");
        string codebooks = $"new global::KernelGen.Kernels.Codebooks({Kernels}.Layout, codebooks)";
        if (_members is null)
        {
            MemberText.Forward(writer, CodecSignatures.FromCodebooks(type, hasTransforms: false), $"new({codebooks})");
            return;
        }

        writer.Open(CodecSignatures.FromCodebooks(type, hasTransforms: true));
        _members.EmitCheck(writer);
        writer.Write($"return new(transforms, {codebooks});");
        writer.Close();
        writer.Blank();
    }

    private void EmitLoadAndSave(SourceWriter writer)
    {
        const string Parameters = "global::KernelGen.CodecParameters";
        const string Codebooks = "new global::KernelGen.Kernels.Codebooks";
        if (_members is null)
        {
            MemberText.Member(writer, CodecSignatures.Load(type), $"new({Codebooks}({Kernels}.Layout, {Parameters}.Load(stream, {Kernels}.Layout)))");
            MemberText.Member(writer, CodecSignatures.Save, $"{Parameters}.Save(stream, {Kernels}.Layout, _codebooks.Memory.Span)");
            return;
        }

        _members.EmitLoad(writer, $"new(transforms, {Codebooks}({Kernels}.Layout, parameters))");
        _members.EmitSave(writer, "_codebooks.Memory.Span");
    }
}
