namespace KernelGen.Reference;

/// <summary>
/// The oracle: every scheme, written from docs/formats.md for reading, not for speed. Floats where the page prescribes single
/// roundings (the JIT fuses no operations by itself), doubles where it leaves the order of sums free.
/// </summary>
public sealed partial class ReferenceCodec : IReferencePrefixCodec
{
    // The least normal float: scales below it count as zero.
    internal const float LeastScale = 1.17549435e-38f;

    private readonly float[] _parameters;

    /// <summary>Creates a codec with the learned parameters of a scheme: its scales, then its minima.</summary>
    public ReferenceCodec(ReferenceScheme scheme, params float[] parameters)
    {
        if (parameters.Length != scheme.ParameterCount)
        {
            throw new ArgumentException($"Expected {scheme.ParameterCount} parameters, got {parameters.Length}.", nameof(parameters));
        }

        Scheme = scheme;
        Layout = new ReferenceLayout(scheme);
        _parameters = parameters;
    }

    public ReferenceScheme Scheme { get; }

    public ReferenceLayout Layout { get; }

    /// <summary>Learned scales, then learned minima.</summary>
    public IReadOnlyList<float> Parameters => _parameters;

    /// <summary>Encodes one vector to one row code.</summary>
    public void Encode(ReadOnlySpan<float> vector, Span<byte> code) => Layout.Write(Quantize(vector), code);

    /// <summary>Decodes one row code to one vector.</summary>
    public void Decode(ReadOnlySpan<byte> code, Span<float> vector) => Dequantize(Layout.Read(code)).CopyTo(vector);

    /// <summary>Section 1: from a vector to the content of its row code.</summary>
    public ReferenceRow Quantize(ReadOnlySpan<float> vector)
    {
        if (Scheme.Grid is RecurrentGrid recurrent)
        {
            return WithNorms(QuantizeRecurrently(recurrent, Checked(Scheme, vector)));
        }

        float[] x = Normalise(Scheme, vector);
        (float[] scales, float[] minima) = Scheme.StoredScales > 0 ? FitScales(x) : ([], []);
        var row = new ReferenceRow(new uint[x.Length], scales, minima, Norm2: 0);
        for (int i = 0; i < x.Length; i++)
        {
            row.Codes[i] = CodeOf(x[i], ScaleOf(row, i), MinimumOf(row, i));
        }

        return WithNorms(row);
    }

    /// <summary>From the content of a row code to the decoded vector.</summary>
    public float[] Dequantize(ReferenceRow row)
    {
        var x = new float[row.Codes.Length];
        for (int i = 0; i < x.Length; i++)
        {
            float steps = StepsOf(row.Codes[i]);
            x[i] = Scheme.Scale is null ? steps : steps * ScaleOf(row, i);
            if (Scheme.HasMinimum)
            {
                x[i] += MinimumOf(row, i);
            }
        }

        return x;
    }

    private ReferenceRow WithNorms(ReferenceRow row)
    {
        row = Scheme.StoresNorm2 ? row with { Norm2 = (float)StripedSum.OfSquares(Dequantize(row)) } : row;
        return Scheme.StoredPrefixNorms > 0 ? row with { PrefixNorms = PrefixNormsOf(Dequantize(row)) } : row;
    }

    /// <summary>The vector, if a codec takes it.</summary>
    private static float[] Checked(IReferenceScheme scheme, ReadOnlySpan<float> vector)
    {
        float[] x = vector.ToArray();
        if (x.Length != scheme.Dimensions)
        {
            throw new ArgumentException($"Expected {scheme.Dimensions} values, got {x.Length}.", nameof(vector));
        }

        if (!Array.TrueForAll(x, float.IsFinite))
        {
            throw new ArgumentException("Expected finite values.", nameof(vector));
        }

        return x;
    }

    /// <summary>The vector, under Cosine scaled to length 1.</summary>
    internal static float[] Normalise(IReferenceScheme scheme, ReadOnlySpan<float> vector)
    {
        float[] x = Checked(scheme, vector);
        if (scheme.Metric == Metric.Cosine)
        {
            double norm2 = StripedSum.OfSquares(x);
            float r = ReciprocalNorm(norm2);
            for (int i = 0; i < x.Length; i++)
            {
                x[i] *= r;
            }
        }

        return x;
    }

    /// <summary>One divided by the norm, 0 for norms that are too small.</summary>
    private static float ReciprocalNorm(double norm2) => norm2 >= Math.ScaleB(1, -252) ? (float)(1.0 / Math.Sqrt(norm2)) : 0;

    /// <summary>The scale of the extremes of a group, before it is rounded to the scale format. Also for learned ranges.</summary>
    private static float ScaleOfRange(ReferenceGrid grid, float minimum, float maximum, float greatestMagnitude)
    {
        switch (grid)
        {
            case IntegerGrid { Zero: ZeroMode.Affine } affine:
                float greatestCode = affine.GreatestCode;
                return Math.Max((maximum / greatestCode) - (minimum / greatestCode), 0);
            case IntegerGrid { Zero: ZeroMode.Symmetric } symmetric:
                return greatestMagnitude / (symmetric.Centre - 1);
            case IntegerGrid midRise:
                return greatestMagnitude / midRise.Centre;
            default:
                return greatestMagnitude / ((FloatGrid)grid).Binary.Greatest;
        }
    }

    /// <summary>1 bit has no range to span: its two levels lie at plus and minus the mean magnitude.</summary>
    private static float ScaleOfSum(double sumOfMagnitudes, int count) => (float)(2 * sumOfMagnitudes / count);

    private (float[] Scales, float[] Minima) FitScales(float[] x)
    {
        BinaryFormat format = BinaryFormat.Of(Scheme.Scale!.Format);
        var scales = new float[Scheme.StoredScales];
        var minima = new float[Scheme.HasMinimum ? scales.Length : 0];
        for (int group = 0; group < scales.Length; group++)
        {
            int first = group * Scheme.GroupSize;
            float[] values = x[first..Math.Min(first + Scheme.GroupSize, x.Length)];
            float minimum = 0;
            if (Scheme.HasMinimum)
            {
                minimum = PositiveZero(format.Round(values.Min()));
                minima[group] = minimum;
            }

            float scale = Scheme.Grid is IntegerGrid { Bits: 1, Zero: ZeroMode.MidRise }
                ? ScaleOfSum(StripedSum.Of(values.Length, i => Math.Abs(values[i])), values.Length)
                : ScaleOfRange(Scheme.Grid, minimum, values.Max(), values.Max(Math.Abs));
            scale = format.Round(scale);
            scales[group] = scale < LeastScale ? 0 : scale;
        }

        return (scales, minima);
    }

    private static float PositiveZero(float value) => value == 0 ? 0 : value;

    internal static float InverseOf(float scale) => scale < LeastScale ? 0 : 1 / scale;

    private uint CodeOf(float x, float scale, float minimum)
    {
        float v = Scheme.Scale is null ? x : (Scheme.HasMinimum ? x - minimum : x) * InverseOf(scale);
        switch (Scheme.Grid)
        {
            case IntegerGrid { Zero: ZeroMode.Affine } affine:
                return (uint)MathF.Round(Math.Clamp(v, 0, affine.GreatestCode), MidpointRounding.ToEven);
            case IntegerGrid { Zero: ZeroMode.Symmetric } symmetric:
                int limit = symmetric.Centre - 1;
                return (uint)((int)MathF.Round(Math.Clamp(v, -limit, limit), MidpointRounding.ToEven) + symmetric.Centre);
            case IntegerGrid midRise:
                return (uint)((int)Math.Clamp(MathF.Floor(v), -midRise.Centre, midRise.Centre - 1) + midRise.Centre);
            default:
                return ((FloatGrid)Scheme.Grid).Binary.FromSingle(v);
        }
    }

    /// <summary>How many scales above zero (above the minimum, for Affine) a code stands.</summary>
    private float StepsOf(uint code) =>
        Scheme.Grid is IntegerGrid grid ? Centred(grid, code) + grid.Offset : ((FloatGrid)Scheme.Grid).Binary.ToSingle(code);

    private static int Centred(IntegerGrid grid, uint code) => (int)code - grid.Centre;

    private float ScaleOf(ReferenceRow row, int i) => Scheme.Scale switch
    {
        null => 1,
        _ when Scheme.IsLearned => _parameters[i / Scheme.GroupSize],
        _ => row.Scales[i / Scheme.GroupSize],
    };

    private float MinimumOf(ReferenceRow row, int i) => Scheme switch
    {
        { HasMinimum: false } => 0,
        { IsLearned: true } => _parameters[Scheme.GroupCount + (i / Scheme.GroupSize)],
        _ => row.Minima[i / Scheme.GroupSize],
    };
}
