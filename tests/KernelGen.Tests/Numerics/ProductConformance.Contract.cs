namespace KernelGen.Tests.Numerics;

/// <content>What does not depend on a tier.</content>
internal sealed partial class ProductChecks<TCodec>
{
    public void CheckContract(bool isThorough)
    {
        CheckLayout();
        Assert.Equal(new CodebookShape(_scheme.Dimensions, _scheme.Subspaces, _scheme.Bits), Layout.Codebooks);
        foreach (Placement placement in isThorough ? Enum.GetValues<Placement>() : [Placement.AgainstEnd])
        {
            CheckPacks(placement, ProductVectors.RowCodes(_oracle, _scores.Queries, Random, BlockRows));
        }

        if (isThorough)
        {
            Context = _scheme.Text;
            CheckPersistence();
            CheckRejections();
            CheckCodebooks();
            CheckTraining();
        }
    }

    /// <summary>Queries with an entry of exactly the limit are rejected; the greatest below it are among those that are scored.</summary>
    public void CheckLimit()
    {
        // A normalised query cannot reach it.
        if (_scheme.Metric == Metric.Cosine)
        {
            return;
        }

        CheckLimit(Rows[0], ProductVectors.RejectedQueries(_scheme));
    }
}
