namespace KernelGen.Training;

/// <summary>How product quantizers learn.</summary>
public record CodebookTrainingOptions : KMeansOptions;
