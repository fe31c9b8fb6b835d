using System.Text.Json;
using System.Text.Unicode;

namespace KernelGen.Interchange;

/// <summary>What the header of a <c>.safetensors</c> file tells of a tensor.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Type">The type, as it is written.</param>
/// <param name="Shape">The size of each dimension.</param>
/// <param name="Begin">Its first byte after the header.</param>
/// <param name="End">The byte after its last one.</param>
internal sealed record SafetensorsEntry(string Name, string Type, int[] Shape, long Begin, long End)
{
    /// <summary>How its values are stored; null for types that are not read.</summary>
    public StoredFloat? Format => Type switch
    {
        "F16" => StoredFloat.Half,
        "BF16" => StoredFloat.BFloat16,
        "F32" => StoredFloat.Single,
        "F64" => StoredFloat.Double,
        _ => null,
    };
}

/// <summary>Reads and checks the header of a <c>.safetensors</c> file: its length (uint64) and JSON.</summary>
internal static class SafetensorsHeader
{
    /// <summary>The limit of the format.</summary>
    private const ulong MaximumBytes = 100_000_000;

    /// <summary>Reads to the end of the header and returns its tensors, in its order.</summary>
    /// <exception cref="InvalidDataException">Truncated, corrupt, or longer than its tensors.</exception>
    public static List<SafetensorsEntry> Read(BinarySource source, Stream stream)
    {
        var length = (ulong)source.ReadInt64("header length");
        if (length > MaximumBytes)
        {
            throw source.Corrupt($"expected a header of at most {MaximumBytes} bytes, but its length is {length}.");
        }

        byte[] json = source.ReadBytes(length, "header");
        List<SafetensorsEntry> entries = Parse(source, json);
        CheckOffsets(source, entries, stream.Length - stream.Position);
        return entries;
    }

    private static List<SafetensorsEntry> Parse(BinarySource source, byte[] json)
    {
        // The format asks for the brace at once; a JSON parser would accept spaces, or a byte order mark, before it.
        if (json is not [(byte)'{', ..] || !Utf8.IsValid(json))
        {
            throw source.Corrupt("expected a header that is a JSON object in UTF-8, but it is not.");
        }

        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var entries = new List<SafetensorsEntry>();
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.Name != "__metadata__")
                {
                    entries.Add(ParseEntry(source, property));
                }
            }

            return entries;
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException(
                $"The safetensors file is corrupt: expected JSON in its header, but: {exception.Message}", exception);
        }
        catch (InvalidOperationException exception)
        {
            // A string with half a surrogate pair, which JSON can escape but .NET cannot hold.
            throw new InvalidDataException(
                "The safetensors file is corrupt: expected text in its header, but got half a surrogate pair.", exception);
        }
    }

    private static SafetensorsEntry ParseEntry(BinarySource source, JsonProperty property)
    {
        string name = property.Name;
        JsonElement value = property.Value;
        if (value.ValueKind == JsonValueKind.Object
            && value.TryGetProperty("dtype", out JsonElement type) && type.ValueKind == JsonValueKind.String
            && value.TryGetProperty("shape", out JsonElement shape) && Numbers(shape) is { } sizes
            && value.TryGetProperty("data_offsets", out JsonElement offsets) && Numbers(offsets) is [long begin, long end])
        {
            if (Array.Exists(sizes, size => size > int.MaxValue))
            {
                throw new InvalidDataException(
                    $"The safetensors file is too large: expected dimensions up to {int.MaxValue}, but '{name}' has others.");
            }

            return new SafetensorsEntry(name, type.GetString()!, Array.ConvertAll(sizes, size => (int)size), begin, end);
        }

        throw source.Corrupt($"expected dtype (a string), shape (numbers) and data_offsets (two numbers) of '{name}'.");
    }

    /// <summary>The numbers of an array; null if it is no array, or one of them no whole number from 0.</summary>
    private static long[]? Numbers(JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var numbers = new long[array.GetArrayLength()];
        int count = 0;
        foreach (JsonElement element in array.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt64(out numbers[count]) || numbers[count] < 0)
            {
                return null;
            }

            count++;
        }

        return numbers;
    }

    /// <summary>Tensors must cover the data without gaps and overlaps; those that are read must have the length of their
    /// shape.</summary>
    private static void CheckOffsets(BinarySource source, List<SafetensorsEntry> entries, long dataBytes)
    {
        long at = 0;
        foreach (SafetensorsEntry entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != at || entry.End < entry.Begin)
            {
                throw source.Corrupt(
                    $"expected '{entry.Name}' to begin at {at}, after the one before, but it is {entry.Begin} to {entry.End}.");
            }

            at = entry.End;
            if (entry.Format is { } format && LengthOf(entry.Shape, format) != (UInt128)(entry.End - entry.Begin))
            {
                throw source.Corrupt(
                    $"expected {LengthOf(entry.Shape, format)} bytes of '{entry.Name}' (the type {entry.Type} and the shape "
                    + $"[{string.Join(", ", entry.Shape)}]), but it has {entry.End - entry.Begin}.");
            }
        }

        if (at > dataBytes)
        {
            throw new InvalidDataException(
                $"The safetensors file is truncated: expected {at} bytes of tensors, but the stream ended after {dataBytes}.");
        }

        if (at < dataBytes)
        {
            throw source.Corrupt($"expected {at} bytes of its tensors and nothing more, but got {dataBytes}.");
        }
    }

    private static UInt128 LengthOf(int[] shape, StoredFloat format) =>
        (UInt128)Tensor.CountOf(shape) * (UInt128)StoredFloats.BytesOf(format);
}
