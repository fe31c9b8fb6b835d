using System.Buffers;
using System.Runtime.CompilerServices;

namespace KernelGen.Kernels;

/// <summary>
/// Finds the scale whose code is nearest in direction to a vector (docs/formats.md, section 10): a ladder of scales is refined where its bounds leave room
/// for something better, and the steps of what remains are taken one by one.
/// </summary>
internal sealed class ScaleFinder(int greatestStep) : IDisposable
{
    /// <summary>Scales, relative to what suits normal values, that the fast search tries, and the exact one begins with.</summary>
    private static readonly double[] s_fast = [0.8, 0.9, 1, 1.1, 1.25];

    private static readonly double[] s_first = [0.5, 0.7, 0.8, 0.87, 0.93, 1, 1.07, 1.15, 1.25, 1.4, 2];

    /// <summary>An interval is not cut in two any more if the sum of squares grows by no more than this within it.</summary>
    private readonly double _leafGrowth = 8.0 * (greatestStep + 1);

    private LadderPoint[] _points = new LadderPoint[64];
    private LadderPoint[] _refined = new LadderPoint[64];
    private double[] _scales = ArrayPool<double>.Shared.Rent(256);
    private uint[] _places = ArrayPool<uint>.Shared.Rent(256);
    private double _bestQuality;
    private double _bestScale;

    public void Dispose()
    {
        ArrayPool<double>.Shared.Return(_scales);
        ArrayPool<uint>.Shared.Return(_places);
    }

    /// <summary>The best of five scales.</summary>
    /// <param name="ladder">The magnitudes.</param>
    /// <param name="usual">The scale that suits normal values.</param>
    public double FindFast(ScaleLadder ladder, double usual)
    {
        Begin();
        foreach (double ratio in s_fast)
        {
            Evaluate(ladder, (float)(ratio * usual));
        }

        return _bestScale;
    }

    /// <summary>The best of all scales: a number whose products with magnitudes reach the integers that those of the exact scale reach.</summary>
    /// <param name="ladder">The magnitudes.</param>
    /// <param name="usual">The scale that suits normal values.</param>
    /// <param name="greatest">The greatest magnitude.</param>
    public double FindBest(ScaleLadder ladder, double usual, double greatest)
    {
        Begin();
        int count = 0;

        // Below the first scale no step is taken, above the last one (magnitudes are integers) none is left.
        float first = MathF.BitDecrement((float)(1 / greatest));
        Append(ref _points, ref count, Evaluate(ladder, first));
        foreach (double ratio in s_first)
        {
            float scale = (float)(ratio * usual);
            if (scale > first && scale < greatestStep)
            {
                Append(ref _points, ref count, Evaluate(ladder, scale));
            }
        }

        LadderPoint end = Evaluate(ladder, greatestStep);
        for (float scale = 2 * _points[count - 1].Scale; scale < greatestStep && MayHoldBest(_points[count - 1], end); scale *= 2)
        {
            Append(ref _points, ref count, Evaluate(ladder, scale));
        }

        Append(ref _points, ref count, end);
        while (Refine(ladder, ref count))
        {
            // Until no interval is cut any more.
        }

        for (int i = 0; i < count - 1; i++)
        {
            int last = i;
            while (last < count - 1 && MayHoldBest(_points[last], _points[last + 1]))
            {
                last++;
            }

            if (last > i)
            {
                Walk(ladder, _points[i], _points[last]);
                i = last;
            }
        }

        return _bestScale;
    }

    private static void Append(ref LadderPoint[] points, ref int count, in LadderPoint point)
    {
        if (count == points.Length)
        {
            Array.Resize(ref points, 2 * count);
        }

        points[count++] = point;
    }

    private void Begin() => (_bestQuality, _bestScale) = (-1, 0);

    private bool MayHoldBest(in LadderPoint point, in LadderPoint next) => point.Bound(next.Product) >= _bestQuality && next.Product > point.Product;

    private LadderPoint Evaluate(ScaleLadder ladder, float scale)
    {
        LadderPoint point = ladder.Evaluate(scale);
        Offer(point.Quality, scale);
        return point;
    }

    /// <summary>Of scales that are equally good, the smallest counts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Offer(double quality, double scale)
    {
        if (quality > _bestQuality || (quality == _bestQuality && scale < _bestScale))
        {
            _bestQuality = quality;
            _bestScale = scale;
        }
    }

    /// <summary>Cuts the intervals in two that are long and may hold something better; false if there are none.</summary>
    private bool Refine(ScaleLadder ladder, ref int count)
    {
        int refined = 0;
        for (int i = 0; i < count - 1; i++)
        {
            LadderPoint point = _points[i];
            LadderPoint next = _points[i + 1];
            Append(ref _refined, ref refined, point);
            if (next.Squares - point.Squares > _leafGrowth && MayHoldBest(point, next))
            {
                float middle = MathF.Sqrt(point.Scale * next.Scale);
                if (middle > point.Scale && middle < next.Scale)
                {
                    Append(ref _refined, ref refined, Evaluate(ladder, middle));
                }
            }
        }

        Append(ref _refined, ref refined, _points[count - 1]);
        bool isRefined = refined > count;
        (_points, _refined, count) = (_refined, _points, refined);
        return isRefined;
    }

    /// <summary>Takes all steps between two scales in their order; those of equal scales are one.</summary>
    private void Walk(ScaleLadder ladder, in LadderPoint from, in LadderPoint to)
    {
        var steps = new ScaleSteps { Scales = _scales, Places = _places };
        int count = ladder.CollectSteps(from.Scale, to.Scale, ref steps);
        (_scales, _places) = (steps.Scales, steps.Places);
        Array.Sort(_scales, _places, 0, count);
        double product = from.Product;
        double squares = from.Squares;
        for (int i = 0; i < count; i++)
        {
            uint place = _places[i];
            product += place >> 8;
            squares += 2.0 * (place & 0xFF);
            if (i + 1 == count || _scales[i + 1] != _scales[i])
            {
                // Other scales lie apart by 2^-30 at least: this one, times a magnitude, reaches what it should despite rounding.
                Offer(product * product / squares, _scales[i] * (1 + (1.0 / (1L << 40))));
            }
        }
    }
}
