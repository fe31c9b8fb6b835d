using System.Text.Json;

namespace KernelGen.Training.Tests.Quality;

/// <summary>What quantizers that FAISS trained with several seeds do to a set: means and standard deviations.</summary>
/// <param name="Set">The name of the set.</param>
/// <param name="Subspaces">Subspaces of the quantizer.</param>
/// <param name="Bits">Bits of a code.</param>
/// <param name="Error">Mean squared error of decoded vectors.</param>
/// <param name="ErrorDeviation">Its deviation from seed to seed.</param>
/// <param name="Recall">Recall of the 10 nearest.</param>
/// <param name="RecallDeviation">Its deviation from seed to seed.</param>
internal sealed record FaissFigure(
    string Set, int Subspaces, int Bits, double Error, double ErrorDeviation, double Recall, double RecallDeviation)
{
    public static FaissFigure[] Read(string file) =>
        JsonSerializer.Deserialize<FaissFigure[]>(File.ReadAllText(VectorPair.PathOf(file)), JsonSerializerOptions.Web)!;
}
