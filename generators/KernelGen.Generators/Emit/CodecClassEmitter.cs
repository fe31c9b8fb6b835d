using KernelGen.Generators.Emit.Gpu.Ilgpu;
using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit;

/// <summary>
/// Emits the public members of a codec, which hand everything to the class of its kernels. This text stands among the user's own names,
/// so every type in it is named from <c>global::</c>.
/// </summary>
internal sealed class CodecClassEmitter(TargetType type, TransformFamily family, bool hasIlgpu, bool hasTraining)
{
    private readonly TransformMembers? _members =
        family.Scheme.Transforms is { } transforms ? new TransformMembers(type, transforms, hasTraining) : null;

    private readonly TransformEmitter? _transforms =
        family.Scheme.Transforms is null ? null : new TransformEmitter(family);

    /// <summary>What Encode is given beside its data, by the names of fields; begins with a comma, or is empty.</summary>
    public string EncodeFields { get; init; } = "";

    /// <summary>What other kernels are given beside their data, likewise.</summary>
    public string Fields { get; init; } = "";

    /// <summary>Whether Encode computes in double precision on GPUs.</summary>
    public bool EncodesInDouble { get; init; }

    /// <summary>What kernels for GPUs read of what the codec has learned, an expression; null for scales and their reciprocals, where it learns them.</summary>
    public string? GpuParameters { get; init; }

    /// <summary>The bound of a score's error, where a short one is known; the contract's default is none.</summary>
    public string? ScoreError { get; init; }

    private bool Learns => family.ParameterCount > 0;

    private string Kernels => CodecFile.KernelsOf(type);

    public void Emit(SourceWriter writer)
    {
        EmitState(writer);
        MemberText.Inherit(writer);
        writer.Write($"{CodecSignatures.Layout} => {Kernels}.{(_members is null ? "Layout" : TransformEmitter.Layout)};");
        writer.Blank();
        if (_members is null)
        {
            EmitTraining(writer);
        }
        else
        {
            if (family.Scheme is { Grid: RotatedGrid, Transforms: { Centers: false, HasMatrix: false } })
            {
                EmitConstructor(writer);
            }

            EmitTrainingOfTransforms(writer, _members);
        }

        if (family.Scheme.Prefixes.Count > 0)
        {
            PrefixEmitter.EmitMembers(writer, family.Scheme, Kernels, Fields);
        }

        EmitMembers(writer);
        if (hasIlgpu)
        {
            IlgpuEmitter.EmitProgram(
                writer, type, GpuParameters ?? (Learns ? "[.. _parameters, .. _reciprocals]" : "[]"), EncodesInDouble, _members is not null);
        }
    }

    private void EmitState(SourceWriter writer)
    {
        _members?.EmitField(writer);
        if (Learns)
        {
            writer.Write("/// <summary>Learned scales, then (affine grids) minima.</summary>");
            writer.Write("private readonly float[] _parameters;");
            writer.Blank();
            writer.Write("/// <summary>Reciprocals of the scales.</summary>");
            writer.Write("private readonly float[] _reciprocals;");
            writer.Blank();
        }

        List<string> taken = [];
        if (_members is not null)
        {
            taken.Add($"{TransformEmitter.ChainType} transforms");
        }

        if (Learns)
        {
            taken.Add("float[] parameters");
        }

        if (taken.Count == 0)
        {
            return;
        }

        writer.Open($"private {type.Name}({string.Join(", ", taken)})");
        if (_members is not null)
        {
            writer.Write($"{TransformEmitter.Field} = transforms;");
        }

        if (Learns)
        {
            writer.Write("_parameters = parameters;");
            writer.Write($"_reciprocals = {Kernels}.Reciprocals(parameters);");
        }

        writer.Close();
        writer.Blank();
    }

    /// <summary>The codec without training, where there is nothing to learn.</summary>
    private void EmitConstructor(SourceWriter writer)
    {
        writer.Write("/// <summary>Creates the codec; it learns nothing.</summary>");
        writer.Open($"public {type.Name}() : this({TransformEmitter.ChainType}.WithoutTraining(Layout.Transforms!))");
        writer.Close();
        writer.Blank();
    }

    private void EmitTraining(SourceWriter writer)
    {
        if (Learns)
        {
            writer.Write("/// <summary>Learns the scales from a sample of vectors, one after another.</summary>");
            MemberText.Forward(writer, CodecSignatures.Train(type), $"new({Kernels}.Train(sample, options))");
            MemberText.Inherit(writer);
            MemberText.Forward(writer, CodecSignatures.Load(type), "new(global::KernelGen.CodecParameters.Load(stream, Layout))");
        }
        else
        {
            writer.Write("/// <summary>This scheme has nothing to learn: the values of the sample are checked, then ignored.</summary>");
            writer.Open(CodecSignatures.Train(type));
            writer.Write("global::KernelGen.Kernels.CodecGuard.TrainSample(Layout, sample, options);");
            writer.Write("return new();");
            writer.Close();
            writer.Blank();
            MemberText.Inherit(writer);
            writer.Open(CodecSignatures.Load(type));
            writer.Write("global::KernelGen.CodecParameters.Load(stream, Layout);");
            writer.Write("return new();");
            writer.Close();
            writer.Blank();
        }

        MemberText.Inherit(writer);
        MemberText.Forward(
            writer,
            CodecSignatures.Save,
            $"global::KernelGen.CodecParameters.Save(stream, Layout, {(Learns ? "_parameters" : "[]")})");
    }

    private void EmitTrainingOfTransforms(SourceWriter writer, TransformMembers members)
    {
        members.EmitProperty(writer);
        string transforms = members.Learn($"{Kernels}.Reconstruct");
        members.EmitTrain(
            writer,
            needsTraining: false,
            [Learns ? $"return Train(sample, {transforms}, options);" : $"return new({transforms}.Trained(options));"],
            Learns ? $"new(transforms, {Kernels}.Train(transforms.ApplyToSample(sample), options))" : "new(transforms.CheckSample(sample, options))");
        members.EmitLoad(writer, Learns ? "new(transforms, parameters)" : "new(transforms)");
        members.EmitSave(writer, Learns ? "_parameters" : null);
    }

    private void EmitMembers(SourceWriter writer)
    {
        Member(writer, "Encode", CodecSignatures.Encode, "vectors, codes, tier", EncodeFields);
        Member(writer, "Decode", CodecSignatures.Decode, "codes, vectors, tier", Fields);
        Member(writer, "Pack", CodecSignatures.Pack, "codes, block, firstRow");
        Member(writer, "Unpack", CodecSignatures.Unpack, "block, firstRow, codes");
        Member(writer, "Prepare", CodecSignatures.Prepare, "queries, prepared, tier", Fields);
        Member(writer, "Scan", CodecSignatures.Scan, "prepared, block, firstRow, rows, scores, tier");
        if (family.HasBounds)
        {
            Member(writer, "ScanBounds", CodecSignatures.ScanBounds, "prepared, block, firstRow, rows, scores, errors, factor, tier");
        }

        Member(writer, "Search", CodecSignatures.Search, "prepared, block, ids, tops, tier");
        if (ScoreError is not null)
        {
            MemberText.Member(writer, CodecSignatures.ScoreError, ScoreError);
        }

        Member(writer, "ScorePair", CodecSignatures.ScorePair, "first, second, tier", Fields);
        Member(writer, "Accumulate", CodecSignatures.Accumulate, "block, rows, weights, destination, tier", Fields, isLast: true);
    }

    private void Member(SourceWriter writer, string member, string signature, string data, string learned = "", bool isLast = false) =>
        MemberText.Member(writer, signature, $"{Kernels}.{_transforms?.Call(member) ?? member}({data}{_transforms?.Argument(member)}{learned})", isLast);
}
