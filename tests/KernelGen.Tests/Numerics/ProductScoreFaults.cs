namespace KernelGen.Tests.Numerics;

/// <summary>Returns approximate scores where the scores are asked for.</summary>
public class ScoresApproximated<TSelf> : OracleProductCodec<TSelf>
    where TSelf : ScoresApproximated<TSelf>, IVectorCodec<TSelf>, new()
{
    public override CpuTier Scan(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, CpuTier tier = CpuTier.Auto) =>
        ScanApproximate(prepared, block, firstRow, rows, scores, tier);
}

/// <summary>Returns scores where approximate ones are asked for.</summary>
public class ApproximateExact<TSelf> : OracleProductCodec<TSelf>
    where TSelf : ApproximateExact<TSelf>, IVectorCodec<TSelf>, new()
{
    public override CpuTier ScanApproximate(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, CpuTier tier = CpuTier.Auto) =>
        Scan(prepared, block, firstRow, rows, scores, tier);
}

/// <summary>Excludes rows whose approximate score is below the threshold, though their score may not be.</summary>
public class ExcludedByApproximation<TSelf> : OracleProductCodec<TSelf>
    where TSelf : ExcludedByApproximation<TSelf>, IVectorCodec<TSelf>, new()
{
    public override CpuTier Search(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, ReadOnlySpan<long> ids, ReadOnlySpan<TopK> tops, CpuTier tier = CpuTier.Auto)
    {
        var scores = new float[tops.Length * ids.Length];
        var approximate = new float[scores.Length];
        CpuTier ran = Scan(prepared, block, 0, ids.Length, scores, tier);
        ScanApproximate(prepared, block, 0, ids.Length, approximate, tier);
        for (int i = 0; i < scores.Length; i++)
        {
            (int query, int row) = Math.DivRem(i, ids.Length);
            if (approximate[i] >= tops[query].Threshold)
            {
                tops[query].Offer(ids[row], scores[i]);
            }
        }

        return ran;
    }
}

/// <summary>Keeps the first of equal scores, whatever their ids.</summary>
public class EqualScoresLost<TSelf> : OracleProductCodec<TSelf>
    where TSelf : EqualScoresLost<TSelf>, IVectorCodec<TSelf>, new()
{
    public override CpuTier Search(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, ReadOnlySpan<long> ids, ReadOnlySpan<TopK> tops, CpuTier tier = CpuTier.Auto)
    {
        var scores = new float[tops.Length * ids.Length];
        CpuTier ran = Scan(prepared, block, 0, ids.Length, scores, tier);
        for (int i = 0; i < scores.Length; i++)
        {
            (int query, int row) = Math.DivRem(i, ids.Length);
            if (scores[i] > tops[query].Threshold)
            {
                tops[query].Offer(ids[row], scores[i]);
            }
        }

        return ran;
    }
}

/// <summary>Searches the rows of whole groups of 32 only.</summary>
public class LastGroupLost<TSelf> : OracleProductCodec<TSelf>
    where TSelf : LastGroupLost<TSelf>, IVectorCodec<TSelf>, new()
{
    public override CpuTier Search(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, ReadOnlySpan<long> ids, ReadOnlySpan<TopK> tops, CpuTier tier = CpuTier.Auto) =>
        base.Search(prepared, block, ids[..(ids.Length / 32 * 32)], tops, tier);
}

/// <summary>Scores a pair wrong in the last bit.</summary>
public class PairOff<TSelf> : OracleProductCodec<TSelf>
    where TSelf : PairOff<TSelf>, IVectorCodec<TSelf>, new()
{
    public override float ScorePair(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, CpuTier tier = CpuTier.Auto) =>
        MathF.BitIncrement(base.ScorePair(first, second, tier));
}

/// <summary>Excludes rows for every query by the threshold of the first.</summary>
public class ThresholdOfFirstQuery<TSelf> : OracleProductCodec<TSelf>
    where TSelf : ThresholdOfFirstQuery<TSelf>, IVectorCodec<TSelf>, new()
{
    public override CpuTier Search(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, ReadOnlySpan<long> ids, ReadOnlySpan<TopK> tops, CpuTier tier = CpuTier.Auto)
    {
        var scores = new float[tops.Length * ids.Length];
        CpuTier ran = Scan(prepared, block, 0, ids.Length, scores, tier);
        for (int i = 0; i < scores.Length; i++)
        {
            (int query, int row) = Math.DivRem(i, ids.Length);
            if (scores[i] >= tops[0].Threshold)
            {
                tops[query].Offer(ids[row], scores[i]);
            }
        }

        return ran;
    }
}

/// <summary>Takes subnormal scores for zero.</summary>
public class SubnormalScoresLost<TSelf> : OracleProductCodec<TSelf>
    where TSelf : SubnormalScoresLost<TSelf>, IVectorCodec<TSelf>, new()
{
    public override CpuTier Scan(
        ReadOnlySpan<byte> prepared, ReadOnlySpan<byte> block, int firstRow, int rows, Span<float> scores, CpuTier tier = CpuTier.Auto)
    {
        CpuTier ran = base.Scan(prepared, block, firstRow, rows, scores, tier);
        foreach (ref float score in scores)
        {
            score = float.IsSubnormal(score) ? 0 : score;
        }

        return ran;
    }
}
