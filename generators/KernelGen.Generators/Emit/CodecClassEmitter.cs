using KernelGen.Generators.Emit.Cpu;
using KernelGen.Generators.Plans;
using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit;

/// <summary>
/// Emits the public members of a codec, which hand everything to the class of its kernels. This is the only text that stands among the
/// user's own names, so every type in it is named from <c>global::</c>.
/// </summary>
internal sealed class CodecClassEmitter(CodecModel model, KernelPlan plan)
{
    private const string Tier = "global::KernelGen.CpuTier tier = global::KernelGen.CpuTier.Auto";

    private bool Learns => plan.ParameterCount > 0;

    private string Kernels => CodecFile.KernelsOf(model);

    public void Emit(SourceWriter writer)
    {
        EmitState(writer);
        EmitMembers(writer);
    }

    private static string ReadOnly(string type) => $"global::System.ReadOnlySpan<{type}>";

    private static string Span(string type) => $"global::System.Span<{type}>";

    private void EmitState(SourceWriter writer)
    {
        string self = model.Type.FullName;
        if (Learns)
        {
            writer.Write("/// <summary>Learned scales, then (affine grids) minima.</summary>");
            writer.Write("private readonly float[] _parameters;");
            writer.Blank();
            writer.Write("/// <summary>Reciprocals of the scales.</summary>");
            writer.Write("private readonly float[] _reciprocals;");
            writer.Blank();
            writer.Open($"private {model.Type.Name}(float[] parameters)");
            writer.Write("_parameters = parameters;");
            writer.Write($"_reciprocals = {Kernels}.Reciprocals(parameters);");
            writer.Close();
            writer.Blank();
        }

        Inherit(writer);
        writer.Write($"public static global::KernelGen.CodecLayout Layout => {Kernels}.Layout;");
        writer.Blank();

        string train = $"public static {self} Train({ReadOnly("float")} sample, global::KernelGen.TrainingOptions? options = null)";
        string load = $"public static {self} Load(global::System.IO.Stream stream)";
        if (Learns)
        {
            writer.Write("/// <summary>Learns the scales from a sample of vectors, one after another.</summary>");
            Forward(writer, train, $"new({Kernels}.Train(sample, options))");
            Inherit(writer);
            Forward(writer, load, "new(global::KernelGen.CodecParameters.Load(stream, Layout))");
        }
        else
        {
            writer.Write("/// <summary>This scheme has nothing to learn: the values of the sample are checked, then ignored.</summary>");
            writer.Open(train);
            writer.Write("global::KernelGen.Kernels.CodecGuard.TrainSample(Layout, sample, options);");
            writer.Write("return new();");
            writer.Close();
            writer.Blank();
            Inherit(writer);
            writer.Open(load);
            writer.Write("global::KernelGen.CodecParameters.Load(stream, Layout);");
            writer.Write("return new();");
            writer.Close();
            writer.Blank();
        }

        Inherit(writer);
        Forward(
            writer,
            "public void Save(global::System.IO.Stream stream)",
            $"global::KernelGen.CodecParameters.Save(stream, Layout, {(Learns ? "_parameters" : "[]")})");
    }

    private void EmitMembers(SourceWriter writer)
    {
        const string ReturnsTier = "global::KernelGen.CpuTier";
        string learned = Learned.Fields(plan);
        Member(
            writer,
            $"{ReturnsTier} Encode({ReadOnly("float")} vectors, {Span("byte")} codes, {Tier})",
            $"Encode(vectors, codes, tier{Learned.EncodeFields(plan)})");
        Member(
            writer,
            $"{ReturnsTier} Decode({ReadOnly("byte")} codes, {Span("float")} vectors, {Tier})",
            $"Decode(codes, vectors, tier{learned})");
        Member(
            writer,
            $"void Pack({ReadOnly("byte")} codes, {Span("byte")} block, int firstRow)",
            "Pack(codes, block, firstRow)");
        Member(
            writer,
            $"void Unpack({ReadOnly("byte")} block, int firstRow, {Span("byte")} codes)",
            "Unpack(block, firstRow, codes)");
        Member(
            writer,
            $"{ReturnsTier} Prepare({ReadOnly("float")} queries, {Span("byte")} prepared, {Tier})",
            $"Prepare(queries, prepared, tier{learned})");
        Member(
            writer,
            $"{ReturnsTier} Scan({ReadOnly("byte")} prepared, {ReadOnly("byte")} block, int firstRow, int rows, {Span("float")} scores, {Tier})",
            "Scan(prepared, block, firstRow, rows, scores, tier)");
        Member(
            writer,
            $"{ReturnsTier} Search({ReadOnly("byte")} prepared, {ReadOnly("byte")} block, {ReadOnly("long")} ids, {ReadOnly("global::KernelGen.TopK")} tops, {Tier})",
            "Search(prepared, block, ids, tops, tier)");
        Member(
            writer,
            $"float ScorePair({ReadOnly("byte")} first, {ReadOnly("byte")} second, {Tier})",
            $"ScorePair(first, second, tier{learned})");
        Member(
            writer,
            $"{ReturnsTier} Accumulate({ReadOnly("byte")} block, {ReadOnly("int")} rows, {ReadOnly("float")} weights, {Span("float")} destination, {Tier})",
            $"Accumulate(block, rows, weights, destination, tier{learned})",
            isLast: true);
    }

    private static void Inherit(SourceWriter writer) => writer.Write("/// <inheritdoc/>");

    private static void Forward(SourceWriter writer, string signature, string expression, bool isLast = false)
    {
        writer.Write($"{signature} =>");
        writer.Write($"    {expression};");
        if (!isLast)
        {
            writer.Blank();
        }
    }

    private void Member(SourceWriter writer, string signature, string call, bool isLast = false)
    {
        Inherit(writer);
        Forward(writer, $"public {signature}", $"{Kernels}.{call}", isLast);
    }
}
