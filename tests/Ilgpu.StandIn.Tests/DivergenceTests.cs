using ILGPU;
using ILGPU.StandIn;

namespace Ilgpu.StandIn.Tests;

public class DivergenceTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Threads_that_end_do_not_reach_the_barrier(bool systemThreads)
    {
        using var machine = new Machine(options => options.UseSystemThreads = systemThreads);
        var exception = Assert.Throws<StandInException>(() => machine.Fill<int>(SomeEnd, (1, 8), 8));
        Assert.Contains("3 of 8 threads wait at barrier 1", exception.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Threads_reach_barriers_equally_often(bool systemThreads)
    {
        using var machine = new Machine(options => options.UseSystemThreads = systemThreads);
        var exception = Assert.Throws<StandInException>(() => machine.Fill<int>(DifferentCounts, (1, 8), 8));
        Assert.Contains("wait at barrier", exception.Message);
    }

    [Fact]
    public void Threads_wait_at_the_same_barrier()
    {
        using var machine = new Machine();
        var exception = Assert.Throws<StandInException>(() => machine.Fill<int>(DifferentSites, (1, 8), 8));
        Assert.Contains("different barriers", exception.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_exception_ends_the_other_threads(bool systemThreads)
    {
        using var machine = new Machine(options => options.UseSystemThreads = systemThreads);
        var exception = Assert.Throws<StandInException>(() => machine.Fill<int>(OneFails, (1, 8), 8));
        Assert.Equal(100, exception.Index);
        using var next = new Machine(options => options.UseSystemThreads = systemThreads);
        Assert.Equal([1], next.Fill<int>(Waits, (1, 8), 1));
    }

    private static void Waits(ArrayView<int> output, int length)
    {
        Group.Barrier();
        output[0] = 1;
    }

    private static void SomeEnd(ArrayView<int> output, int length)
    {
        Group.Barrier();
        if (Group.IdxX < 3)
        {
            Group.Barrier();
        }
    }

    private static void DifferentCounts(ArrayView<int> output, int length)
    {
        for (int i = 0; i < Group.IdxX; i++)
        {
            Group.Barrier();
        }
    }

    private static void DifferentSites(ArrayView<int> output, int length)
    {
        if (Group.IdxX < 3)
        {
            Group.Barrier();
        }
        else
        {
            Group.Barrier();
            output[0] = 1;
        }
    }

    private static void OneFails(ArrayView<int> output, int length)
    {
        Group.Barrier();
        if (Group.IdxX == 4)
        {
            output[100] = 1;
        }

        Group.Barrier();
    }
}
