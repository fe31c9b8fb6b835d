using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.StandIn;

namespace Ilgpu.StandIn.Tests;

public class KernelCheckTests
{
    private static readonly int[] s_table = [1, 2];

    public static TheoryData<string, Action<ArrayView<int>, int>> Rejected => new()
    {
        { "division by the constant 4", (view, n) => view[0] = n / 4 },
        { "division by the constant 8", (view, n) => view[0] = (int)((uint)n / 8) },
        { "new System.InvalidOperationException", (view, n) => view[0] = n > 0 ? 1 : throw new InvalidOperationException() },
        { "static Int32[] s_table", (view, n) => view[0] = s_table[n] },
        { "Math.Clamp", (view, n) => view[0] = Math.Clamp(n, 0, 1) },
        { "Unsafe.Add", (view, n) => Unsafe.Add(ref view[0], n) = 1 },
        { "BitConverter.UInt32BitsToSingle", (view, n) => view[0] = (int)BitConverter.UInt32BitsToSingle((uint)n) },
        { "MathF.Exp", (view, n) => view[0] = (int)MathF.Exp(n) },
        { "a remainder of floats", (view, n) => view[0] = (int)((float)n % 3f) },
        { "new Int32[variable]", (view, n) => view[0] = new int[n].Length },
        { "MathF.FusedMultiplyAdd", (view, n) => view[0] = (int)MathF.FusedMultiplyAdd(n, n, n) },
        { "Packed is packed", (view, n) => view[0] = view.Cast<Packed>()[0].B },
        { "Union has an explicit layout", (view, n) => view[0] = view.Cast<Union>()[0].A },
        { "ReadOnlySpan", (view, n) => view[0] = ((ReadOnlySpan<byte>)[1, 2, 3])[n] },
        { "try", (view, n) => Tries(view) },
    };

    public static TheoryData<Action<ArrayView<int>, int>> Accepted =>
    [
        (view, n) => view[0] = n >> 2,
        (view, n) => view[0] = n / 3,
        (view, n) => view[0] = n % 4,
        (view, n) => view[0] = new[] { 1, 2, 3, 4 }[n],
        (view, n) => view[0] = (int)MathF.Sqrt(BitOperations.PopCount((uint)n)),
        (view, n) => view[0] = (int)(n / 4f),
        (view, n) => view[0] = Unsafe.As<int, Pair>(ref view[0]).A,
        (view, n) => view[0] = new Pair(n, n).A,
    ];

    [Theory]
    [MemberData(nameof(Rejected))]
    public void What_the_real_one_rejects_or_miscompiles_is_named(string objection, Action<ArrayView<int>, int> kernel)
    {
        using var machine = new Machine();
        var exception = Assert.Throws<StandInException>(() => machine.Accelerator.LoadStreamKernel<ArrayView<int>, int>(kernel));
        Assert.Contains(objection, exception.Message);
        machine.Scope.Options.CheckKernels = false;
        machine.Accelerator.LoadStreamKernel<ArrayView<int>, int>(kernel);
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public void What_it_compiles_is_accepted(Action<ArrayView<int>, int> kernel)
    {
        using var machine = new Machine();
        machine.Fill(kernel, (1, 1), 2);
    }

    [Fact]
    public void Arguments_are_blittable()
    {
        using var machine = new Machine();
        Assert.Throws<StandInException>(() => machine.Accelerator.LoadStreamKernel<ArrayView<int>, bool>((view, flag) => view[0] = 1));
        Assert.Throws<NotSupportedException>(() => machine.Accelerator.Allocate1D<bool>(1));
        int captured = 1;
        Assert.Throws<NotSupportedException>(
            () => machine.Accelerator.LoadStreamKernel<ArrayView<int>, int>((view, n) => view[0] = captured));
    }

    private static void Tries(ArrayView<int> view)
    {
        try
        {
            view[0] = 1;
        }
        finally
        {
            view[1] = 1;
        }
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private record struct Packed(int A, int B);

    [StructLayout(LayoutKind.Explicit)]
    private struct Union
    {
        [FieldOffset(0)]
        public int A;

        [FieldOffset(0)]
        public float B;
    }

    private record struct Pair(int A, int B);
}
