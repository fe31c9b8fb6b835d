namespace KernelGen;

/// <summary>Which ids a search may return.</summary>
public sealed class IdFilter;
