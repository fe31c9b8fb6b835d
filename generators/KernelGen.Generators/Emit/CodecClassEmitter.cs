using KernelGen.Generators.Emit.Cpu;
using KernelGen.Generators.Emit.Gpu.Ilgpu;
using KernelGen.Generators.Emit.Gpu.Kernels;
using KernelGen.Generators.Plans;
using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit;

/// <summary>
/// Emits the public members of a codec, which hand everything to the class of its kernels. This text stands among the user's own names,
/// so every type in it is named from <c>global::</c>.
/// </summary>
internal sealed class CodecClassEmitter(TargetType type, KernelPlan plan, bool hasIlgpu)
{
    private bool Learns => plan.ParameterCount > 0;

    private string Kernels => CodecFile.KernelsOf(type);

    public void Emit(SourceWriter writer)
    {
        EmitState(writer);
        EmitMembers(writer);
        if (hasIlgpu)
        {
            IlgpuEmitter.EmitProgram(writer, type, Learns ? "[.. _parameters, .. _reciprocals]" : "[]", EncodeKernels.NeedsDouble(plan));
        }
    }

    private void EmitState(SourceWriter writer)
    {
        if (Learns)
        {
            writer.Write("/// <summary>Learned scales, then (affine grids) minima.</summary>");
            writer.Write("private readonly float[] _parameters;");
            writer.Blank();
            writer.Write("/// <summary>Reciprocals of the scales.</summary>");
            writer.Write("private readonly float[] _reciprocals;");
            writer.Blank();
            writer.Open($"private {type.Name}(float[] parameters)");
            writer.Write("_parameters = parameters;");
            writer.Write($"_reciprocals = {Kernels}.Reciprocals(parameters);");
            writer.Close();
            writer.Blank();
        }

        MemberText.Inherit(writer);
        writer.Write($"{CodecSignatures.Layout} => {Kernels}.Layout;");
        writer.Blank();

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

    private void EmitMembers(SourceWriter writer)
    {
        string learned = Learned.Fields(plan);
        Member(writer, CodecSignatures.Encode, $"Encode(vectors, codes, tier{Learned.EncodeFields(plan)})");
        Member(writer, CodecSignatures.Decode, $"Decode(codes, vectors, tier{learned})");
        Member(writer, CodecSignatures.Pack, "Pack(codes, block, firstRow)");
        Member(writer, CodecSignatures.Unpack, "Unpack(block, firstRow, codes)");
        Member(writer, CodecSignatures.Prepare, $"Prepare(queries, prepared, tier{learned})");
        Member(writer, CodecSignatures.Scan, "Scan(prepared, block, firstRow, rows, scores, tier)");
        Member(writer, CodecSignatures.Search, "Search(prepared, block, ids, tops, tier)");
        Member(writer, CodecSignatures.ScorePair, $"ScorePair(first, second, tier{learned})");
        Member(writer, CodecSignatures.Accumulate, $"Accumulate(block, rows, weights, destination, tier{learned})", isLast: true);
    }

    private void Member(SourceWriter writer, string signature, string call, bool isLast = false) =>
        MemberText.Member(writer, signature, $"{Kernels}.{call}", isLast);
}
