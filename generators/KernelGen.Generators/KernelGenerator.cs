using System.Text;
using KernelGen.Generators.Emit;
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

        context.RegisterSourceOutput(codecs, Emit);
    }

    private static void Emit(SourceProductionContext context, CodecModel model)
    {
        foreach (GeneratedFile file in CodecEmitter.Emit(model, context.CancellationToken))
        {
            context.AddSource($"{model.Type.HintName}.{file.Suffix}.g.cs", SourceText.From(file.Source, Encoding.UTF8));
        }
    }
}
