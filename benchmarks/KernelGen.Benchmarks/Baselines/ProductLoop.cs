namespace KernelGen.Benchmarks;

/// <summary>
/// The one loop that serves every product code: subspaces and bits are run-time values, a byte per code, one table lookup after another. Stands
/// for libraries without code generation.
/// </summary>
internal sealed class ProductLoop
{
    private readonly int _subspaces;
    private readonly int _centroids;
    private readonly byte[] _codes;
    private readonly float[] _tables;
    private readonly float[] _scores;

    public ProductLoop(CodebookShape shape, int rows)
    {
        (_subspaces, _centroids) = (shape.Subspaces, shape.Centroids);
        _codes = new byte[rows * _subspaces];
        var random = new Random(1);
        for (int i = 0; i < _codes.Length; i++)
        {
            _codes[i] = (byte)random.Next(_centroids);
        }

        _tables = Workload.Gaussian(_subspaces * _centroids, seed: 2);
        _scores = new float[rows];
    }

    public int Rows => _scores.Length;

    public void Scan()
    {
        for (int row = 0; row < _scores.Length; row++)
        {
            ReadOnlySpan<byte> code = _codes.AsSpan(row * _subspaces, _subspaces);
            float sum = 0;
            for (int m = 0; m < code.Length; m++)
            {
                sum += _tables[(m * _centroids) + code[m]];
            }

            _scores[row] = sum;
        }
    }
}
