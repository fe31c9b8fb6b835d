using System.Numerics.Tensors;

namespace KernelGen.Benchmarks;

/// <summary>What a .NET developer can write for bits: a loop of <c>TensorPrimitives.HammingBitDistance</c> over the bytes of rows.</summary>
internal sealed class HammingLoop
{
    private readonly int _rowBytes;
    private readonly byte[] _query;
    private readonly byte[] _codes;
    private readonly float[] _scores;

    public HammingLoop(int rowBytes, int rows)
    {
        _rowBytes = rowBytes;
        var random = new Random(1);
        _query = new byte[rowBytes];
        _codes = new byte[rows * rowBytes];
        random.NextBytes(_query);
        random.NextBytes(_codes);
        _scores = new float[rows];
    }

    public int Rows => _scores.Length;

    public void Scan()
    {
        for (int row = 0; row < _scores.Length; row++)
        {
            _scores[row] = -TensorPrimitives.HammingBitDistance<byte>(_query, _codes.AsSpan(row * _rowBytes, _rowBytes));
        }
    }
}
