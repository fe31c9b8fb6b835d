namespace KernelGen;

/// <summary>What stands in front of the two sets in the file of a two-stage set, and what both parts must agree on. docs/formats.md, section 12.</summary>
internal static class TwoStageFile
{
    public const string Content = "two-stage set";

    private const int Version = 1;

    private static ReadOnlySpan<byte> Magic => "KGTWOSTG"u8;

    public static void WriteHeader(ChecksumStream file, FineNorms norms, double oversample)
    {
        file.Write(Magic);
        file.WriteInt32(Version);
        file.WriteDouble(norms.Greatest);
        file.WriteDouble(norms.Deviation);
        file.WriteDouble(oversample);
    }

    /// <exception cref="InvalidDataException">Truncated, corrupt, or another format version.</exception>
    public static (double Norm, double Deviation, double Oversample) ReadHeader(ChecksumStream file)
    {
        file.ReadHeader(Magic, Version);
        return (file.ReadDouble("greatest norm", 0), file.ReadDouble("deviation of norms", 0), file.ReadDouble("oversample", 1));
    }

    /// <exception cref="InvalidDataException">The numbers differ.</exception>
    public static void CheckCount(int coarse, int fine)
    {
        if (coarse != fine)
        {
            throw new InvalidDataException($"The {Content} is corrupt: expected as many fine codes as coarse ones, {coarse}, but it has {fine}.");
        }
    }

    /// <exception cref="InvalidDataException">The ids differ.</exception>
    public static void CheckId(long coarse, long fine, int row)
    {
        if (coarse != fine)
        {
            throw new InvalidDataException($"The {Content} is corrupt: vector {row} has the id {coarse} among coarse codes, but {fine} among fine ones.");
        }
    }
}
