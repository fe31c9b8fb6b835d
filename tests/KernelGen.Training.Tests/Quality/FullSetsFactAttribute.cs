namespace KernelGen.Training.Tests.Quality;

/// <summary>A fact about sets that the repository does not ship: skipped unless KERNELGEN_SETS names the directory that has them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FullSetsFactAttribute : FactAttribute
{
    public FullSetsFactAttribute()
    {
        if (Directory is null)
        {
            Skip = "KERNELGEN_SETS names no directory of .fvecs files.";
        }
    }

    public static string? Directory => Environment.GetEnvironmentVariable("KERNELGEN_SETS");
}
