namespace KernelGen.Tests.Numerics;

/// <summary>Takes the last of equally near centroids, not the first.</summary>
public class LastOfTies<TSelf> : OracleProductCodec<TSelf>
    where TSelf : LastOfTies<TSelf>, IVectorCodec<TSelf>, new()
{
    public override CpuTier Encode(ReadOnlySpan<float> vectors, Span<byte> codes, CpuTier tier = CpuTier.Auto)
    {
        CpuTier ran = base.Encode(vectors, codes, tier);
        var centroids = new float[vectors.Length];
        Decode(codes, centroids);
        for (int i = 0; i < codes.Length; i++)
        {
            // One dimension and one byte per code: the greatest code that decodes to the same value.
            for (int j = codes[i] + 1; j <= byte.MaxValue; j++)
            {
                byte[] other = codes[(i / Layout.CodeBytes * Layout.CodeBytes)..][..Layout.CodeBytes].ToArray();
                other[i % Layout.CodeBytes] = (byte)j;
                var decoded = new float[Layout.Dimensions];
                Decode(other, decoded);
                codes[i] = decoded[i % Layout.CodeBytes] == centroids[i] ? (byte)j : codes[i];
            }
        }

        return ran;
    }
}

/// <summary>Decodes negative zero to zero.</summary>
public class ZeroSignLost<TSelf> : OracleProductCodec<TSelf>
    where TSelf : ZeroSignLost<TSelf>, IVectorCodec<TSelf>, new()
{
    public override CpuTier Decode(ReadOnlySpan<byte> codes, Span<float> vectors, CpuTier tier = CpuTier.Auto)
    {
        CpuTier ran = base.Decode(codes, vectors, tier);
        foreach (ref float value in vectors)
        {
            value = value == 0 ? 0 : value;
        }

        return ran;
    }
}

/// <summary>Zeroes the row behind those that it packs, where it shares bytes with them.</summary>
public class NextRowZeroed<TSelf> : OracleProductCodec<TSelf>
    where TSelf : NextRowZeroed<TSelf>, IVectorCodec<TSelf>, new()
{
    public override void Pack(ReadOnlySpan<byte> codes, Span<byte> block, int firstRow)
    {
        base.Pack(codes, block, firstRow);
        int next = firstRow + (codes.Length / Layout.CodeBytes);
        if (next % 32 is > 0 and < 16)
        {
            base.Pack(new byte[Layout.CodeBytes], block, next);
        }
    }
}

/// <summary>Unpacks without clearing what was there.</summary>
public class UnpackedOnTop<TSelf> : OracleProductCodec<TSelf>
    where TSelf : UnpackedOnTop<TSelf>, IVectorCodec<TSelf>, new()
{
    public override void Unpack(ReadOnlySpan<byte> block, int firstRow, Span<byte> codes)
    {
        byte before = codes.IsEmpty ? (byte)0 : codes[^1];
        base.Unpack(block, firstRow, codes);
        if (!codes.IsEmpty)
        {
            codes[^1] |= (byte)(before & 0x80);
        }
    }
}

/// <summary>Adds the last row once too often.</summary>
public class AccumulatedTwice<TSelf> : OracleProductCodec<TSelf>
    where TSelf : AccumulatedTwice<TSelf>, IVectorCodec<TSelf>, new()
{
    public override CpuTier Accumulate(
        ReadOnlySpan<byte> block, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, Span<float> destination, CpuTier tier = CpuTier.Auto)
    {
        base.Accumulate(block, rows, weights, destination, tier);
        return rows.IsEmpty ? tier : base.Accumulate(block, rows[^1..], weights[^1..], destination, tier);
    }
}

/// <summary>Takes every finite query.</summary>
public class LimitUnchecked<TSelf> : OracleProductCodec<TSelf>
    where TSelf : LimitUnchecked<TSelf>, IVectorCodec<TSelf>, new()
{
    public override CpuTier Prepare(ReadOnlySpan<float> queries, Span<byte> prepared, CpuTier tier = CpuTier.Auto) =>
        base.Prepare(
            Array.ConvertAll(queries.ToArray(), x => float.IsFinite(x) && Math.Abs(x) >= MathF.ScaleB(1, 56) ? 0 : x), prepared, tier);
}

/// <summary>Clears the output before it looks at the lengths.</summary>
public class WrittenTooEarly<TSelf> : OracleProductCodec<TSelf>
    where TSelf : WrittenTooEarly<TSelf>, IVectorCodec<TSelf>, new()
{
    public override CpuTier Encode(ReadOnlySpan<float> vectors, Span<byte> codes, CpuTier tier = CpuTier.Auto)
    {
        codes.Clear();
        return base.Encode(vectors, codes, tier);
    }
}

/// <summary>Saves a value that is wrong in its last bit, with the checksum that fits.</summary>
public class SavedOff<TSelf> : OracleProductCodec<TSelf>
    where TSelf : SavedOff<TSelf>, IVectorCodec<TSelf>, new()
{
    public override void Save(Stream stream) =>
        CodecParameters.Save(stream, Layout, Array.ConvertAll(Oracle.Parameters.ToArray(), MathF.BitIncrement));
}

/// <summary>Learns nothing, and says nothing.</summary>
public class TrainedByNothing<TSelf> : OracleProductCodec<TSelf>
    where TSelf : TrainedByNothing<TSelf>, IVectorCodec<TSelf>, new()
{
    public static new TSelf Train(ReadOnlySpan<float> sample, TrainingOptions? options = null) => Over(new float[Layout.ParameterCount]);
}

/// <summary>Makes of codebooks with infinity some with zero.</summary>
public class CodebooksUnchecked<TSelf> : OracleProductCodec<TSelf>
    where TSelf : CodebooksUnchecked<TSelf>, IVectorCodec<TSelf>, new()
{
    public static new TSelf FromCodebooks(ReadOnlySpan<float> codebooks) =>
        Over(Array.ConvertAll(codebooks.ToArray(), value => float.IsInfinity(value) ? 0 : value));
}

/// <summary>Leaves what was in the half bytes of the subspace that fills up an odd number.</summary>
public class PaddingLeft<TSelf> : OracleProductCodec<TSelf>
    where TSelf : PaddingLeft<TSelf>, IVectorCodec<TSelf>, new()
{
    public override void Pack(ReadOnlySpan<byte> codes, Span<byte> block, int firstRow)
    {
        int groupBytes = 16 * (Layout.Codebooks!.Value.Subspaces + 1);
        byte[] before = block.ToArray();
        base.Pack(codes, block, firstRow);
        for (int end = groupBytes; end <= Layout.BlockRows / 32 * groupBytes; end += groupBytes)
        {
            before.AsSpan(end - 16, 16).CopyTo(block[(end - 16)..]);
        }
    }
}

/// <summary>Loads the codecs of all schemes that are refused for their text.</summary>
public class AnySchemeLoaded<TSelf> : OracleProductCodec<TSelf>
    where TSelf : AnySchemeLoaded<TSelf>, IVectorCodec<TSelf>, new()
{
    public static new TSelf Load(Stream stream)
    {
        try
        {
            return OracleCodec<TSelf>.Load(stream);
        }
        catch (InvalidDataException failure) when (failure.Message.Contains($"'{Layout.Scheme} '", StringComparison.Ordinal))
        {
            return Over(new float[Layout.ParameterCount]);
        }
    }
}
