namespace KernelGen.Interchange;

/// <summary>
/// Codes of an <c>IndexPQFastScan</c>: 4 bits, in blocks that FAISS's SIMD kernels scan. Source: <c>pq4_pack_codes</c> of FAISS's
/// pq4_fast_scan.cpp.
/// </summary>
/// <remarks>
/// A block holds bbs rows, a multiple of 32; the last block is padded with zeros. It has 32 bytes per pair of subspaces and group
/// of 32 rows, pair by pair and within a pair group by group; an odd number of subspaces is padded to an even one. Bytes 0 to 15
/// belong to the first subspace of the pair, 16 to 31 to the second. Of each, the low four bits are the code of one of the rows 0
/// to 15, in the order 0, 8, 1, 9, ..., 7, 15, and the high four bits that of the row 16 further on.
/// </remarks>
internal static class FaissFastScan
{
    private const int GroupRows = 32;
    private const int GroupBytes = 32;

    /// <summary>Reads what follows the quantizer in a file and returns the row codes.</summary>
    /// <exception cref="InvalidDataException">Truncated or corrupt.</exception>
    public static byte[] ReadCodes(BinarySource source, CodebookShape shape, long count)
    {
        source.ReadInt32("implementation");
        int blockRows = source.ReadInt32("rows of a block");
        source.ReadInt32("blocks of queries");
        var paddedCount = (ulong)source.ReadInt64("padded number of vectors");
        var paddedSubspaces = (ulong)source.ReadInt64("padded number of subspaces");
        if (shape.Bits != 4)
        {
            throw source.Corrupt($"expected an IndexPQFastScan of 4 bits, but it has {shape.Bits}.");
        }

        if (blockRows < GroupRows || blockRows % GroupRows != 0)
        {
            throw source.Corrupt($"expected blocks of a multiple of {GroupRows} rows, but they have {blockRows}.");
        }

        if (paddedSubspaces != (ulong)EvenSubspaces(shape))
        {
            throw source.Corrupt($"expected {EvenSubspaces(shape)} padded subspaces, but there are {paddedSubspaces}.");
        }

        if (paddedCount < (ulong)count || paddedCount % (ulong)blockRows != 0)
        {
            throw source.Corrupt(
                $"expected {count} vectors padded to a multiple of {blockRows}, but they are padded to {paddedCount}.");
        }

        return Unpack(source.ReadCodes((UInt128)paddedCount * (UInt128)paddedSubspaces / 2), shape, (int)count, blockRows);
    }

    private static long EvenSubspaces(CodebookShape shape) => (shape.Subspaces + 1L) / 2 * 2;

    private static byte[] Unpack(ReadOnlySpan<byte> blocks, CodebookShape shape, int count, int blockRows)
    {
        // The low bits of a byte of a row code are the first subspace of a pair, the high bits the second.
        int pairs = (int)FaissProductQuantizer.CodeBytesOf(shape);
        var codes = new byte[count * pairs];
        int pairBytes = blockRows / GroupRows * GroupBytes;
        for (int row = 0; row < count; row++)
        {
            (int block, int rowOfBlock) = Math.DivRem(row, blockRows);
            (int group, int rowOfGroup) = Math.DivRem(rowOfBlock, GroupRows);
            int lane = rowOfGroup % 16;
            int shift = rowOfGroup < 16 ? 0 : 4;
            int at = (block * pairs * pairBytes) + (group * GroupBytes) + (lane < 8 ? 2 * lane : (2 * lane) - 15);
            for (int pair = 0; pair < pairs; pair++, at += pairBytes)
            {
                codes[(row * pairs) + pair] = (byte)((blocks[at] >> shift & 15) | ((blocks[at + 16] >> shift & 15) << 4));
            }

            if (shape.Subspaces % 2 == 1)
            {
                codes[((row + 1) * pairs) - 1] &= 15;
            }
        }

        return codes;
    }
}
