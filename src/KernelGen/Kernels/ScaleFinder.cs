using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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

    /// <summary>Intervals that may hold the best scale, in ascending order.</summary>
    private List<Interval> _intervals = [];
    private List<Interval> _refined = [];
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
        _intervals.Clear();

        // Below the first scale no step is taken, above the last one (magnitudes are integers) none is left.
        float first = MathF.BitDecrement((float)(1 / greatest));
        LadderPoint point = Evaluate(ladder, first);
        foreach (double ratio in s_first)
        {
            var scale = (float)(ratio * usual);
            if (scale > first && scale < greatestStep)
            {
                point = Append(point, Evaluate(ladder, scale));
            }
        }

        LadderPoint end = Evaluate(ladder, greatestStep);
        for (float scale = 2 * point.Scale; scale < greatestStep && MayHoldBest(new Interval(point, end)); scale *= 2)
        {
            point = Append(point, Evaluate(ladder, scale));
        }

        Append(point, end);
        while (Refine(ladder))
        {
            // Until no interval is cut any more.
        }

        for (int i = 0; i < _intervals.Count; i++)
        {
            LadderPoint from = _intervals[i].From;
            while (i + 1 < _intervals.Count && _intervals[i + 1].From.Scale == _intervals[i].To.Scale)
            {
                i++;
            }

            Walk(ladder, from, _intervals[i].To);
        }

        return _bestScale;
    }

    private LadderPoint Append(in LadderPoint from, in LadderPoint to)
    {
        _intervals.Add(new Interval(from, to));
        return to;
    }

    private void Begin() => (_bestQuality, _bestScale) = (-1, 0);

    private bool MayHoldBest(in Interval interval) =>
        interval.To.Product > interval.From.Product && interval.From.Bound(interval.To) >= _bestQuality;

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

    /// <summary>Drops intervals that hold nothing better and cuts long ones in two; false if none was cut.</summary>
    private bool Refine(ScaleLadder ladder)
    {
        bool isRefined = false;
        _refined.Clear();
        foreach (ref readonly Interval interval in CollectionsMarshal.AsSpan(_intervals))
        {
            if (!MayHoldBest(interval))
            {
                continue;
            }

            float middle = MathF.Sqrt(interval.From.Scale * interval.To.Scale);
            if (interval.To.Squares - interval.From.Squares > _leafGrowth && middle > interval.From.Scale && middle < interval.To.Scale)
            {
                LadderPoint point = Evaluate(ladder, middle);
                _refined.Add(new Interval(interval.From, point));
                _refined.Add(new Interval(point, interval.To));
                isRefined = true;
            }
            else
            {
                _refined.Add(interval);
            }
        }

        (_intervals, _refined) = (_refined, _intervals);
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

    /// <summary>Scales between two that were tried.</summary>
    private readonly struct Interval(in LadderPoint from, in LadderPoint to)
    {
        public readonly LadderPoint From = from;
        public readonly LadderPoint To = to;
    }
}
