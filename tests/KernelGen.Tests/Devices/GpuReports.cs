namespace KernelGen.Tests.Devices;

/// <summary>What <see cref="GpuDiagnostics"/> tells.</summary>
internal static class GpuReports
{
    /// <summary>What is reported while an action runs.</summary>
    public static List<GpuDiagnostic> Of(Action action)
    {
        var reports = new List<GpuDiagnostic>();
        void Add(GpuDiagnostic report)
        {
            lock (reports)
            {
                reports.Add(report);
            }
        }

        GpuDiagnostics.Reported += Add;
        try
        {
            action();
        }
        finally
        {
            GpuDiagnostics.Reported -= Add;
        }

        return reports;
    }
}
