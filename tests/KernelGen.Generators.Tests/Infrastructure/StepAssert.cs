extern alias generators;

using generators::KernelGen.Generators;
using Microsoft.CodeAnalysis;

namespace KernelGen.Generators.Tests.Infrastructure;

/// <summary>Questions about the recorded steps of a run.</summary>
internal static class StepAssert
{
    private static readonly string[] s_tracked =
        [KernelGenerator.Steps.Parse, KernelGenerator.Steps.AmbiguousNames, KernelGenerator.Steps.Name];

    private static readonly IncrementalStepRunReason[] s_asBefore =
        [IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged];

    /// <summary>Every output of the steps that KernelGen names.</summary>
    public static IEnumerable<(object Value, IncrementalStepRunReason Reason)> Models(GeneratorDriver driver) =>
        from name in s_tracked
        from step in driver.GetRunResult().Results.Single().TrackedSteps.GetValueOrDefault(name, [])
        from output in step.Outputs
        select output;

    public static IEnumerable<IncrementalStepRunReason> SourceOutputs(GeneratorDriver driver) =>
        from steps in driver.GetRunResult().Results.Single().TrackedOutputSteps.Values
        from step in steps
        from output in step.Outputs
        select output.Reason;

    /// <summary>Demands that there were steps, that every model came out as before and that no source was written again.</summary>
    public static void NothingChanged(GeneratorDriver driver)
    {
        IncrementalStepRunReason[] models = [.. Models(driver).Select(output => output.Reason)];
        Assert.NotEmpty(models);
        Assert.All(models, reason => Assert.Contains(reason, s_asBefore));
        Assert.All(SourceOutputs(driver), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }
}
