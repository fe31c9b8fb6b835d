using System.Buffers;
using System.Numerics;
using KernelGen.Kernels;
using KernelGen.Training.Linear;
using DenseMatrix = MathNet.Numerics.LinearAlgebra.Double.DenseMatrix;
using DenseVector = MathNet.Numerics.LinearAlgebra.Double.DenseVector;

namespace KernelGen.Training.Clustering;

/// <summary>
/// Lowers the score-aware loss of a product quantizer (Guo et al.: Accelerating large-scale inference with anisotropic vector
/// quantization, 2020): |r|^2 + (eta - 1) &lt;r, x&gt;^2 / |x|^2 for a vector x and its error r. Coordinate descent: with all
/// other subspaces as they are, first the best code of each vector in a subspace, then the best centroids, which solve a linear
/// system each. No step raises the loss.
/// </summary>
internal sealed unsafe class AnisotropicRefinement
{
    /// <summary>Passes over all subspaces.</summary>
    internal const int Rounds = 5;

    private const int PointsPerStep = 256;

    private readonly CodebookShape _shape;
    private readonly Workers _workers;
    private readonly int _count;

    private readonly GroupedPoints _points;
    private readonly double[] _weights;

    /// <summary>(eta - 1) / |x|^2 per vector.</summary>
    private readonly double[] _factors;

    /// <summary>&lt;r, x&gt; per vector.</summary>
    private readonly double[] _products;
    private readonly int[][] _codes;

    private AnisotropicRefinement(CodebookShape shape, GroupedPoints points, double[] weights, double eta, Workers workers)
    {
        _shape = shape;
        _workers = workers;
        _weights = weights;
        _points = points;
        _count = points.Count;
        _factors = new double[_count];
        _products = new double[_count];
        _codes = [.. Enumerable.Range(0, shape.Subspaces).Select(_ => new int[_count])];
        var vector = new float[shape.Dimensions];
        fixed (float* start = vector)
        {
            for (int i = 0; i < _count; i++)
            {
                points.Read(i, new Rows(start, 1, vector.Length, vector.Length));
                double squares = StripedSums.Squares(vector);
                _factors[i] = squares > 0 ? (eta - 1) / squares : 0;
            }
        }
    }

    /// <summary>eta, the weight of the parallel error over that of the orthogonal one, if only scores above T |x| |q| matter:
    /// (D - 1) T^2 / (1 - T^2), at least 1.</summary>
    internal static double Eta(int dimensions, double threshold) =>
        Math.Max(1, (dimensions - 1) * threshold * threshold / (1 - (threshold * threshold)));

    /// <summary>Improves codebooks.</summary>
    /// <param name="shape">Their shape.</param>
    /// <param name="points">Vectors in the units of the codebooks, by subspaces.</param>
    /// <param name="weights">A weight per vector.</param>
    /// <param name="eta">What parallel errors weigh more than orthogonal ones.</param>
    /// <param name="codebooks">The codebooks.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="progress">Counts <see cref="Rounds"/> per subspace.</param>
    internal static void Run(
        CodebookShape shape,
        GroupedPoints points,
        double[] weights,
        double eta,
        float[] codebooks,
        Workers workers,
        ProgressCounter progress)
    {
        var refinement = new AnisotropicRefinement(shape, points, weights, eta, workers);
        for (int m = 0; m < shape.Subspaces; m++)
        {
            // Without the parallel error, at first: it is not known before all subspaces have codes.
            refinement.Assign(m, codebooks, parallel: false);
            refinement.AddProducts(m, codebooks, 1);
        }

        for (int round = 0; round < Rounds; round++)
        {
            for (int m = 0; m < shape.Subspaces; m++)
            {
                refinement.AddProducts(m, codebooks, -1);
                refinement.Assign(m, codebooks, parallel: true);
                refinement.Update(m, codebooks);
                refinement.AddProducts(m, codebooks, 1);
                progress.Add();
            }
        }

        GC.KeepAlive(refinement);
    }

    private ReadOnlySpan<float> Codebook(float[] codebooks, int subspace) =>
        codebooks.AsSpan(_shape.CodebookOf(subspace), _shape.DimensionsOf(subspace) * _shape.Centroids);

    /// <summary>Adds (or, with sign -1, takes away) the part of a subspace to the products of error and vector.</summary>
    private void AddProducts(int subspace, float[] codebooks, int sign) => ForPoints((first, end) =>
    {
        Rows points = _points.Of(subspace);
        ReadOnlySpan<float> codebook = Codebook(codebooks, subspace);
        for (int i = first; i < end; i++)
        {
            ReadOnlySpan<float> point = points[i];
            ReadOnlySpan<float> centroid = codebook.Slice(_codes[subspace][i] * point.Length, point.Length);
            double product = 0;
            for (int d = 0; d < point.Length; d++)
            {
                product += ((double)point[d] - centroid[d]) * point[d];
            }

            _products[i] += sign * product;
        }
    });

    private void Assign(int subspace, float[] codebooks, bool parallel)
    {
        Rows points = _points.Of(subspace);
        ReadOnlySpan<float> codebook = Codebook(codebooks, subspace);
        var panels = new Panels(_shape.Centroids, points.Width);
        int width = panels.Count * Panels.Width;
        var squares = new float[width];
        squares.AsSpan().Fill(float.PositiveInfinity);
        for (int c = 0; c < _shape.Centroids; c++)
        {
            ReadOnlySpan<float> centroid = codebook.Slice(c * points.Width, points.Width);
            squares[c] = (float)StripedSums.Squares(centroid);
            for (int d = 0; d < centroid.Length; d++)
            {
                panels[c, d] = centroid[d];
            }
        }

        ForPoints((first, end) =>
        {
            float[] products = ArrayPool<float>.Shared.Rent((end - first) * width);
            fixed (float* start = products)
            {
                MatrixProduct.Compute(points.Part(first, end - first), panels, new Rows(start, end - first, width, width));
            }

            for (int i = first; i < end; i++)
            {
                double factor = parallel ? _factors[i] : 0;
                double target = _products[i] + StripedSums.Squares(points[i]);
                _codes[subspace][i] = Cheapest(products.AsSpan((i - first) * width, width), squares, (float)factor, (float)target);
            }

            ArrayPool<float>.Shared.Return(products);
        });
    }

    /// <summary>The centroid c of the least |c|^2 - 2 s + factor (target - s)^2, where s is its product with the
    /// vector.</summary>
    private static int Cheapest(ReadOnlySpan<float> products, ReadOnlySpan<float> squares, float factor, float target)
    {
        var least = new Vector<float>(float.PositiveInfinity);
        Vector<int> found = Vector<int>.Zero;
        for (int c = 0; c < products.Length; c += Vector<float>.Count)
        {
            var product = new Vector<float>(products[c..]);
            Vector<float> difference = new Vector<float>(target) - product;
            Vector<float> cost = new Vector<float>(squares[c..]) - (product + product) + (difference * difference * factor);
            found = Vector.ConditionalSelect(Vector.LessThan(cost, least), Vector<int>.Indices + new Vector<int>(c), found);
            least = Vector.Min(cost, least);
        }

        int nearest = found[0];
        float smallest = least[0];
        for (int lane = 1; lane < Vector<float>.Count; lane++)
        {
            if (least[lane] < smallest || (least[lane] == smallest && found[lane] < nearest))
            {
                (smallest, nearest) = (least[lane], found[lane]);
            }
        }

        return nearest;
    }

    /// <summary>Sets each centroid c to the solution of sum w (I + f x x^T) c = sum w (1 + f target) x over its vectors
    /// x.</summary>
    private void Update(int subspace, float[] codebooks)
    {
        var members = new ClusterMembers(_count, _shape.Centroids);
        members.Sort(_codes[subspace]);
        _workers.For(_shape.Centroids, c =>
        {
            Rows points = _points.Of(subspace);
            var matrix = new DenseMatrix(points.Width);
            var right = new DenseVector(points.Width);
            double weight = 0;
            foreach (int i in members[c])
            {
                double target = _products[i] + StripedSums.Squares(points[i]);
                AddEquation(matrix.Values, right.Values, points[i], _weights[i] * _factors[i], _weights[i] * (1 + (_factors[i] * target)));
                weight += _weights[i];
            }

            if (weight > 0)
            {
                for (int d = 0; d < points.Width; d++)
                {
                    matrix[d, d] += weight;
                }

                var centroid = matrix.Cholesky().Solve(right);
                for (int d = 0; d < points.Width; d++)
                {
                    codebooks[_shape.CodebookOf(subspace) + (c * points.Width) + d] = (float)centroid[d];
                }
            }
        });
    }

    private static void AddEquation(double[] matrix, double[] right, ReadOnlySpan<float> point, double squareFactor, double factor)
    {
        for (int j = 0; j < point.Length; j++)
        {
            right[j] += factor * point[j];
            double scaled = squareFactor * point[j];
            for (int k = 0; k < point.Length; k++)
            {
                matrix[(j * point.Length) + k] += scaled * point[k];
            }
        }
    }

    private void ForPoints(Action<int, int> body) =>
        _workers.For(
            (_count + PointsPerStep - 1) / PointsPerStep,
            step => body(step * PointsPerStep, Math.Min((step + 1) * PointsPerStep, _count)));
}
