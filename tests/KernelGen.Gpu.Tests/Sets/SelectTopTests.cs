using KernelGen.Devices;
using KernelGen.Generated;
using KernelGen.GpuTests.Conformance;
using KernelGen.GpuTests.Infrastructure;

namespace KernelGen.GpuTests.Sets;

/// <summary>The kernel that chooses the best candidates, on every device under test.</summary>
public sealed class SelectTopTests
{
    private const int GreatestCount = IlgpuUnderTest.IsReal ? 1025 : int.MaxValue;

    public static TheoryData<string> Kinds => [.. SelectTopChecks.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_best_are_chosen(string kind)
    {
        foreach (int index in DevicesUnderTest.Of<Int8Cosine>())
        {
            using GpuAccelerator gpu = IlgpuLibrary.Instance.Open(IlgpuLibrary.Instance.FindDevices()[index]);
            new SelectTopChecks(gpu).Check(kind, GreatestCount);
        }
    }
}
