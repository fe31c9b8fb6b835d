namespace KernelGen;

/// <summary>What <see cref="TwoStageSet{TCoarse, TFine}.Calibrate"/> measured.</summary>
public sealed record TwoStageCalibration
{
    /// <summary>The least oversample of those tried that reaches the target; the set's default from now on.</summary>
    public required double Oversample { get; init; }

    /// <summary>The share of the hits of searches of all fine codes that searches with this oversample find.</summary>
    public required double Recall { get; init; }

    /// <summary>How many queries were searched.</summary>
    public required int Queries { get; init; }

    /// <summary>How many hits were looked for.</summary>
    public required int K { get; init; }

    /// <summary>How many rows a query rescores.</summary>
    public required int RescoredRows { get; init; }
}
