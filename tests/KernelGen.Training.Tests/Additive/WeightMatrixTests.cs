using KernelGen.Interchange;
using KernelGen.Training.Tests.Quality;
using Xunit.Abstractions;

namespace KernelGen.Training.Tests.Additive;

/// <summary>A matrix of a real model with two bits per weight: a scan of all rows is the product with a vector.</summary>
public class WeightMatrixTests(ITestOutputHelper output)
{
    private const int Columns = 256;

    [Fact]
    public void Codebooks_that_groups_share()
    {
        float[] weights = Weights();
        Check(WeightsAdditive.Train(weights), weights, bound: 0.315);
    }

    /// <summary>Codebooks of directions serve rows of any scale: here each row is 1.25 times as large as the one before, up to a factor of 10.</summary>
    [Fact]
    public void Norms_of_rows_stored_apart()
    {
        float[] weights = Weights();
        Check(WeightsAdditiveNorm.Train(weights), weights, bound: 0.33);
        float[] scaled = [.. weights.Select((w, i) => w * MathF.Pow(1.25f, i / Columns % 11))];
        Check(WeightsAdditiveNorm.Train(scaled), scaled, bound: 0.33);
        Assert.Equal(WeightsAdditive.Layout.CodeBytes + 1, WeightsAdditiveNorm.Layout.CodeBytes);
    }

    [Fact]
    public void Product_codes()
    {
        float[] weights = Weights();
        Check(WeightsProduct.Train(weights), weights, bound: 0.34);
    }

    private static float[] Weights() => NpyFile.Read(VectorPair.PathOf("use_qkv.weight.npy")).Values.ToArray();

    private void Check<TCodec>(TCodec codec, float[] weights, double bound)
        where TCodec : class, IVectorCodec<TCodec>
    {
        CodecLayout layout = TCodec.Layout;
        int rows = weights.Length / Columns;
        Assert.InRange(rows, 1, layout.BlockRows);
        var codes = new byte[rows * layout.CodeBytes];
        codec.Encode(weights, codes);
        var decoded = new float[weights.Length];
        codec.Decode(codes, decoded);
        var block = new byte[layout.BlockBytes];
        codec.Pack(codes, block, 0);

        float[] input = Gaussian.Values(Columns, 50);
        var prepared = new byte[layout.QueryBytes];
        codec.Prepare(input, prepared);
        var product = new float[rows];
        codec.Scan(prepared, block, 0, rows, product);
        (double error, double norm) = (0, 0);
        for (int row = 0; row < rows; row++)
        {
            (double exact, double ofDecoded, double magnitude) = (0, 0, 0);
            for (int i = 0; i < Columns; i++)
            {
                exact += (double)weights[(row * Columns) + i] * input[i];
                ofDecoded += (double)decoded[(row * Columns) + i] * input[i];
                magnitude += Math.Abs((double)decoded[(row * Columns) + i] * input[i]);
            }

            // Terms of the tables are single centroids, which may be longer than their sums.
            Assert.Equal(ofDecoded, product[row], (Columns + 16) * Math.ScaleB(4 * magnitude, -24));
            error += Math.Pow(product[row] - exact, 2);
            norm += exact * exact;
        }

        double relative = Math.Sqrt(error / norm);
        output.WriteLine($"{layout.Scheme}: relative error {relative:F4}, {layout.CodeBytes * 8.0 / Columns} bits per weight");
        Assert.InRange(relative, 0, bound);
    }
}
