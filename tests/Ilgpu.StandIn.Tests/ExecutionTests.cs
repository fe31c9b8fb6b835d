using ILGPU;
using ILGPU.Runtime;
using ILGPU.StandIn;

namespace Ilgpu.StandIn.Tests;

public class ExecutionTests
{
    public static TheoryData<ThreadOrder, bool> WaysToRun
    {
        get
        {
            var data = new TheoryData<ThreadOrder, bool>();
            foreach (ThreadOrder order in Enum.GetValues<ThreadOrder>())
            {
                data.Add(order, true);
                data.Add(order, false);
            }

            return data;
        }
    }

    [Fact]
    public void Threads_know_their_place()
    {
        using var machine = new Machine();
        int[] places = machine.Fill<int>(Places, new KernelConfig(new Index3D(2, 3, 1), new Index3D(4, 2, 1)), 6 * 8);
        Assert.Equal(Enumerable.Range(0, 6 * 8), places);
    }

    [Fact]
    public void Atomics_return_what_was_there()
    {
        using var machine = new Machine();
        int[] values = machine.Fill<int>(Atomics, (3, 5), 20);
        Assert.Equal(15, values[0]);
        Assert.Equal(Enumerable.Range(0, 15), values[1..16].Order());
    }

    [Theory]
    [MemberData(nameof(WaysToRun))]
    public void A_tree_in_shared_memory_adds_up(ThreadOrder order, bool systemThreads)
    {
        using var machine = new Machine(options =>
        {
            options.ThreadOrder = order;
            options.UseSystemThreads = systemThreads;
        });
        int[] sums = machine.Fill<int>(Tree, (3, 128), 3);
        Assert.Equal(Enumerable.Range(0, 3).Select(group => Enumerable.Range(group * 128, 128).Sum()), sums);
    }

    [Theory]
    [MemberData(nameof(WaysToRun))]
    public void Barriers_stand_in_called_methods(ThreadOrder order, bool systemThreads)
    {
        using var machine = new Machine(options =>
        {
            options.ThreadOrder = order;
            options.UseSystemThreads = systemThreads;
        });
        int[] values = machine.Fill<int>(Called<Backwards>, (2, 8), 16);
        Assert.Equal(Enumerable.Range(0, 16).Select(i => ((i / 8) + 1) * ((7 - (i % 8)) + 28)), values);
        Assert.Equal(systemThreads ? 1 : 0, machine.Scope.Counters.SlowLaunches);
    }

    [Theory]
    [MemberData(nameof(WaysToRun))]
    public void Barriers_count_predicates(ThreadOrder order, bool systemThreads)
    {
        using var machine = new Machine(options =>
        {
            options.ThreadOrder = order;
            options.UseSystemThreads = systemThreads;
        });
        Assert.Equal([311, 311, 311, 311, 311, 311, 311, 311], machine.Fill<int>(Predicates, (1, 8), 8));
    }

    [Theory]
    [MemberData(nameof(WaysToRun))]
    public void What_a_kernel_holds_survives_barriers(ThreadOrder order, bool systemThreads)
    {
        using var machine = new Machine(options =>
        {
            options.ThreadOrder = order;
            options.UseSystemThreads = systemThreads;
        });
        double[] values = machine.Fill<double>(Holds, (1, 8), 8);
        Assert.Equal([10.25, 21.75, 30.25, 9.25, 10.25, 21.75, 30.25, 9.25], values);
        Assert.Equal(systemThreads ? 1 : 0, machine.Scope.Counters.SlowLaunches);
    }

    [Fact]
    public void References_to_memory_live_across_barriers()
    {
        using var machine = new Machine();
        Assert.Equal([3, 3, 3, 3], machine.Fill<int>(KeepsReferenceToMemory, (1, 4), 4));
        Assert.Equal(0, machine.Scope.Counters.SlowLaunches);
    }

    [Fact]
    public void References_to_variables_need_threads_of_the_system()
    {
        using var machine = new Machine();
        Assert.Equal([3, 3, 3, 3], machine.Fill<int>(KeepsReferenceToVariable, (1, 4), 4));
        Assert.Equal(1, machine.Scope.Counters.SlowLaunches);
    }

    [Fact]
    public void A_missing_barrier_shows()
    {
        using var machine = new Machine();
        Assert.NotEqual([3, 2, 1, 0], machine.Fill<int>(MissingBarrier, (1, 4), 4));
    }

    [Fact]
    public void Kernels_take_up_to_fourteen_arguments()
    {
        using var machine = new Machine();
        using MemoryBuffer1D<long, Stride1D.Dense> buffer = machine.Accelerator.Allocate1D<long>(1);
        var kernel = machine.Accelerator.LoadKernel<ArrayView<long>, int, uint, long, ulong, float, double, byte, short, int, int, int, int, int>(
            Fourteen);
        kernel(machine.Accelerator.DefaultStream, (1, 1), buffer.View, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
        Assert.Equal([91L], buffer.GetAsArray1D());
    }

    private static void Places(ArrayView<int> output, int length)
    {
        int group = (Grid.IdxY * Grid.DimX) + Grid.IdxX;
        int thread = (Group.IdxY * Group.DimX) + Group.IdxX;
        int index = (group * Group.DimX * Group.DimY) + thread;
        if (index < length && group == Grid.LinearIndex && thread == Group.LinearIndex)
        {
            output[index] = Grid.GlobalLinearIndex;
        }
    }

    private static void Atomics(ArrayView<int> output, int length)
    {
        if (Grid.GlobalLinearIndex == 0)
        {
            output[0] = 0;
        }

        int before = Atomic.Add(ref output[0], 1);
        output[1 + before] = before;
    }

    private static void Tree(ArrayView<int> output, int length)
    {
        ArrayView<int> shared = SharedMemory.Allocate<int>(128);
        int thread = Group.IdxX;
        shared[thread] = Grid.GlobalIndex.X;
        Group.Barrier();
        for (int half = 64; half > 0; half >>= 1)
        {
            if (thread < half)
            {
                shared[thread] += shared[thread + half];
            }

            Group.Barrier();
        }

        if (Group.IsFirstThread)
        {
            output[Grid.IdxX] = shared[0];
        }
    }

    private interface IPermutation
    {
        static abstract int Exchange(ArrayView<int> shared, int value);
    }

    private static void Called<TPermutation>(ArrayView<int> output, int length)
        where TPermutation : struct, IPermutation
    {
        ArrayView<int> shared = SharedMemory.Allocate<int>(8);
        int factor = Grid.IdxX + 1;
        int other = TPermutation.Exchange(shared, Group.IdxX * factor);
        int sum = Sum(shared, Group.IdxX * factor);
        output[Grid.GlobalIndex.X] = other + sum;
    }

    private static int Sum(ArrayView<int> shared, int value)
    {
        int sum = 0;
        for (int turn = 0; turn < Group.DimX; turn++)
        {
            if (Group.IdxX == turn)
            {
                shared[0] = value;
            }

            Group.Barrier();
            sum += shared[0];
            Group.Barrier();
        }

        return sum;
    }

    private static void Predicates(ArrayView<int> output, int length)
    {
        int even = Group.BarrierPopCount(Group.IdxX % 3 == 0);
        bool all = Group.BarrierAnd(Group.IdxX < 8);
        bool notAll = !Group.BarrierAnd(Group.IdxX < 7);
        bool any = Group.BarrierOr(Group.IdxX == 5);
        output[Group.IdxX] = (even * 100) + (all && notAll ? 10 : 0) + (any ? 1 : 0);
    }

    private static void Holds(ArrayView<double> output, int length)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(8);
        var local = new int[4];
        (int Sum, double Half) pair = (0, 0.25);
        long wide = 5_000_000_000;
        int kind = (Group.IdxX % 4) switch
        {
            0 => 10,
            1 => 20,
            2 => 30,
            _ => 9,
        };
        for (int outer = 0; outer < 2; outer++)
        {
            local[outer] = kind + outer;
            for (int inner = 0; inner < 3; inner++)
            {
                shared[(Group.IdxX + 1) & 7] = inner;
                Group.Barrier();
                pair.Sum += (int)shared[Group.IdxX] + local[outer];
                pair.Half += outer == 1 && kind == 20 ? 0.5 : 0;
                Group.Barrier();
            }
        }

        // Six times kind, three times the outer loop's 1, twice the inner loop's 3.
        bool intact = wide == 5_000_000_000 && local[1] == kind + 1 && pair.Sum == (6 * kind) + 9;
        output[Group.IdxX] = intact ? kind + pair.Half : -1;
    }

    private static void KeepsReferenceToMemory(ArrayView<int> output, int length)
    {
        ref int mine = ref output[Group.IdxX];
        mine = 1;
        Group.Barrier();
        mine += 2;
    }

    private static void KeepsReferenceToVariable(ArrayView<int> output, int length)
    {
        int value = 1;
        ref int mine = ref value;
        Group.Barrier();
        mine += 2;
        output[Group.IdxX] = value;
    }

    private static void MissingBarrier(ArrayView<int> output, int length)
    {
        ArrayView<int> shared = SharedMemory.Allocate<int>(4);
        shared[Group.IdxX] = Group.IdxX;
        output[Group.IdxX] = shared[3 - Group.IdxX];
    }

    private static void Fourteen(
        ArrayView<long> output, int a, uint b, long c, ulong d, float e, double f, byte g, short h, int i, int j, int k, int l, int m) =>
        output[0] = a + b + c + (long)d + (long)e + (long)f + g + h + i + j + k + l + m;

    private readonly struct Backwards : IPermutation
    {
        public static int Exchange(ArrayView<int> shared, int value)
        {
            shared[Group.IdxX] = value;
            Group.Barrier();
            int other = shared[Group.DimX - 1 - Group.IdxX];
            Group.Barrier();
            return other;
        }
    }
}
