namespace KernelGen.Training;

/// <summary>What <see cref="KMeans"/> learned.</summary>
/// <param name="Centroids">The centroids, row after row.</param>
/// <param name="Error">Mean squared distance of the points that were used to their nearest centroids: squared errors are summed
/// over the dimensions, and with weights counted by them. Of the last batch with <see cref="KMeansOptions.BatchSize"/>.</param>
/// <param name="Iterations">Iterations done.</param>
public sealed record KMeansResult(float[] Centroids, double Error, int Iterations);
