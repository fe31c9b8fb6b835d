using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace DefinitionSearch;

/// <summary>Texts and their embeddings, one vector of unit length after another.</summary>
internal sealed record TextVectors(string[] Texts, float[] Values, int Dimensions)
{
    public int Count => Texts.Length;

    public ReadOnlySpan<float> Vector(int row) => Values.AsSpan(row * Dimensions, Dimensions);

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

            return new TextVectors(texts, Decode(file.AsSpan(8), dimensions), dimensions);
        }
        catch (IOException error)
        {
            throw new UserException($"The data of the sample cannot be read: {error.Message}");
        }
    }

    private static float[] Decode(ReadOnlySpan<byte> halves, int dimensions)
    {
        var values = new float[halves.Length / 2];
        TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(halves), values);
        for (int start = 0; start < values.Length; start += dimensions)
        {
            Span<float> vector = values.AsSpan(start, dimensions);
            TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        }

        return values;
    }
}

/// <summary>The 7,000 definitions to search in and the 500 to search for.</summary>
internal sealed record Dataset(TextVectors Glosses, TextVectors Queries)
{
    public static Dataset Load() => new(TextVectors.Load("glosses"), TextVectors.Load("queries"));
}

/// <summary>Something the user can mend; shown as one message without a stack trace, exit code 2.</summary>
internal sealed class UserException(string message) : Exception(message);
