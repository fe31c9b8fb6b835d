namespace KernelGen;

/// <summary>
/// Scales vectors and queries to norm 1 before anything else; a vector of zeros stays one. <see cref="Metric.Cosine"/> does so by itself.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class NormalizeAttribute : Attribute;
