using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace KernelGen.Kernels;

/// <summary>Codes of one bit per dimension compared with each other. For generated code; formulas: docs/formats.md, section 9.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class BitCounts
{
    /// <summary>The number of bits in which two codes differ.</summary>
    /// <param name="first">A code.</param>
    /// <param name="second">A code.</param>
    /// <param name="bytes">Bytes of each.</param>
    public static int Differing(ref byte first, ref byte second, int bytes)
    {
        int count = 0;
        int i = 0;
        for (; i <= bytes - 8; i += 8)
        {
            count += BitOperations.PopCount(KernelMath.Read<ulong>(ref first, i) ^ KernelMath.Read<ulong>(ref second, i));
        }

        for (; i < bytes; i++)
        {
            count += BitOperations.PopCount((uint)(Unsafe.Add(ref first, i) ^ Unsafe.Add(ref second, i)));
        }

        return count;
    }

    /// <summary>The numbers of bits in which rows of groups agree with a query, without vectors.</summary>
    /// <param name="query">A prepared query's bits: those that agreeing rows lack, each four 16 times.</param>
    /// <param name="groups">The first of the groups, whose rows' nibbles are interleaved.</param>
    /// <param name="groupBytes">Bytes of a group, and of the query's bits.</param>
    /// <param name="count">Number of groups.</param>
    /// <param name="sums">A sum per row.</param>
    public static void SumAgreeing(ref byte query, ref byte groups, int groupBytes, int count, ref ushort sums)
    {
        for (int g = 0; g < count; g++)
        {
            ref byte codes = ref Unsafe.Add(ref groups, g * groupBytes);
            ref ushort groupSums = ref Unsafe.Add(ref sums, g * FastScan.GroupRows);
            AddEightRows(ref query, ref codes, groupBytes, ref groupSums);
            AddEightRows(ref query, ref Unsafe.Add(ref codes, 8), groupBytes, ref Unsafe.Add(ref groupSums, 8));
        }
    }

    /// <summary>Eight rows and those sixteen further, whose bits are in the upper halves of the same bytes.</summary>
    private static void AddEightRows(ref byte query, ref byte codes, int groupBytes, ref ushort sums)
    {
        // Sums of 16 bits: of even and of odd rows, then of those sixteen further.
        ulong even = 0;
        ulong odd = 0;
        ulong upperEven = 0;
        ulong upperOdd = 0;
        for (int i = 0; i < groupBytes; i += 16)
        {
            ulong bits = KernelMath.Read<ulong>(ref codes, i) ^ KernelMath.Read<ulong>(ref query, i);
            bits -= (bits >> 1) & 0x5555555555555555;
            bits = (bits & 0x3333333333333333) + ((bits >> 2) & 0x3333333333333333);
            even += bits & 0x000F000F000F000F;
            upperEven += (bits >> 4) & 0x000F000F000F000F;
            odd += (bits >> 8) & 0x000F000F000F000F;
            upperOdd += (bits >> 12) & 0x000F000F000F000F;
        }

        for (int row = 0; row < 8; row += 2)
        {
            Unsafe.Add(ref sums, row) = (ushort)(even >> (row * 8));
            Unsafe.Add(ref sums, row + 1) = (ushort)(odd >> (row * 8));
            Unsafe.Add(ref sums, row + 16) = (ushort)(upperEven >> (row * 8));
            Unsafe.Add(ref sums, row + 17) = (ushort)(upperOdd >> (row * 8));
        }
    }
}
