namespace KernelGen.Benchmarks;

internal sealed partial class Measurer
{
    /// <summary>Rotated codes: encode and decode, errors of estimates, scans in cache and from memory.</summary>
    public void Rotated()
    {
        foreach (Subject subject in Subject.Rotated)
        {
            Code(subject, Measurements.RotatedCodes);
        }

        progress("rotated codes, errors of estimates");
        Measurements.Estimates.Add(new(1, 128, EstimateRun.Error<Rotated1L2X128>(), Peers.EstimateErrors[(1, 128)]));
        Measurements.Estimates.Add(new(1, 768, EstimateRun.Error<Rotated1L2X768>(), Peers.EstimateErrors[(1, 768)]));
        Measurements.Estimates.Add(new(2, 768, EstimateRun.Error<Rotated2L2X768>(), Peers.EstimateErrors[(2, 768)]));
        Measurements.Estimates.Add(new(4, 768, EstimateRun.Error<Rotated4L2X768>(), Peers.EstimateErrors[(4, 768)]));
        Measurements.Estimates.Add(new(8, 768, EstimateRun.Error<Rotated8L2X768>(), Peers.EstimateErrors[(8, 768)]));

        // How scales were searched for makes no difference to scans.
        Scan([.. Subject.Rotated.Where(static subject => !subject.Name.Contains("fast", StringComparison.Ordinal))]);
    }
}
