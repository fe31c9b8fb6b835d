using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit;

/// <summary>Emits the public members that only codecs with transforms have, and how such codecs are trained.</summary>
/// <remarks>This text stands among the user's own names, so every type in it is named from <c>global::</c>.</remarks>
internal sealed class TransformMembers(TargetType type, TransformSpec transforms, bool hasTraining)
{
    public const string TrainingPackage = "KernelGen.Training";

    /// <summary>What learns transforms.</summary>
    public const string Training = $"global::{TrainingPackage}.TransformTraining";

    /// <summary>The shape of the transforms.</summary>
    public string Shape => $"{CodecFile.KernelsOf(type)}.{TransformEmitter.Layout}.Transforms!";

    /// <summary>The rotation as an argument.</summary>
    public string DeclaredRotation => transforms.Rotation is { } rotation ? $"global::KernelGen.Rotation.{rotation}" : "null";

    public void EmitField(SourceWriter writer)
    {
        writer.Write("/// <summary>What is done to vectors before they are quantized.</summary>");
        writer.Write($"private readonly {TransformEmitter.ChainType} {TransformEmitter.Field};");
        writer.Blank();
    }

    public void EmitProperty(SourceWriter writer)
    {
        writer.Write("/// <summary>What is done to vectors before they are quantized, with what it has learned.</summary>");
        MemberText.Forward(writer, $"public {TransformEmitter.ChainType} Transforms", TransformEmitter.Field);
    }

    /// <summary>Train, and Train with transforms that are given.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="needsTraining">Whether the quantizer needs the package that trains.</param>
    /// <param name="train">Statements that learn transforms and quantizer from the variables sample and options.</param>
    /// <param name="trainQuantizer">The codec of given transforms, of the variables sample, transforms and options.</param>
    public void EmitTrain(SourceWriter writer, bool needsTraining, string[] train, string trainQuantizer)
    {
        if (!hasTraining && (needsTraining || transforms.HasMatrix))
        {
            EmitRefusal(writer, CodecSignatures.Train(type), "these transforms", "give Train transforms that were learned elsewhere");
        }
        else
        {
            writer.Write("/// <summary>Learns the transforms, and what else the scheme learns, from a sample of vectors, one after another.</summary>");
            writer.Open(CodecSignatures.Train(type));
            foreach (string statement in train)
            {
                writer.Write(statement);
            }

            writer.Close();
            writer.Blank();
        }

        if (!hasTraining && needsTraining)
        {
            EmitRefusal(writer, CodecSignatures.TrainQuantizer(type), "codebooks", "create the codec by FromCodebooks");
            return;
        }

        writer.Write(
            """
            /// <summary>Creates the codec from transforms that were learned elsewhere, and learns the rest, if anything, from a sample of vectors.</summary>
            /// <param name="sample">Vectors, one after another, before they are transformed.</param>
            /// <param name="transforms">Transforms of the shape that the layout has.</param>
            /// <param name="options">How to train; null for the defaults.</param>
            /// <exception cref="global::System.ArgumentException">Transforms of another shape, a wrong length, or a value that is not finite.</exception>
            """);
        writer.Open(CodecSignatures.TrainQuantizer(type));
        EmitCheck(writer);
        writer.Write($"return {trainQuantizer};");
        writer.Close();
        writer.Blank();
    }

    /// <summary>The transforms that are learned for a quantizer of values, as an expression of the variables sample and options.</summary>
    /// <param name="reconstruct">What a learned rotation asks what vectors decode to.</param>
    public string Learn(string reconstruct) => transforms switch
    {
        { LearnsRotation: true } => $"{Training}.TrainRotation({Shape}, {Text(transforms.Rotation == Rotation.Givens)}, sample, options, {reconstruct})",
        { HasMatrix: true } => $"{Training}.Train({Shape}, {Text(transforms.Rotation == Rotation.Random)}, sample, options)",
        _ => $"global::KernelGen.Transforms.TransformFitting.Fit({Shape}, sample, options)",
    };

    /// <summary>Load: the codec is an expression of the variables transforms and parameters.</summary>
    public void EmitLoad(SourceWriter writer, string codec)
    {
        MemberText.Inherit(writer);
        writer.Open(CodecSignatures.Load(type));
        writer.Write($"{TransformEmitter.ChainType} transforms = {TransformEmitter.ChainType}.Take(Layout, global::KernelGen.CodecParameters.Load(stream, Layout), out float[] parameters);");
        writer.Write($"return {codec};");
        writer.Close();
        writer.Blank();
    }

    /// <summary>Save, with what the quantizer has learned as an expression; null for nothing.</summary>
    public void EmitSave(SourceWriter writer, string? learned)
    {
        string others = learned is null ? "" : $", .. {learned}";
        MemberText.Member(writer, CodecSignatures.Save, $"global::KernelGen.CodecParameters.Save(stream, Layout, [.. {TransformEmitter.Field}.Parameters.Span{others}])");
    }

    /// <summary>The check that the variable transforms has the codec's shape.</summary>
    public void EmitCheck(SourceWriter writer) =>
        writer.Write($"global::KernelGen.Kernels.CodecGuard.CheckTransforms({CodecFile.KernelsOf(type)}.{TransformEmitter.Layout}, transforms);");

    private static string Text(bool value) => value ? "true" : "false";

    /// <summary>A method that cannot do without the package: a call in the user's code is an error that names it; a call through the interface fails when
    /// it runs.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="signature">The method.</param>
    /// <param name="what">What it learns.</param>
    /// <param name="instead">What can be done without the package.</param>
    public static void EmitRefusal(SourceWriter writer, string signature, string what, string instead)
    {
        string message = $"Training {what} needs the package {TrainingPackage}: add a reference to it, or {instead}.";
        writer.Write($"/// <summary>Needs the package {TrainingPackage}.</summary>");
        writer.Write($"[global::System.Obsolete(\"{message}\", error: true, DiagnosticId = \"KG0023\")]");
        MemberText.Forward(writer, signature, $"throw new global::System.InvalidOperationException(\"{message}\")");
    }
}
