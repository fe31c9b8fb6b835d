using System.Collections.Immutable;
using System.Composition;
using KernelGen.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace KernelGen.CodeFixes;

/// <summary>Makes a codec partial, with the types around it, or sealed.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ModifierCodeFix))]
[Shared]
public sealed class ModifierCodeFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } =
        [Rules.NotPartial.Id, Rules.ContainingTypeNotPartial.Id, Rules.NotSealed.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        TypeDeclarationSyntax? type = root?.FindNode(context.Span).FirstAncestorOrSelf<TypeDeclarationSyntax>();
        if (type is null)
        {
            return;
        }

        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            CodeAction fix = diagnostic.Id == Rules.NotSealed.Id
                ? Fix("Make sealed", [type], static modifiers => modifiers.WithIsSealed(true))
                : Fix(
                    "Make partial",
                    type.AncestorsAndSelf().OfType<TypeDeclarationSyntax>(),
                    static modifiers => modifiers.WithPartial(true));
            context.RegisterCodeFix(fix, diagnostic);
        }

        CodeAction Fix(string title, IEnumerable<SyntaxNode> types, Func<DeclarationModifiers, DeclarationModifiers> change) =>
            CodeAction.Create(title, token => ChangeAsync(context.Document, types, change, token), equivalenceKey: title);
    }

    private static async Task<Document> ChangeAsync(
        Document document,
        IEnumerable<SyntaxNode> types,
        Func<DeclarationModifiers, DeclarationModifiers> change,
        CancellationToken cancellationToken)
    {
        DocumentEditor editor = await DocumentEditor.CreateAsync(document, cancellationToken).ConfigureAwait(false);
        foreach (SyntaxNode type in types)
        {
            editor.SetModifiers(type, change(editor.Generator.GetModifiers(type)));
        }

        return editor.GetChangedDocument();
    }
}
