namespace KernelGen.Benchmarks;

internal sealed partial class Measurer
{
    /// <summary>Rotated codes: encode and decode, scans in cache and from memory.</summary>
    public void Rotated()
    {
        foreach (Subject subject in Subject.Rotated)
        {
            Code(subject, Measurements.RotatedCodes);
        }

        // How scales were searched for makes no difference to scans.
        Scan([.. Subject.Rotated.Where(static subject => !subject.Name.Contains("fast", StringComparison.Ordinal))]);
    }
}
