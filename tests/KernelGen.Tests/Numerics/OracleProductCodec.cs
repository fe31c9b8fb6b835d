using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <summary>The oracle as a codec with codebooks.</summary>
public abstract class OracleProductCodec<TSelf> : OracleCodec<TSelf>
    where TSelf : OracleProductCodec<TSelf>, IVectorCodec<TSelf>, new()
{
    public ReadOnlyMemory<float> Codebooks => Oracle.Parameters.ToArray();

    public static TSelf FromCodebooks(ReadOnlySpan<float> codebooks) => Over(codebooks.ToArray());

    public virtual CpuTier ScanApproximate(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, CpuTier tier = CpuTier.Auto) =>
        Scan(prepared, block, firstRow, rows, scores, tier, Oracle is ReferenceProductCodec product ? product.ApproximateScores : Oracle.Scores);
}
