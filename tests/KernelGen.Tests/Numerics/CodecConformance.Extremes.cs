using KernelGen.Reference;

namespace KernelGen.Tests.Numerics;

/// <content>Codes and queries whose sums come closest to overflow.</content>
internal sealed partial class CodecConformance<TCodec>
{
    /// <summary>Codes at the ends of an integer grid: all at one end, and by the sign of every extreme query.</summary>
    private IEnumerable<byte[]> ExtremeCodes()
    {
        var grid = (IntegerGrid)_scheme.Grid;
        uint least = grid.Zero == ZeroMode.Symmetric ? 1u : 0;
        return
        [
            CodeOf(_ => least),
            CodeOf(_ => (uint)grid.GreatestCode),
            .. ExtremeQueries().Select(q => CodeOf(i => q[i] > 0 ? (uint)grid.GreatestCode : least)),
            .. ExtremeQueries().Select(q => CodeOf(i => q[i] < 0 ? (uint)grid.GreatestCode : least)),
        ];
    }

    private IEnumerable<byte[]> RandomCodes()
    {
        var grid = (IntegerGrid)_scheme.Grid;
        int least = grid.Zero == ZeroMode.Symmetric ? 1 : 0;
        return Enumerable.Range(0, 3).Select(_ => CodeOf(_ => (uint)Random.Next(least, grid.GreatestCode + 1)));
    }

    private byte[] CodeOf(Func<int, uint> codeOf)
    {
        var layout = new ReferenceLayout(_scheme);
        var code = new byte[layout.CodeBytes];
        layout.Write(
            new ReferenceRow(
                [.. Enumerable.Range(0, _scheme.Dimensions).Select(codeOf)],
                TestVectors.Fill(_scheme.StoredScales, i => 0.75f + (i % 3)),
                TestVectors.Fill(_scheme.HasMinimum ? _scheme.StoredScales : 0, i => -2.25f + (i % 5)),
                Norm2: 3.5f)
            {
                PrefixNorms = TestVectors.Fill(_scheme.StoredPrefixNorms, i => 1.5f + i),
            },
            code);
        return code;
    }

    /// <summary>Queries whose integers are all at plus or minus their greatest value, whatever the learned scales are; of several planes, in lanes that every
    /// vector has.</summary>
    private float[][] ExtremeQueries()
    {
        if (_scheme.Grid is RecurrentGrid)
        {
            // The greatest codes are for values far above the deviation, so most values are 0.
            float Rare(int i, float value) => i % 64 < 4 ? value : 0;
            return
            [
                TestVectors.Fill(_scheme.Dimensions, i => Rare(i, 1)),
                TestVectors.Fill(_scheme.Dimensions, i => Rare(i, -1)),
                TestVectors.Fill(_scheme.Dimensions, i => Rare(i, i % 4 < 2 ? 1 : -1)),
                TestVectors.Fill(_scheme.Dimensions, i => Rare(i, i * 2 < _scheme.Dimensions ? 1 : -1)),
            ];
        }

        bool isScaled = _scheme.Scale!.Granularity == Granularity.Channel;
        float Magnitude(int i) => isScaled ? 1 / Oracle.Parameters[i] : 1;
        return
        [
            TestVectors.Fill(_scheme.Dimensions, Magnitude),
            TestVectors.Fill(_scheme.Dimensions, i => -Magnitude(i)),
            TestVectors.Fill(_scheme.Dimensions, i => i % 2 == 0 ? Magnitude(i) : -Magnitude(i)),
            TestVectors.Fill(_scheme.Dimensions, i => i * 2 < _scheme.Dimensions ? Magnitude(i) : -Magnitude(i)),
        ];
    }
}
