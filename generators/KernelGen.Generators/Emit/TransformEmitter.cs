using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit;

/// <summary>
/// Emits what the members of a codec with transforms do: they transform what comes in, hand it to the kernels of transformed vectors, and bring back
/// what comes out.
/// </summary>
internal sealed class TransformEmitter(TransformFamily family)
{
    /// <summary>The field of the codec that holds what its transforms have learned.</summary>
    public const string Field = "_transforms";

    /// <summary>The type of that field, as it is named from anywhere.</summary>
    public const string ChainType = "global::KernelGen.Transforms.TransformChain";

    /// <summary>The layout that users see: of vectors as they come.</summary>
    public const string Layout = "VectorLayout";

    /// <summary>Vectors that are transformed at a time.</summary>
    private const int StepRows = 64;

    private const string Chain = $"{ChainType} transforms";

    private readonly TransformSpec _transforms = family.Scheme.Transforms!;

    /// <summary>Whether inner products of two codes need more than those of what they decode to.</summary>
    private bool CorrectsPairs => family.Scheme.HasBias && family.Scheme.Metric != Metric.SquaredL2;

    private int Dimensions => family.Scheme.Dimensions;

    /// <summary>The parameter of Prepare for what is added to scores, where something is.</summary>
    public static string BiasParameter(Scheme scheme) => scheme.HasBias ? ", ReadOnlySpan<float> biases" : "";

    /// <summary>The parameters of Prepare for what is added to scores, and for what their bounds need.</summary>
    public static string PrepareParameters(Scheme scheme, bool hasBounds) => BiasParameter(scheme) + (hasBounds ? ", RotatedBoundSpec bounds" : "");

    public void Emit(SourceWriter writer)
    {
        writer.Blank();
        EmitLayout(writer);
        EmitEncode(writer);
        EmitDecode(writer);
        EmitPrepare(writer);
        if (CorrectsPairs)
        {
            EmitScorePair(writer);
        }

        EmitAccumulate(writer);
        if (_transforms.LearnsRotation && family.Scheme.Grid is not (CodebookGrid or AdditiveGrid))
        {
            EmitReconstruct(writer);
        }
    }

    /// <summary>The kernels' method that a member of the codec calls.</summary>
    public string Call(string member) => member == "ScorePair" && !CorrectsPairs ? member : member switch
    {
        "Encode" => "EncodeVectors",
        "Decode" => "DecodeVectors",
        "Prepare" => "PrepareQueries",
        "ScorePair" => "ScorePairOfVectors",
        "Accumulate" => "AccumulateVectors",
        _ => member,
    };

    /// <summary>What such a method is given in front of learned parameters.</summary>
    public string Argument(string member) => Call(member) == member ? "" : $", {Field}";

    private void EmitLayout(SourceWriter writer)
    {
        static string Text(bool value) => value ? "true" : "false";
        writer.Write("/// <summary>Sizes and layout, with vectors as they are before they are transformed.</summary>");
        writer.Open($"internal static CodecLayout {Layout} {{ get; }} = Layout with");
        writer.Write($"Dimensions = {_transforms.Dimensions},");
        writer.Write($"Metric = Metric.{_transforms.Metric},");
        writer.Write($"ParameterCount = {checked(_transforms.ParameterCount + family.ParameterCount)},");
        writer.Open("Transforms = new()");
        writer.Write(
            $"""
            Dimensions = {_transforms.Dimensions},
            OutputDimensions = {_transforms.OutputDimensions},
            Normalizes = {Text(_transforms.Normalizes)},
            Centers = {Text(_transforms.Centers)},
            HasMatrix = {Text(_transforms.HasMatrix)},
            HasHadamard = {Text(_transforms.HasHadamard)},
            """);
        writer.Close(",");
        writer.Close(";");
        writer.Blank();
    }

    private void EmitEncode(SourceWriter writer)
    {
        writer.Write("/// <summary>Transforms vectors and encodes them, one row code each.</summary>");
        writer.Open($"internal static CpuTier EncodeVectors(ReadOnlySpan<float> vectors, Span<byte> codes, CpuTier tier, {Chain}{family.EncodeParameters})");
        writer.Write($"int count = CodecGuard.EncodeCount({Layout}, vectors.Length, codes.Length);");
        EmitSteps(writer, () =>
        {
            writer.Write("transforms.ApplyForEncode(vectors, first, transformed, tier);");
            writer.Write($"Encode(transformed, codes.Slice(first * {family.CodeBytes}, rows * {family.CodeBytes}), tier{family.EncodeArguments}{(family.StoresOffsets ? ", transforms.TransformedMean" : "")});");
        });
    }

    private void EmitDecode(SourceWriter writer)
    {
        writer.Write("/// <summary>Decodes row codes and brings them back to vectors.</summary>");
        writer.Open($"internal static CpuTier DecodeVectors(ReadOnlySpan<byte> codes, Span<float> vectors, CpuTier tier, {Chain}{family.Parameters})");
        writer.Write($"int count = CodecGuard.DecodeCount({Layout}, codes.Length, vectors.Length);");
        EmitSteps(writer, () =>
        {
            writer.Write($"Decode(codes.Slice(first * {family.CodeBytes}, rows * {family.CodeBytes}), transformed, tier{family.Arguments});");
            writer.Write($"transforms.ApplyInverse(transformed, vectors.Slice(first * {_transforms.Dimensions}, rows * {_transforms.Dimensions}), tier);");
        });
    }

    private void EmitPrepare(SourceWriter writer)
    {
        string biases = family.Scheme.HasBias ? ", biases[..rows]" : "";
        bool areBits = family.Scheme.Metric == Metric.Hamming;
        writer.Write("/// <summary>Transforms queries and brings them into the form that Scan takes.</summary>");
        writer.Open($"internal static CpuTier PrepareQueries(ReadOnlySpan<float> queries, Span<byte> prepared, CpuTier tier, {Chain}{family.Parameters})");
        writer.Write($"int count = CodecGuard.PrepareCount({Layout}, queries.Length, prepared.Length);");
        string bounds = "";
        if (!areBits)
        {
            writer.Write($"Span<float> biases = stackalloc float[{StepRows}];");
        }

        if (family.GreatestLevel is { } level)
        {
            writer.Write($"RotatedBoundSpec bounds = new({level}, transforms.MeanNorm, {(_transforms.Normalizes ? "true" : "false")}, {(family.Scheme.Metric == Metric.SquaredL2 ? "true" : "false")});");
            bounds = ", bounds";
        }

        EmitSteps(writer, () =>
        {
            writer.Write(areBits
                ? "transforms.ApplyToQueries(queries, first, transformed, tier);"
                : $"transforms.ApplyToQueries(queries, first, isL2: {(family.Scheme.Metric == Metric.SquaredL2 ? "true" : "false")}, transformed, biases[..rows], tier{(family.StoresOffsets ? ", centersProducts: true" : "")});");
            writer.Write($"Prepare(transformed, prepared.Slice(first * {family.QueryBytes}, rows * {family.QueryBytes}), tier{family.Arguments}{biases}{bounds});");
        });
    }

    private void EmitScorePair(SourceWriter writer)
    {
        writer.Write("/// <summary>Scores two row codes.</summary>");
        writer.Open($"internal static float ScorePairOfVectors(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, CpuTier tier, {Chain}{family.Parameters})");
        writer.Write($"CodecGuard.ScorePair({Layout}, first.Length, second.Length);");
        DispatchText.EmitRented(writer, [("float", "rented", 2 * Dimensions)], () =>
        {
            writer.Write($"Span<float> decoded = rented.AsSpan(0, {2 * Dimensions});");
            writer.Write($"Decode(first, decoded[..{Dimensions}], tier{family.Arguments});");
            writer.Write($"Decode(second, decoded[{Dimensions}..], tier{family.Arguments});");
            writer.Write("return transforms.ScorePair(decoded);");
        });
        writer.Close();
        writer.Blank();
    }

    private void EmitAccumulate(SourceWriter writer)
    {
        writer.Write("/// <summary>Sums decoded rows by their weights, brings the sum back and adds it.</summary>");
        writer.Open($"internal static CpuTier AccumulateVectors(ReadOnlySpan<byte> block, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, Span<float> destination, CpuTier tier, {Chain}{family.Parameters})");
        writer.Write($"CodecGuard.Accumulate({Layout}, block.Length, rows, weights.Length, destination.Length);");
        writer.Write($"CodecGuard.CheckFinite(destination, {_transforms.Dimensions}, nameof(destination));");
        writer.Write("tier = CpuTiers.Resolve(tier);");
        DispatchText.EmitRented(writer, [("float", "rented", Dimensions)], () =>
        {
            writer.Write($"Span<float> sum = rented.AsSpan(0, {Dimensions});");
            writer.Write("sum.Clear();");
            writer.Write($"Accumulate(block, rows, weights, sum, tier{family.Arguments});");
            writer.Write("transforms.AddInverse(sum, weights, destination, tier);");
        });
        writer.Blank();
        writer.Write("return tier;");
        writer.Close();
    }

    /// <summary>What learns a rotation asks, again and again, what vectors decode to.</summary>
    private void EmitReconstruct(SourceWriter writer)
    {
        writer.Blank();
        writer.Write("/// <summary>Learns from transformed vectors, if there is anything to learn, and puts what they decode to in their place.</summary>");
        writer.Open("internal static void Reconstruct(float[] transformed, TrainingOptions? options)");
        if (family.ParameterCount > 0)
        {
            writer.Write("float[] parameters = Train(transformed, options);");
            writer.Write("float[] reciprocals = Reciprocals(parameters);");
        }

        if (family.StoresOffsets)
        {
            writer.Write("// In place of the mean: no decoder reads inner products with it.");
            writer.Write($"float[] offsets = new float[{Dimensions}];");
        }

        writer.Write($"byte[] rowCodes = new byte[{StepRows * family.CodeBytes}];");
        writer.Open($"for (int start = 0; start < transformed.Length; start += {StepRows * Dimensions})");
        writer.Write($"Span<float> vectors = transformed.AsSpan(start, Math.Min({StepRows * Dimensions}, transformed.Length - start));");
        writer.Write($"Span<byte> codes = rowCodes.AsSpan(0, vectors.Length / {Dimensions} * {family.CodeBytes});");
        writer.Write($"Encode(vectors, codes, CpuTier.Auto{family.EncodeArguments}{(family.StoresOffsets ? ", offsets" : "")});");
        writer.Write($"Decode(codes, vectors, CpuTier.Auto{family.Arguments});");
        writer.Close();
        writer.Close();
    }

    /// <summary>The rest of a method that works on some vectors at a time.</summary>
    private void EmitSteps(SourceWriter writer, Action emitStep)
    {
        writer.Write("tier = CpuTiers.Resolve(tier);");
        DispatchText.EmitRented(writer, [("float", "rented", StepRows * Dimensions)], () =>
        {
            writer.Open($"for (int first = 0; first < count; first += {StepRows})");
            writer.Write($"int rows = Math.Min({StepRows}, count - first);");
            writer.Write($"Span<float> transformed = rented.AsSpan(0, rows * {Dimensions});");
            emitStep();
            writer.Close();
        });
        writer.Blank();
        writer.Write("return tier;");
        writer.Close();
        writer.Blank();
    }
}
