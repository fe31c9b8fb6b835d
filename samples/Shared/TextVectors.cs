using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Shared;

/// <summary>Texts and their embeddings, one vector after another.</summary>
internal sealed record TextVectors(string[] Texts, float[] Values, int Dimensions)
{
    public int Count => Texts.Length;

    public ReadOnlySpan<float> Vector(int row) => Values.AsSpan(row * Dimensions, Dimensions);

    /// <summary>The numbers of all rows, to serve as ids.</summary>
    public long[] Rows() => [.. Enumerable.Range(0, Count).Select(row => (long)row)];

    /// <summary>Reads NAME.txt and NAME.f16; the format is described in data/README.md.</summary>
    /// <exception cref="UserException">A file is missing or damaged.</exception>
    public static TextVectors Load(string name)
    {
        string stem = Path.Combine(AppContext.BaseDirectory, "data", name);
        try
        {
            string[] texts = File.ReadAllLines(stem + ".txt");
            byte[] file = File.ReadAllBytes(stem + ".f16");
            if (file.Length < 8)
            {
                throw new UserException($"{stem}.f16 has {file.Length} bytes; expected a header of 8.");
            }

            int rows = BinaryPrimitives.ReadInt32LittleEndian(file);
            int dimensions = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(4));
            long expected = 8 + (2L * rows * dimensions);
            if (rows < 1 || dimensions < 1 || file.Length != expected || texts.Length != rows)
            {
                throw new UserException(
                    $"{stem}.f16 says {rows} rows of {dimensions} values ({expected} bytes), but the file has {file.Length} bytes and {stem}.txt has {texts.Length} lines.");
            }

            var values = new float[rows * dimensions];
            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(file.AsSpan(8)), values);
            return new TextVectors(texts, values, dimensions);
        }
        catch (IOException error)
        {
            throw new UserException($"The data of the sample cannot be read: {error.Message}");
        }
    }

    /// <summary>The same texts with vectors of unit length.</summary>
    public TextVectors Normalize()
    {
        var unit = new float[Values.Length];
        for (int row = 0; row < Count; row++)
        {
            TensorPrimitives.Divide(Vector(row), TensorPrimitives.Norm(Vector(row)), unit.AsSpan(row * Dimensions, Dimensions));
        }

        return this with { Values = unit };
    }
}
