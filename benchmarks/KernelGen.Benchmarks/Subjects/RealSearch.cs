using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace KernelGen.Benchmarks;

/// <summary>Real sentence embeddings under a trained codec: searches whose time depends on the values.</summary>
internal abstract class RealSearch
{
    public abstract string Scheme { get; }

    /// <summary>Queries times vectors.</summary>
    public abstract double Units { get; }

    /// <summary>Approximate scores of all vectors for each query.</summary>
    public abstract void ScanApproximate(CpuTier tier);

    /// <summary>The best hits of each query.</summary>
    public abstract void Search(CpuTier tier);
}

/// <inheritdoc/>
internal sealed class RealSearch<TCodec> : RealSearch
    where TCodec : class, IVectorCodec<TCodec>
{
    private static readonly CodecLayout s_layout = TCodec.Layout;

    private readonly TCodec _codec;
    private readonly byte[][] _blocks;
    private readonly long[][] _ids;
    private readonly byte[] _prepared = new byte[Workload.BatchQueries * s_layout.QueryBytes];
    private readonly float[] _scores = new float[s_layout.BlockRows];
    private readonly TopK _top = new(Workload.Hits);
    private readonly int _rows;

    public RealSearch()
    {
        float[] vectors = Read("glosses");
        _codec = TCodec.Train(vectors);
        _rows = vectors.Length / s_layout.Dimensions;
        _blocks = new byte[(_rows + s_layout.BlockRows - 1) / s_layout.BlockRows][];
        _ids = new long[_blocks.Length][];
        for (int block = 0; block < _blocks.Length; block++)
        {
            int first = block * s_layout.BlockRows;
            int rows = Math.Min(s_layout.BlockRows, _rows - first);
            var codes = new byte[rows * s_layout.CodeBytes];
            _codec.Encode(vectors.AsSpan(first * s_layout.Dimensions, rows * s_layout.Dimensions), codes);
            _blocks[block] = new byte[s_layout.BlockBytes];
            _codec.Pack(codes, _blocks[block], 0);
            _ids[block] = [.. Enumerable.Range(first, rows).Select(id => (long)id)];
        }

        _codec.Prepare(Read("queries").AsSpan(0, Workload.BatchQueries * s_layout.Dimensions), _prepared);
    }

    public override string Scheme => $"product {s_layout.Codebooks!.Value.Subspaces} x {s_layout.Codebooks.Value.Bits}";

    public override double Units => (double)Workload.BatchQueries * _rows;

    public override void ScanApproximate(CpuTier tier)
    {
        for (int q = 0; q < Workload.BatchQueries; q++)
        {
            for (int block = 0; block < _blocks.Length; block++)
            {
                int rows = _ids[block].Length;
                _codec.ScanApproximate(Query(q), _blocks[block], 0, rows, _scores.AsSpan(0, rows), tier);
            }
        }
    }

    public override void Search(CpuTier tier)
    {
        for (int q = 0; q < Workload.BatchQueries; q++)
        {
            _top.Reset(Workload.Hits);
            for (int block = 0; block < _blocks.Length; block++)
            {
                _codec.Search(Query(q), _blocks[block], _ids[block], [_top], tier);
            }
        }
    }

    private ReadOnlySpan<byte> Query(int number) => _prepared.AsSpan(number * s_layout.QueryBytes, s_layout.QueryBytes);

    /// <summary>Rows of halves behind a header of two integers, as the sample's data folder describes.</summary>
    private static float[] Read(string name)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "data", $"{name}.f16"));
        int values = BinaryPrimitives.ReadInt32LittleEndian(file) * BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(4));
        return Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(file.AsSpan(8))[..values].ToArray(), half => (float)half);
    }
}
