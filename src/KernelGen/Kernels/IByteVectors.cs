namespace KernelGen.Kernels;

/// <summary>What <see cref="ByteSums"/> needs of vectors of one width; the row of a sum is that of the byte of its code.</summary>
/// <typeparam name="TVector">Vectors of bytes.</typeparam>
internal interface IByteVectors<TVector>
    where TVector : struct
{
    /// <summary>Sixteen bytes from each of as many places as it takes to fill a vector.</summary>
    /// <param name="first">The first place.</param>
    /// <param name="stride">Bytes from a place to the next one.</param>
    static abstract TVector Load(ref byte first, int stride);

    /// <summary>The lower halves of each 16 bytes, byte by byte in turn.</summary>
    static abstract TVector UnpackLow(TVector left, TVector right);

    /// <summary>The upper halves of each 16 bytes, byte by byte in turn.</summary>
    static abstract TVector UnpackHigh(TVector left, TVector right);

    /// <summary>Stores a vector.</summary>
    static abstract void Store(TVector vector, ref byte destination);

    /// <summary>Adds table entries of a tile of codes.</summary>
    /// <param name="tables">The tables of the codes.</param>
    /// <param name="codes">The first code of all rows of the tile, then the second, and so on.</param>
    /// <param name="count">Codes of a row.</param>
    /// <param name="partial">For each vector of codes the sums of even rows, with those of odd ones in their upper bytes, then those of odd rows alone.</param>
    static abstract void AddEntries(ref byte tables, ref byte codes, int count, ref ushort partial);

    /// <summary>Stores the sums of a tile's rows in their order.</summary>
    static abstract void StoreSums(ref ushort partial, ref ushort sums);
}
