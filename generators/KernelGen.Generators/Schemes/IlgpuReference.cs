using Microsoft.CodeAnalysis;

namespace KernelGen.Generators.Schemes;

/// <summary>The ILGPU that a compilation references.</summary>
internal static class IlgpuReference
{
    /// <summary>Versions that generated code is written for and was compiled against.</summary>
    public const string Supported = "1.5.x";

    private const string RecognisedType = "ILGPU.Runtime.KernelLoaders";

    /// <summary>Its version; null if the compilation references none.</summary>
    public static Version? VersionIn(Compilation compilation) => compilation.GetTypeByMetadataName(RecognisedType)?.ContainingAssembly.Identity.Version;

    /// <summary>Whether kernels can be generated for it.</summary>
    public static bool IsSupported(Version? version) => version is { Major: 1, Minor: 5 };
}
