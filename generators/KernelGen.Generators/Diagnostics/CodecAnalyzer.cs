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
        Rules.LearnedScaleFormat, Rules.OneBlock, Rules.NotACodec,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        foreach (Diagnostic problem in CodecParser.Parse((INamedTypeSymbol)context.Symbol, context.CancellationToken).Problems)
        {
            context.ReportDiagnostic(problem);
        }
    }
}
