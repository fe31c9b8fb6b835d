namespace KernelGen;

/// <summary>How a set scores its vectors.</summary>
public enum Scoring
{
    /// <summary>By the scores that the scheme defines: a search returns what scoring every vector and sorting would return.</summary>
    Exact,

    /// <summary>
    /// By <see cref="IVectorCodec{TSelf}.ScanApproximate"/>, where the scheme has approximate scores (product codes of 4 bits: the sums of
    /// byte tables, whose order differs from the exact one for close scores). Other schemes score as ever.
    /// </summary>
    Approximate,
}
