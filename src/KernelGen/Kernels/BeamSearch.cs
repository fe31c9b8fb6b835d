using System.Buffers;
using System.ComponentModel;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KernelGen.Kernels;

/// <summary>
/// Chooses the codes of residual and additive quantizers: from stage to stage the partial codes of least error are kept (docs/formats.md,
/// section 7). Many groups take a stage together, so that its codebook is read once for all of them. For generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class BeamSearch
{
    /// <summary>Groups that take a stage together at most.</summary>
    private const int MostUnits = 64;

    /// <summary>As many floats of totals or residuals, 256 KiB, belong to the groups that take a stage together, if one does not have more.</summary>
    private const int UnitFloats = 1 << 16;

    /// <summary>Chooses the codes of vectors.</summary>
    /// <param name="vectors">Vectors one after another, normalised where the codec normalises.</param>
    /// <param name="codebooks">The codebooks.</param>
    /// <param name="beam">Partial codes that are kept.</param>
    /// <param name="codes">Receives <see cref="AdditiveShape.Codes"/> codes per vector.</param>
    /// <param name="tier">The tier to run.</param>
    /// <typeparam name="TKernels">The kernels.</typeparam>
    public static void Encode<TKernels>(
        ReadOnlySpan<float> vectors, AdditiveCodebooks codebooks, int beam, Span<ushort> codes, CpuTier tier)
        where TKernels : IBeamKernels
    {
        ArgumentNullException.ThrowIfNull(codebooks);
        AdditiveShape shape = codebooks.Shape;

        // Groups that share the codebooks and are equally long take the stages together; so do the vectors' parts in one group.
        int whole = shape.IsShared ? shape.Dimensions / shape.GroupSize : 1;
        for (int group = 0; group < shape.Groups; group += whole, whole = 1)
        {
            EncodeGroups<TKernels>(vectors, codebooks, group, whole, beam, codes, tier);
        }
    }

    private static void EncodeGroups<TKernels>(
        ReadOnlySpan<float> vectors, AdditiveCodebooks codebooks, int group, int groups, int beam, Span<ushort> codes, CpuTier tier)
        where TKernels : IBeamKernels
    {
        AdditiveShape shape = codebooks.Shape;
        int n = shape.DimensionsOf(group);
        int units = vectors.Length / shape.Dimensions * groups;
        int together = Math.Clamp(UnitFloats / (beam * Math.Max(n, codebooks.Stride)), 1, Math.Min(MostUnits, Math.Max(1, units)));
        using var beams = new Beams(together, beam, n, shape.Stages, codebooks.Stride);
        for (int first = 0; first < units; first += together)
        {
            int count = Math.Min(together, units - first);
            beams.Start(count);
            for (int i = 0; i < count; i++)
            {
                (int row, int inRow) = Math.DivRem(first + i, groups);
                vectors.Slice((row * shape.Dimensions) + shape.StartOf(group + inRow), n).CopyTo(beams.Residual(i));
            }

            for (int stage = 0; stage < shape.Stages; stage++)
            {
                TKernels.Extend(
                    n,
                    codebooks.Stride,
                    ref beams.Residual(0)[0],
                    beams.Rows,
                    ref beams.Errors[0],
                    ref codebooks.ColumnsOf(group, stage),
                    ref codebooks.HalfNormsOf(group, stage),
                    ref beams.Totals[0],
                    tier);
                beams.Advance(codebooks, group, stage);
            }

            for (int i = 0, found = 0; i < count; found += beams.Count(i), i++)
            {
                (int row, int inRow) = Math.DivRem(first + i, groups);
                beams.Codes(found).CopyTo(codes.Slice((row * shape.Codes) + ((group + inRow) * shape.Stages), shape.Stages));
            }
        }
    }

    /// <summary>The least totals in ascending order, of equal ones those of lower places first; returns how many there are, which are less than
    /// infinity. The number of totals is a multiple of a vector's floats.</summary>
    private static int SelectLeast(ReadOnlySpan<float> totals, Span<float> least, Span<int> places)
    {
        int count = 0;
        float bound = float.PositiveInfinity;
        Vector256<float> bounds = Vector256.Create(bound);
        ref float first = ref MemoryMarshal.GetReference(totals);
        for (int i = 0; i < totals.Length; i += Vector256<float>.Count)
        {
            uint less = Vector256.LessThan(Vector256.LoadUnsafe(ref first, (nuint)(uint)i), bounds).ExtractMostSignificantBits();
            for (; less != 0; less &= less - 1)
            {
                int place = i + BitOperations.TrailingZeroCount(less);
                float total = totals[place];
                if (!(total < bound))
                {
                    // A lane before it has lowered the bound.
                    continue;
                }

                int at = Math.Min(count, least.Length - 1);
                for (; at > 0 && least[at - 1] > total; at--)
                {
                    least[at] = least[at - 1];
                    places[at] = places[at - 1];
                }

                least[at] = total;
                places[at] = place;
                count = Math.Min(count + 1, least.Length);
                bound = count == least.Length ? least[^1] : bound;
                bounds = Vector256.Create(bound);
            }
        }

        return count;
    }

    /// <summary>The beams of several groups: partial codes one after another, those of one group side by side.</summary>
    private sealed class Beams : IDisposable
    {
        private readonly int _width;
        private readonly int _dimensions;
        private readonly int _stages;
        private readonly int _stride;
        private readonly int[] _counts;
        private readonly float[] _least;
        private readonly int[] _places;
        private readonly float[] _totals;
        private float[] _residuals;
        private float[] _errors;
        private ushort[] _codes;
        private float[] _nextResiduals;
        private float[] _nextErrors;
        private ushort[] _nextCodes;

        public Beams(int units, int width, int dimensions, int stages, int stride)
        {
            (_width, _dimensions, _stages, _stride) = (width, dimensions, stages, stride);
            _counts = ArrayPool<int>.Shared.Rent(units);
            _least = ArrayPool<float>.Shared.Rent(width);
            _places = ArrayPool<int>.Shared.Rent(width);
            _totals = ArrayPool<float>.Shared.Rent(units * width * stride);
            _residuals = ArrayPool<float>.Shared.Rent(units * width * dimensions);
            _nextResiduals = ArrayPool<float>.Shared.Rent(units * width * dimensions);
            _errors = ArrayPool<float>.Shared.Rent(units * width);
            _nextErrors = ArrayPool<float>.Shared.Rent(units * width);
            _codes = ArrayPool<ushort>.Shared.Rent(units * width * stages);
            _nextCodes = ArrayPool<ushort>.Shared.Rent(units * width * stages);
        }

        /// <summary>Partial codes of all groups.</summary>
        public int Rows { get; private set; }

        public float[] Errors => _errors;

        public float[] Totals => _totals;

        private int Units { get; set; }

        /// <summary>Partial codes of a group.</summary>
        public int Count(int unit) => _counts[unit];

        public Span<float> Residual(int row) => _residuals.AsSpan(row * _dimensions, _dimensions);

        public ReadOnlySpan<ushort> Codes(int row) => _codes.AsSpan(row * _stages, _stages);

        /// <summary>One partial code without a stage for each group, whose residual the caller sets.</summary>
        public void Start(int units)
        {
            (Units, Rows) = (units, units);
            _counts.AsSpan(0, units).Fill(1);
            _errors.AsSpan(0, units).Clear();
        }

        /// <summary>From the totals of a stage to the next beams.</summary>
        public void Advance(AdditiveCodebooks codebooks, int group, int stage)
        {
            int next = 0;
            for (int unit = 0, parent = 0; unit < Units; unit++)
            {
                int parents = _counts[unit];
                Span<float> least = _least.AsSpan(0, _width);
                int count = SelectLeast(_totals.AsSpan(parent * _stride, parents * _stride), least, _places);
                if (count == 0)
                {
                    (count, least[0], _places[0]) = (1, float.PositiveInfinity, 0);
                }

                for (int i = 0; i < count; i++, next++)
                {
                    (int from, int code) = Math.DivRem(_places[i], _stride);
                    from += parent;
                    _nextErrors[next] = least[i];
                    _codes.AsSpan(from * _stages, stage).CopyTo(_nextCodes.AsSpan(next * _stages));
                    _nextCodes[(next * _stages) + stage] = (ushort)code;
                    if (stage < _stages - 1)
                    {
                        QueryMath.Subtract(
                            Residual(from), codebooks.Centroid(group, stage, code), _nextResiduals.AsSpan(next * _dimensions, _dimensions));
                    }
                }

                _counts[unit] = count;
                parent += parents;
            }

            Rows = next;
            (_residuals, _nextResiduals) = (_nextResiduals, _residuals);
            (_errors, _nextErrors) = (_nextErrors, _errors);
            (_codes, _nextCodes) = (_nextCodes, _codes);
        }

        public void Dispose()
        {
            ArrayPool<int>.Shared.Return(_counts);
            ArrayPool<int>.Shared.Return(_places);
            foreach (float[] rented in (float[][])[_least, _totals, _residuals, _nextResiduals, _errors, _nextErrors])
            {
                ArrayPool<float>.Shared.Return(rented);
            }

            ArrayPool<ushort>.Shared.Return(_codes);
            ArrayPool<ushort>.Shared.Return(_nextCodes);
        }
    }
}
