using Microsoft.CodeAnalysis;

namespace KernelGen.Generators.Diagnostics;

/// <summary>What is wrong with one declaration, gathered while it is parsed.</summary>
internal sealed class ProblemList
{
    private readonly List<Diagnostic> _items = [];

    public IReadOnlyList<Diagnostic> Items => _items;

    /// <summary>Whether nothing can be generated. Severities that the user changed have no say in that.</summary>
    public bool HasErrors => _items.Exists(static item => item.DefaultSeverity == DiagnosticSeverity.Error);

    public void Add(DiagnosticDescriptor rule, Location location, params object[] arguments) =>
        _items.Add(Diagnostic.Create(rule, location, arguments));
}
