using ILGPU;

namespace KernelGen.GpuTests.Conformance;

/// <summary>The ILGPU that these tests were built with: our stand-in, or the package.</summary>
internal static class IlgpuUnderTest
{
#if REAL_ILGPU
    public const bool IsReal = true;
#else
    public const bool IsReal = false;
#endif

    /// <summary>The assembly that codecs are compiled with.</summary>
    public static string Assembly { get; } = typeof(Context).Assembly.Location;
}
