using System.Collections.Immutable;
using KernelGen.Generators.Schemes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelGen.Generators.Diagnostics;

/// <summary>Reports what keeps a class from becoming a codec. The generator itself reports nothing.</summary>
/// <remarks>An analyzer, because its diagnostics obey <c>#pragma</c> and moving one does not run the generator again.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CodecAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        Rules.NotPartial, Rules.ContainingTypeNotPartial, Rules.NotSealed, Rules.UnsupportedKind, Rules.MemberClash,
        Rules.OwnConstruction, Rules.OldLanguageVersion, Rules.Dimensions, Rules.NoQuantizer, Rules.SeveralQuantizers, Rules.Bits,
        Rules.SymmetricBit, Rules.UndefinedValue, Rules.NeedlessScale, Rules.BlockSize, Rules.SizeWithoutBlock,
        Rules.LearnedScaleFormat, Rules.OneBlock, Rules.NotACodec, Rules.IlgpuVersion, Rules.Subspaces,
        Rules.Components, Rules.NeedlessNormalize,
        Rules.Stages, Rules.GroupSize, Rules.Beam, Rules.CodebookValues, Rules.NormOfCosine, Rules.Groups,
        Rules.HammingOfValues, Rules.DistanceOfSigns, Rules.NeedlessCenter,
        Rules.Prefixes, Rules.PrefixEnd, Rules.PrefixesOfBlocks, Rules.PrefixesOfTransforms, Rules.PrefixesOfQuantizer,
        Rules.HammingOfPlanes, Rules.OrderOfPlanes, Rules.BitsOfLevels,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            Version? ilgpu = IlgpuReference.VersionIn(start.Compilation);
            Version? unsupported = IlgpuReference.IsSupported(ilgpu) ? null : ilgpu;
            start.RegisterSymbolAction(symbol => Analyze(symbol, unsupported), SymbolKind.NamedType);
        });
    }

    private static void Analyze(SymbolAnalysisContext context, Version? unsupportedIlgpu)
    {
        var parsed = CodecParser.Parse((INamedTypeSymbol)context.Symbol, context.CancellationToken);
        foreach (Diagnostic problem in parsed.Problems)
        {
            context.ReportDiagnostic(problem);
        }

        if (unsupportedIlgpu is not null && parsed.Model?.Scheme is not null)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.IlgpuVersion, context.Symbol.Locations[0], context.Symbol.Name, IlgpuReference.Supported, unsupportedIlgpu));
        }
    }
}
