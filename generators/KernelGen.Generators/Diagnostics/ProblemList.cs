using Microsoft.CodeAnalysis;

namespace KernelGen.Generators.Diagnostics;

/// <summary>What is wrong with one declaration, gathered while it is parsed.</summary>
internal sealed class ProblemList
{
    private readonly List<Diagnostic> _items = [];

    public IReadOnlyList<Diagnostic> Items => _items;

    /// <summary>Whether there can be no kernels. Severities that the user changed have no say in that.</summary>
    public bool HasErrors => _items.Exists(static item => item.DefaultSeverity == DiagnosticSeverity.Error);

    /// <summary>Whether the class cannot even have a generated part.</summary>
    public bool PreventCompletion => _items.Exists(static item => Rules.PreventsCompletion(item.Descriptor));

    public void Add(DiagnosticDescriptor rule, Location location, params object[] arguments) =>
        _items.Add(Diagnostic.Create(rule, location, arguments));
}
