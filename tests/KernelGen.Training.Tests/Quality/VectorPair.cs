using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DefinitionSearch;
using KernelGen.Interchange;

namespace KernelGen.Training.Tests.Quality;

/// <summary>Vectors to search in and vectors to search for, one after another.</summary>
internal sealed record VectorPair(float[] Base, float[] Queries)
{
    /// <summary>A set that the repository ships: Data/README.md.</summary>
    public static VectorPair Own(string name)
    {
        switch (name)
        {
            case "use512wn":
                Dataset data = Dataset.Load();
                return new VectorPair(data.Glosses.Values, data.Queries.Values);
            case "fmnist784":
                return new VectorPair(Pixels("base"), Pixels("query"));
            default:
                return new VectorPair(Array("base"), Array("query"));
        }

        float[] Pixels(string part) => [.. File.ReadAllBytes(PathOf($"{name}.{part}.u8")).Select(pixel => (float)pixel)];

        float[] Array(string part) => NpyFile.Read(PathOf($"{name}.{part}.npy")).Values.ToArray();
    }

    /// <summary>A whole set in .fvecs files: per vector its number of dimensions as an int32, and its values.</summary>
    public static VectorPair In(string directory, string name)
    {
        return new VectorPair(Vectors("base"), Vectors("query"));

        float[] Vectors(string part)
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(directory, $"{name}.{part}.fvecs"));
            int dimensions = BinaryPrimitives.ReadInt32LittleEndian(bytes);
            return [.. MemoryMarshal.Cast<byte, float>(bytes).ToArray().Where((_, i) => i % (dimensions + 1) != 0)];
        }
    }

    public static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Data", file);
}
