using System.Buffers.Binary;

namespace KernelGen.Reference;

/// <summary>The oracle of rotated quantizers: section 10 of docs/formats.md. The code of the best scale is found by trying all of them.</summary>
/// <param name="scheme">The scheme.</param>
/// <param name="mean">The transformed mean; empty without one.</param>
public sealed class ReferenceRotatedCodec(ReferenceRotatedScheme scheme, float[] mean) : IReferenceCodec
{
    /// <summary>R of docs/formats.md, section 10, for 1 to 8 bits.</summary>
    internal static readonly double[] Ranges = [0.797885, 1.493530, 2.051068, 2.514005, 2.916151, 3.277985, 3.611098, 3.922204];

    private static readonly double[] s_errors = [0.36338, 0.1187, 0.0370, 0.01127, 0.00329, 0.00089, 0.00023, 0.0000571];

    private static readonly double[] s_ratios = [0.8, 0.9, 1, 1.1, 1.25];

    /// <summary>Values and scale of a row are those of a mid-rise grid with a scale per vector.</summary>
    private readonly ReferenceCodec _grid = new(ReferenceScheme.Integer(scheme.Dimensions, Metric.InnerProduct, scheme.Bits, ZeroMode.MidRise));

    /// <summary>One bit: values and queries are those of signs.</summary>
    private readonly ReferenceSignCodec? _signs = scheme.Bits > 1
        ? null
        : new(new ReferenceSignScheme(scheme.Dimensions, Metric.InnerProduct, BitOrder.LsbFirst, SignBit.NonNegative));

    private readonly ReferenceNormalLevels? _levels = scheme.HasNormalLevels ? ReferenceNormalLevels.Of(scheme.Bits) : null;

    public IReadOnlyList<float> Parameters => [];

    public int CodeBytes => ValuesBytes + 4 + (scheme.StoresTerm ? 4 : 0) + 4;

    private int ValuesBytes => _signs?.CodeBytes ?? _grid.Layout.ValuesBytes;

    private int Centre => 1 << (scheme.Bits - 1);

    /// <summary>What a row stores beside codes.</summary>
    public sealed record Factors(float Scale, float Term, float Deviation);

    public int BlockBytes(int blockRows) =>
        Parts(blockRows).ValuesAt + (_signs?.BlockBytes(blockRows) ?? ReferenceLayout.RoundUp(blockRows * ValuesBytes, 64));

    public void Encode(ReadOnlySpan<float> vector, Span<byte> code)
    {
        (uint[] codes, Factors factors) = Quantize(vector.ToArray());
        int start = ValuesBytes + 4;
        if (_signs is null)
        {
            _grid.Layout.Write(new ReferenceRow(codes, [factors.Scale], [], Norm2: 0), code[..start]);
        }
        else
        {
            code.Clear();
            foreach ((int i, uint bit) in codes.Index())
            {
                code[i / 8] |= (byte)(bit << (i % 8));
            }

            BinaryPrimitives.WriteSingleLittleEndian(code[ValuesBytes..], factors.Scale);
        }

        if (scheme.StoresTerm)
        {
            BinaryPrimitives.WriteSingleLittleEndian(code[start..], factors.Term);
        }

        BinaryPrimitives.WriteSingleLittleEndian(code[^4..], factors.Deviation);
    }

    /// <summary>The codes of a vector and the numbers stored with them.</summary>
    public (uint[] Codes, Factors Factors) Quantize(float[] r)
    {
        int[] numbers = scheme.Bits == 1 ? new int[r.Length] : _levels?.Quantize(r) ?? Steps(r);
        int[] steps = Array.ConvertAll(numbers, StepOf);
        uint[] codes = [.. r.Zip(numbers, (value, number) => (uint)(value < 0 ? Centre - 1 - number : Centre + number))];
        double norm2 = StripedSum.OfSquares(r);
        double product = StripedSum.Of(r.Length, i => Math.Abs((double)r[i]) * (steps[i] + 0.5));
        double squares = steps.Sum(step => (step + 0.5) * (step + 0.5));
        float scale = product > 0 ? MathF.Min((float)(norm2 / product), float.MaxValue) : 0;
        scale = scale < ReferenceCodec.LeastScale ? 0 : scale;
        double left = norm2 - (2.0 * scale * product) + ((double)scale * scale * squares);
        double deviation = Math.Sqrt(Math.Max(0, left) + Math.ScaleB(norm2, -40));
        float rounded = (float)deviation < deviation ? MathF.BitIncrement((float)deviation) : (float)deviation;
        double most = Math.ScaleB(1, 126);
        float term = scheme.Metric == Metric.SquaredL2
            ? (float)Math.Min(norm2, most)
            : scheme.Centers ? (float)StripedSum.Of(r.Length, i => (double)r[i] * mean[i]) : 0;
        return (codes, new Factors(scale, term, norm2 > most ? float.PositiveInfinity : rounded));
    }

    public void Decode(ReadOnlySpan<byte> code, Span<float> vector) => Decoded(code).CopyTo(vector);

    public void Pack(ReadOnlySpan<byte> code, Span<byte> block, int blockRows, int row)
    {
        ((int InCode, int InBlock, int Length)[] parts, int valuesAt) = Parts(blockRows);
        foreach ((int inCode, int inBlock, int length) in parts)
        {
            code.Slice(inCode, length).CopyTo(block.Slice(inBlock + (row * length), length));
        }

        if (_signs is null)
        {
            code[..ValuesBytes].CopyTo(block[(valuesAt + (row * ValuesBytes))..]);
        }
        else
        {
            _signs.Pack(code[..ValuesBytes], block[valuesAt..], blockRows, row);
        }
    }

    public void Unpack(ReadOnlySpan<byte> block, Span<byte> code, int blockRows, int row)
    {
        ((int InCode, int InBlock, int Length)[] parts, int valuesAt) = Parts(blockRows);
        foreach ((int inCode, int inBlock, int length) in parts)
        {
            block.Slice(inBlock + (row * length), length).CopyTo(code.Slice(inCode, length));
        }

        if (_signs is null)
        {
            block.Slice(valuesAt + (row * ValuesBytes), ValuesBytes).CopyTo(code);
        }
        else
        {
            _signs.Unpack(block[valuesAt..], code[..ValuesBytes], blockRows, row);
        }
    }

    public ReferenceScore[] Scores(ReadOnlySpan<float> query, IReadOnlyList<byte[]> codes)
    {
        ReferenceQuery prepared = _grid.Prepare(query);
        ReferenceSignQuery? signs = _signs?.Prepare(query);
        return [.. codes.Select(code =>
        {
            Factors factors = FactorsOf(code);
            float ip;
            if (signs is null)
            {
                // A code of the grid, also where it has no bits for it.
                uint[] codes = Array.ConvertAll(CodesOf(code), u => (uint)(int)(LevelOf(u) - 0.5f + Centre));
                ip = (float)_grid.Score(prepared, new ReferenceRow(codes, [factors.Scale], [], Norm2: 0)).Value;
            }
            else
            {
                uint[] bits = CodesOf(code);
                int product = signs.Integers.Select((q, i) => bits[i] == 1 ? q : -q).Sum();
                float t = 0.5f * signs.Step * product;
                ip = factors.Scale * t;
            }

            float term = factors.Term;
            return new ReferenceScore(
                scheme.Metric == Metric.SquaredL2 ? -MathF.Max(0, (term + prepared.Norm2) - (2 * ip)) : scheme.StoresTerm ? ip + term : ip,
                Tolerance: 0);
        })];
    }

    public ReferenceScore ScorePair(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        float[] a = Decoded(first);
        float[] b = Decoded(second);
        bool isDistance = scheme.Metric == Metric.SquaredL2;
        double value = 0;
        double magnitude = 0;
        foreach ((float x, float y) in a.Zip(b))
        {
            value += isDistance ? -Math.Pow((double)x - y, 2) : (double)x * y;
            magnitude += isDistance ? Math.Pow(Math.Abs((double)x) + Math.Abs(y), 2) : Math.Abs((double)x * y);
        }

        return ReferenceScore.OfSum(value, scheme.Dimensions, magnitude, factor: 1);
    }

    public ReferenceScore[] Accumulate(IReadOnlyList<byte[]> codes, ReadOnlySpan<float> weights, ReadOnlySpan<float> destination) =>
        ReferenceScore.OfAccumulation([.. codes.Select(code => Decoded(code))], weights, destination);

    /// <summary>What a row code stores beside codes.</summary>
    public Factors FactorsOf(ReadOnlySpan<byte> code) => new(
        BinaryPrimitives.ReadSingleLittleEndian(code[ValuesBytes..]),
        scheme.StoresTerm ? BinaryPrimitives.ReadSingleLittleEndian(code[(ValuesBytes + 4)..]) : 0,
        BinaryPrimitives.ReadSingleLittleEndian(code[^4..]));

    private float[] Decoded(ReadOnlySpan<byte> code)
    {
        float factor = (float)(1 - ((_levels?.Error ?? s_errors[scheme.Bits - 1]) * (1 - (1.0 / scheme.Dimensions))));
        float scale = FactorsOf(code).Scale * factor;
        return Array.ConvertAll(CodesOf(code), u => LevelOf(u) * scale);
    }

    /// <summary>v of docs/formats.md.</summary>
    private float LevelOf(uint code) => code >= Centre ? StepOf((int)code - Centre) + 0.5f : -0.5f - StepOf(Centre - 1 - (int)code);

    /// <summary>The level of a number, less 1/2.</summary>
    private int StepOf(int number) => _levels?.Steps[number] ?? number;

    private uint[] CodesOf(ReadOnlySpan<byte> code)
    {
        byte[] bytes = code.ToArray();
        return _signs is null
            ? _grid.Layout.Read(bytes.AsSpan(0, _grid.Layout.CodeBytes)).Codes
            : [.. Enumerable.Range(0, scheme.Dimensions).Select(i => (uint)(bytes[i / 8] >> (i % 8)) & 1)];
    }

    /// <summary>How many steps each magnitude is from the lowest level.</summary>
    private int[] Steps(float[] r)
    {
        float greatest = r.Max(Math.Abs);
        if (greatest == 0)
        {
            return new int[r.Length];
        }

        int exponent = 22 - MathF.ILogB(greatest);
        long[] a = Array.ConvertAll(r, value => (long)Math.Round(Math.ScaleB(Math.Abs((double)value), exponent), MidpointRounding.ToEven));
        return scheme.Search == ScaleSearch.Fast ? FastSteps(a) : BestSteps(a);
    }

    private int[] FastSteps(long[] a)
    {
        double usual = Centre / Ranges[scheme.Bits - 1] * 0.7978845608028654 * (a.Length / (double)a.Sum());
        return s_ratios
            .Select(ratio => Array.ConvertAll(a, magnitude => (int)Math.Min(Math.Floor(magnitude * (double)(float)(ratio * usual)), Centre - 1)))
            .MaxBy(steps => Quality(a.Zip(steps, static (magnitude, step) => magnitude * ((2 * step) + 1)).Sum(), steps.Sum(Squared)))!;
    }

    /// <summary>Every scale at which a code changes, in ascending order.</summary>
    private int[] BestSteps(long[] a)
    {
        var events = (
            from i in Enumerable.Range(0, a.Length)
            where a[i] > 0
            from step in Enumerable.Range(1, Centre - 1)
            select (Magnitude: a[i], Step: step)).ToArray();
        Array.Sort(events, Compare);
        long product = a.Sum();
        long squares = a.Length;
        double best = Quality(product, squares);
        (long Magnitude, int Step) bestEvent = (1, 0);
        foreach ((int i, (long magnitude, int step)) in events.Index())
        {
            product += 2 * magnitude;
            squares += 8 * step;
            if ((i + 1 == events.Length || Compare(events[i], events[i + 1]) != 0) && Quality(product, squares) > best)
            {
                best = Quality(product, squares);
                bestEvent = events[i];
            }
        }

        // floor(a * step / magnitude), exact.
        return Array.ConvertAll(a, magnitude => (int)Math.Min(magnitude * bestEvent.Step / bestEvent.Magnitude, Centre - 1));
    }

    /// <summary>By the scale step / magnitude.</summary>
    private static int Compare((long Magnitude, int Step) x, (long Magnitude, int Step) y) => (x.Step * y.Magnitude).CompareTo(y.Step * x.Magnitude);

    private static long Squared(int step) => ((2L * step) + 1) * ((2L * step) + 1);

    /// <summary>Both numbers are integers below 2^53.</summary>
    private static double Quality(long product, long squares) => (double)product * product / squares;

    /// <summary>The parts of a row code that are arrays in front of a block's values, and where those begin.</summary>
    private ((int InCode, int InBlock, int Length)[] Parts, int ValuesAt) Parts(int blockRows)
    {
        int values = ValuesBytes;
        int column = ReferenceLayout.RoundUp(blockRows * 4, 64);
        int term = scheme.StoresTerm ? 4 : 0;
        int deviations = scheme.StoresTerm ? 2 * column : column;
        return ([(values, 0, 4), (values + 4, column, term), (values + 4 + term, deviations, 4)], deviations + column);
    }
}
