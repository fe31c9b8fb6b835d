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
        if (plan.Additive is { } additive)
        {
            return DescribeAdditive(plan, additive);
        }

        string runs = Runs(plan);
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
            .. SchemeDescription.Prefixes(plan.Scheme),
            "</remarks>",
        ];
    }

    private static IReadOnlyList<string> DescribeAdditive(CodebookPlan plan, AdditiveGrid additive)
    {
        string owner = additive.IsShared ? "that all groups share" : "of their own";
        string norms = (plan.HasNorm ? "norms, then " : "")
            + (plan.HasSquaredNorm ? $"from byte {plan.SquaredNormsOffset} squared norms, then " : "")
            + (plan.ValuesOffset > 0 ? $"from byte {plan.ValuesOffset} " : "");
        string stored = (plan.HasNorm ? $", the norm ({additive.Norm})" : "") + (plan.HasSquaredNorm ? ", the squared norm of the decoded vector" : "");
        string direction = plan.HasNorm ? "times the norm, " : "";
        string score = plan.HasSquaredNorm ? "the squared distance is taken from that product, the query's squared norm and the row's" : "their sum is the score";
        return
        [
            "<remarks>",
            $"<para>Scheme: {plan.Scheme.Text}.</para>",
            $"<para>Values: groups of dimensions ({Runs(plan)}), {plan.Stages} codebooks {owner} with {plan.Centroids} centroids each; centroids are added.</para>",
            $"<para>Row code: {plan.CodeBytes} bytes, {plan.Codes} codes of {plan.Bits} bits{stored}. Block: {plan.Rows} rows, {plan.BlockBytes} bytes, {norms}row codes one after another.</para>",
            $"<para>Encode: a beam of {additive.Beam} partial codes. Query: a table of {plan.Centroids} products per code. Search: every code is looked up in its table; four partial sums; {direction}{score}.</para>",
            "</remarks>",
        ];
    }

    private static string Runs(CodebookPlan plan) =>
        string.Join(" and ", plan.Runs.Select(static run => $"{run.Count} of {run.Dimensions} dimensions"));

    private string CodebooksType => $"global::KernelGen.Kernels.{plan.CodebooksType}";

    /// <summary>How many values the codebooks have and how they lie, for documentation.</summary>
    private string Shape => plan.Additive switch
    {
        null => $"""{plan.Dimensions} * {plan.Centroids} values, laid out as <see cref="global::KernelGen.CodebookShape"/> says""",
        { IsShared: true } grid => $"""{grid.Stages} codebooks * {plan.Centroids} centroids * {grid.GroupSize} values, laid out as <see cref="global::KernelGen.AdditiveShape"/> says""",
        { } grid => $"""{plan.Dimensions} dimensions * {grid.Stages} stages * {plan.Centroids} centroids, laid out as <see cref="global::KernelGen.AdditiveShape"/> says""",
    };

    public void Emit(SourceWriter writer)
    {
        string given = _members is null ? "" : $"{TransformEmitter.ChainType} transforms, ";
        writer.Write($"private readonly {CodebooksType} _codebooks;");
        writer.Blank();
        _members?.EmitField(writer);
        string assigned = _members is null ? "_codebooks = codebooks" : $"({TransformEmitter.Field}, _codebooks) = (transforms, codebooks)";
        writer.Write($"private {type.Name}({given}{CodebooksType} codebooks) => {assigned};");
        writer.Blank();
        MemberText.Member(writer, CodecSignatures.Layout, $"{Kernels}.{(_members is null ? "Layout" : TransformEmitter.Layout)}");
        _members?.EmitProperty(writer);
        writer.Write(
            $"""
            /// <summary>Centroids of all {(plan.Additive is null ? "subspaces" : "codebooks")}: {Shape}.</summary>
            """);
        MemberText.Forward(writer, CodecSignatures.Codebooks, "_codebooks.Memory");
        EmitTrain(writer);
        EmitFromCodebooks(writer);
        if (plan.Scheme.Groups > Scheme.DefaultGroups)
        {
            EmitSets(writer);
        }

        EmitLoadAndSave(writer);
        if (plan.Prefixes.Count > 0)
        {
            PrefixEmitter.EmitMembers(writer, plan.Scheme, Kernels, ", _codebooks");
        }

        Kernel(writer, "Encode", CodecSignatures.Encode, "vectors, codes, tier", ", _codebooks");
        Kernel(writer, "Decode", CodecSignatures.Decode, "codes, vectors, tier", ", _codebooks");
        Kernel(writer, "Pack", CodecSignatures.Pack, "codes, block, firstRow");
        Kernel(writer, "Unpack", CodecSignatures.Unpack, "block, firstRow, codes");
        Kernel(writer, "Prepare", CodecSignatures.Prepare, "queries, prepared, tier", ", _codebooks");
        Kernel(writer, "Scan", CodecSignatures.Scan, "prepared, block, firstRow, rows, scores, tier");
        Kernel(writer, plan.IsFastScan ? "ScanApproximate" : "Scan", CodecSignatures.ScanApproximate, "prepared, block, firstRow, rows, scores, tier");
        Kernel(writer, "Search", CodecSignatures.Search, "prepared, block, ids, tops, tier");
        if (_members is null && plan.Additive is null)
        {
            MemberText.Member(writer, CodecSignatures.ScoreError, MemberText.ErrorOfSums);
        }

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
        string normalizes = plan.Normalizes ? "true" : "false";
        string call = plan.Additive switch
        {
            null => $"ProductQuantizerTraining.Train({Kernels}.Layout.Codebooks!.Value",
            { IsShared: true } grid => $"AdditiveQuantizerTraining.Train({Kernels}.Layout.AdditiveCodebooks!.Value, {grid.Beam}",
            { } grid => $"ResidualQuantizerTraining.Train({Kernels}.Layout.AdditiveCodebooks!.Value, {grid.Beam}",
        };
        string training = $"global::{TransformMembers.TrainingPackage}.{call}";
        if (_members is not null)
        {
            string layout = $"{Kernels}.{TransformEmitter.Layout}, {_members.DeclaredRotation}";
            string both = plan.Additive is { } additive ? $"TrainAdditive({layout}, {additive.Beam}, {normalizes}" : $"TrainProduct({layout}";
            string[] train =
            [
                $"{TransformEmitter.ChainType} transforms = {TransformMembers.Training}.{both}, sample, options, out float[] codebooks);",
                "return FromCodebooks(codebooks, transforms);",
            ];
            string given = plan.Additive is null ? "transforms" : $"{normalizes}, transforms";
            _members.EmitTrain(writer, needsTraining: true, train, $"FromCodebooks({training}, {given}, sample, options), transforms)");
        }
        else if (hasTraining)
        {
            writer.Write("/// <summary>Learns the codebooks from a sample of vectors, one after another.</summary>");
            MemberText.Forward(writer, CodecSignatures.Train(type), $"FromCodebooks({training}, {normalizes}, sample, options))");
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
            /// <param name="codebooks">{Shape}; they are copied.</param>
            """);
        if (_members is not null)
        {
            writer.Write("/// <param name=\"transforms\">Transforms of the shape that the layout has.</param>");
        }

        writer.Write("/// <exception cref=\"global::System.ArgumentException\">Another number of values, or a centroid whose values or squared norm are not finite.</exception>");
        string codebooks = $"new {CodebooksType}({Kernels}.Layout, codebooks)";
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

    /// <summary>What makes the codecs of groups of rows.</summary>
    private void EmitSets(SourceWriter writer)
    {
        int groups = plan.Scheme.Groups;
        writer.Write("/// <summary>Groups of rows, each of which has codebooks of its own.</summary>");
        writer.Write($"{CodecSignatures.Groups} = {groups};");
        writer.Blank();
        if (hasTraining)
        {
            writer.Write(
                $"""
                /// <summary>Learns the {(_members is null ? "" : "transforms and ")}codebooks of each group from its own vectors of a sample, and creates an empty set with them.</summary>
                /// <param name="sample">Vectors, one after another.</param>
                /// <param name="map">The group of each of them, 0 to {groups - 1}.</param>
                /// <param name="options">How to train; null for the defaults.</param>
                /// <exception cref="global::System.ArgumentException">A wrong length, a group out of range, a value that is not finite, or a group whose vectors do not suffice.</exception>
                """);
            MemberText.Forward(writer, CodecSignatures.TrainSet(type), $"{CodecSignatures.Set(type)}.Train(sample, map, Groups, options)");
        }
        else
        {
            TransformMembers.EmitRefusal(writer, CodecSignatures.TrainSet(type), "codebooks", "create the set by CreateSet");
        }

        writer.Write(
            $"""
            /// <summary>Creates an empty set from codebooks of all groups that were trained elsewhere.</summary>
            /// <param name="codebooks">Those of {groups} groups, one after another: for each {Shape}; they are copied.</param>
            """);
        if (_members is not null)
        {
            writer.Write($"/// <param name=\"transforms\">The transforms of {groups} groups, of the shape that the layout has.</param>");
        }

        writer.Write("/// <exception cref=\"global::System.ArgumentException\">Another number of values, or codebooks that FromCodebooks refuses.</exception>");
        string given = _members is null ? "" : "transforms, ";
        MemberText.Forward(
            writer,
            CodecSignatures.CreateSet(type, _members is not null),
            $"global::KernelGen.Kernels.GroupedCodecs.CreateSet<{type.FullName}>(codebooks, {given}Groups, {plan.ParameterCount}, FromCodebooks)");
    }

    private void EmitLoadAndSave(SourceWriter writer)
    {
        const string Parameters = "global::KernelGen.CodecParameters";
        string create = $"new {CodebooksType}";
        if (_members is null)
        {
            MemberText.Member(writer, CodecSignatures.Load(type), $"new({create}({Kernels}.Layout, {Parameters}.Load(stream, {Kernels}.Layout)))");
            MemberText.Member(writer, CodecSignatures.Save, $"{Parameters}.Save(stream, {Kernels}.Layout, _codebooks.Memory.Span)");
            return;
        }

        _members.EmitLoad(writer, $"new(transforms, {create}({Kernels}.Layout, parameters))");
        _members.EmitSave(writer, "_codebooks.Memory.Span");
    }
}
