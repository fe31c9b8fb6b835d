namespace KernelGen.Training;

/// <summary>A rotation, and the codebooks of a product quantizer for rotated vectors.</summary>
/// <param name="Rotation">An orthogonal matrix of D rows of D values, row after row: the rotated vector's value j is the inner
/// product of row j and the vector.</param>
/// <param name="Codebooks">The codebooks, in the order that <see cref="CodebookShape"/> describes.</param>
public sealed record OptimizedProductCodebooks(float[] Rotation, float[] Codebooks);
