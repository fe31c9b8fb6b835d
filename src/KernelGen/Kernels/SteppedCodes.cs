using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KernelGen.Kernels;

/// <summary>How a grid of steps encodes values.</summary>
internal interface ISteps
{
    /// <summary>Stores the codes of eight values.</summary>
    /// <param name="values">The values.</param>
    /// <param name="index">Which one of the vector the first of them is.</param>
    /// <param name="codes">Receives eight codes, a byte each.</param>
    /// <returns>The levels that the codes stand for, of which zero has one of 1/2 or -1/2.</returns>
    Vector512<double> Encode(Vector256<float> values, int index, ref byte codes);
}

/// <summary>Encodes vectors by steps, and sums up what scales are made of. The same results on every processor.</summary>
internal static class SteppedCodes
{
    /// <summary>Encodes a vector.</summary>
    /// <param name="values">The vector.</param>
    /// <param name="steps">The grid.</param>
    /// <param name="codes">Receives a code per byte.</param>
    /// <returns>The inner product of vector and levels (striped), and the sum of squares of the levels.</returns>
    /// <remarks>Nothing is called while the sums live, and none is passed by reference: they would be stored and loaded in every turn.</remarks>
    public static (double Product, double Squares) Encode<TSteps>(ReadOnlySpan<float> values, TSteps steps, Span<byte> codes)
        where TSteps : struct, ISteps
    {
        Span<float> last = stackalloc float[8];
        int whole = values.Length & ~7;
        last.Clear();
        values[whole..].CopyTo(last);
        ref float source = ref MemoryMarshal.GetReference(values);
        ref byte destination = ref MemoryMarshal.GetReference(codes[..values.Length]);
        Vector512<double> products = Vector512<double>.Zero;
        Vector512<double> squares = Vector512<double>.Zero;
        for (int i = 0; i < whole; i += 8)
        {
            Vector256<float> value = Vector256.LoadUnsafe(ref source, (nuint)(uint)i);
            Vector512<double> level = steps.Encode(value, i, ref Unsafe.Add(ref destination, i));
            products += StripedSums.Widen(value) * level;
            squares += level * level;
        }

        if (whole < values.Length)
        {
            // Zeros fill up, whose squares are taken off again.
            ulong lastCodes = 0;
            Vector256<float> value = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(last));
            Vector512<double> level = steps.Encode(value, whole, ref Unsafe.As<ulong, byte>(ref lastCodes));
            products += StripedSums.Widen(value) * level;
            squares += level * level;
            for (int i = whole; i < values.Length; i++, lastCodes >>= 8)
            {
                Unsafe.Add(ref destination, i) = unchecked((byte)lastCodes);
            }
        }

        return (StripedSums.Combine(products), Vector512.Sum(squares) - (0.25 * (-values.Length & 7)));
    }
}
