using KernelGen.GpuTests.Conformance;

namespace KernelGen.GpuTests.Package;

/// <summary>A test of what our stand-in has not: skipped, with the reason, unless these tests were built with the package.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealIlgpuFactAttribute : FactAttribute
{
    internal const string? WhyNot = IlgpuUnderTest.IsReal ? null : "needs the package: -p:IlgpuVersion=1.5.3";

    public RealIlgpuFactAttribute() => Skip = WhyNot;
}

/// <inheritdoc cref="RealIlgpuFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealIlgpuTheoryAttribute : TheoryAttribute
{
    public RealIlgpuTheoryAttribute() => Skip = RealIlgpuFactAttribute.WhyNot;
}
