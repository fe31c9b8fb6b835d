using System.Text;
using KernelGen.Generators.Emit;
using KernelGen.Generators.Emit.Gpu.Ilgpu;
using KernelGen.Generators.Schemes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace KernelGen.Generators;

/// <summary>Completes classes marked with [VectorCodec] with the kernels of their scheme.</summary>
/// <remarks>
/// Reports nothing: what is wrong with a declaration, <see cref="Diagnostics.CodecAnalyzer"/> says. For the compiler to get as far as that,
/// a broken codec is completed with members that throw, where it can be completed at all.
/// </remarks>
[Generator(LanguageNames.CSharp)]
public sealed class KernelGenerator : IIncrementalGenerator
{
    /// <summary>Names of the pipeline's steps, by which tests ask what ran again.</summary>
    internal static class Steps
    {
        public const string Parse = nameof(Parse);
        public const string AmbiguousNames = nameof(AmbiguousNames);
        public const string Name = nameof(Name);
        public const string HasIlgpu = nameof(HasIlgpu);
        public const string SharesIlgpu = nameof(SharesIlgpu);
        public const string HasTraining = nameof(HasTraining);
    }

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<CodecModel> declared = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                "KernelGen.VectorCodecAttribute",
                static (node, _) => node is ClassDeclarationSyntax,
                static (match, token) => CodecParser.Parse((INamedTypeSymbol)match.TargetSymbol, token).Model)
            .Where(static model => model is not null)
            .Select(static (model, _) => model!)
            .WithTrackingName(Steps.Parse);

        IncrementalValueProvider<EquatableArray<string>> ambiguousNames = declared
            .Select(static (model, _) => model.Type.HintName)
            .Collect()
            .Select(HintNames.DifferingOnlyInCase)
            .WithTrackingName(Steps.AmbiguousNames);

        IncrementalValuesProvider<CodecModel> codecs = declared
            .Combine(ambiguousNames)
            .Select(static (pair, _) => HintNames.Disambiguate(pair.Left, pair.Right))
            .WithTrackingName(Steps.Name);

        IncrementalValueProvider<bool> hasIlgpu = context.CompilationProvider
            .Select(static (compilation, _) => IlgpuReference.IsSupported(IlgpuReference.VersionIn(compilation)))
            .WithTrackingName(Steps.HasIlgpu);

        IncrementalValueProvider<bool> hasTraining = context.CompilationProvider
            .Select(static (compilation, _) => TrainingReference.IsIn(compilation))
            .WithTrackingName(Steps.HasTraining);

        IncrementalValuesProvider<(CodecModel Model, bool HasIlgpu)> targeted = codecs.Combine(hasIlgpu);

        context.RegisterSourceOutput(targeted.Combine(hasTraining), static (output, codec) => Add(
            output, codec.Left.Model, CodecEmitter.Emit(codec.Left.Model, codec.Left.HasIlgpu, codec.Right, output.CancellationToken)));

        context.RegisterSourceOutput(targeted, static (output, codec) =>
        {
            if (codec.HasIlgpu && codec.Model.Scheme is { } scheme)
            {
                Add(output, codec.Model, [IlgpuEmitter.Emit(codec.Model.Type, scheme)]);
            }
        });

        IncrementalValueProvider<bool> sharesIlgpu = declared
            .Where(static model => model.Scheme is not null)
            .Collect()
            .Combine(hasIlgpu)
            .Select(static (pair, _) => pair.Right && pair.Left.Length != 0)
            .WithTrackingName(Steps.SharesIlgpu);

        context.RegisterSourceOutput(sharesIlgpu, static (output, shares) =>
        {
            if (shares)
            {
                output.AddSource("KernelGen.Ilgpu.g.cs", SourceText.From(IlgpuEmitter.Shared, Encoding.UTF8));
            }
        });
    }

    private static void Add(SourceProductionContext context, CodecModel model, IReadOnlyList<GeneratedFile> files)
    {
        foreach (GeneratedFile file in files)
        {
            context.AddSource($"{model.Type.HintName}.{file.Suffix}.g.cs", SourceText.From(file.Source, Encoding.UTF8));
        }
    }
}
