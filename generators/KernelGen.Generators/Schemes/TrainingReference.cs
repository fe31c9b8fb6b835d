using Microsoft.CodeAnalysis;

namespace KernelGen.Generators.Schemes;

/// <summary>The package that trains codebooks, if a compilation references it.</summary>
internal static class TrainingReference
{
    private const string RecognisedType = "KernelGen.Training.ProductQuantizerTraining";

    public static bool IsIn(Compilation compilation) => compilation.GetTypeByMetadataName(RecognisedType) is not null;
}
