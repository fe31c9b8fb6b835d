using System.Runtime.InteropServices;

namespace KernelGen;

/// <summary>A search result. A greater score is better, whatever the metric.</summary>
/// <param name="Id">The id that the vector was added under.</param>
/// <param name="Score">The score; for <see cref="Metric.SquaredL2"/> minus the squared distance.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Hit(long Id, float Score);
