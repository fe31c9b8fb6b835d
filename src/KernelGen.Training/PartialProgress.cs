namespace KernelGen.Training;

/// <summary>The progress of a part of the work.</summary>
internal sealed class PartialProgress : IProgress<double>
{
    private readonly IProgress<double> _whole;
    private readonly double _from;
    private readonly double _to;

    private PartialProgress(IProgress<double> whole, double from, double to) => (_whole, _from, _to) = (whole, from, to);

    /// <summary>Reports 0 to 1 as a share of the whole, if anything is to be told.</summary>
    internal static PartialProgress? Of(IProgress<double>? whole, double from, double to) => whole is null ? null : new(whole, from, to);

    public void Report(double value) => _whole.Report(_from + (value * (_to - _from)));
}
