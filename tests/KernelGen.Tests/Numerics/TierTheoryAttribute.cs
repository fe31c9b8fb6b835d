using Xunit;

namespace KernelGen.Tests.Numerics;

/// <summary>A theory that is skipped, with the reason, where the processor does not run a tier.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TierTheoryAttribute : TheoryAttribute
{
    public TierTheoryAttribute(CpuTier tier)
    {
        Tier = tier;
        if (!CpuTiers.IsSupported(tier))
        {
            Skip = $"This processor does not run {tier}.";
        }
    }

    public CpuTier Tier { get; }
}
