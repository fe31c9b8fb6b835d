using KernelGen;
using Shared;

namespace GpuSearch;

/// <summary>The scheme. Nothing here says that it runs on GPUs: the reference to ILGPU does.</summary>
[VectorCodec(512, Metric = Metric.Cosine), ScalarQuantizer(bits: 8)]
internal sealed partial class DefinitionCodec;

/// <summary>A set that is large enough for a GPU to matter.</summary>
internal static class DefinitionSet
{
    /// <summary>
    /// The definitions, and then again and again with the values of each vector moved by one, two, ... places: as much work as other
    /// texts, and near no query.
    /// </summary>
    public static VectorSet<DefinitionCodec> Create(TextVectors definitions, int rows)
    {
        var set = new VectorSet<DefinitionCodec>(DefinitionCodec.Train(definitions.Values));
        float[] moved = new float[definitions.Values.Length];
        for (int first = 0; first < rows; first += definitions.Count)
        {
            int count = Math.Min(definitions.Count, rows - first);
            int places = first / definitions.Count;
            for (int row = 0; row < count; row++)
            {
                ReadOnlySpan<float> vector = definitions.Vector(row);
                Span<float> target = moved.AsSpan(row * definitions.Dimensions, definitions.Dimensions);
                vector[places..].CopyTo(target);
                vector[..places].CopyTo(target[^places..]);
            }

            set.AddRange(
                [.. Enumerable.Range(first, count).Select(id => (long)id)], moved.AsSpan(0, count * definitions.Dimensions), parallelism: -1);
        }

        return set;
    }
}
