using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace KernelGen.Kernels;

/// <summary>
/// Argument checks that all generated codecs share. Lengths are checked before a kernel changes anything, values that are not finite
/// as they are met; a message names the argument, the expected and the actual value. Not meant to be called by hand.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CodecGuard
{
    /// <summary>Checks the sample given to Train of a scheme that has nothing to learn.</summary>
    /// <param name="layout">The codec's layout.</param>
    /// <param name="sample">The sample.</param>
    /// <param name="options">The options, which are checked and told that the work is done.</param>
    /// <exception cref="ArgumentException">No vector, a part of one, or a value that is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The quantile is not in (0, 1].</exception>
    /// <exception cref="OperationCanceledException">The token of the options was cancelled.</exception>
    public static void TrainSample(CodecLayout layout, ReadOnlySpan<float> sample, TrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(layout);
        TrainSample(layout.Dimensions, sample, options);
    }

    /// <summary>What is thrown for a number of dimensions that is no prefix of a codec.</summary>
    /// <param name="prefixes">The prefixes.</param>
    /// <param name="prefix">The number.</param>
    public static ArgumentOutOfRangeException NoPrefix(ReadOnlySpan<int> prefixes, int prefix) =>
        new(nameof(prefix), prefix, $"Expected a prefix that the codec declares: {string.Join(", ", prefixes.ToArray())}.");

    /// <summary>Checks that transforms are those of a codec.</summary>
    /// <param name="layout">The codec's layout.</param>
    /// <param name="transforms">The transforms.</param>
    /// <exception cref="ArgumentException">They have another shape.</exception>
    public static void CheckTransforms(CodecLayout layout, Transforms.TransformChain transforms)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(transforms);
        if (transforms.Shape != layout.Transforms)
        {
            throw new ArgumentException($"Expected transforms of the shape {layout.Transforms}, but got {transforms.Shape}.", nameof(transforms));
        }
    }

    /// <summary>Checks a sample of which nothing is learned.</summary>
    internal static void TrainSample(int dimensions, ReadOnlySpan<float> sample, TrainingOptions? options)
    {
        options?.Check();
        SampleCount(dimensions, sample.Length);
        CheckFinite(sample, dimensions, nameof(sample));
        options?.Progress?.Report(1);
    }

    /// <summary>Checks the lengths given to Encode and returns the number of vectors.</summary>
    /// <param name="layout">The codec's layout.</param>
    /// <param name="vectorsLength">Number of values.</param>
    /// <param name="codesLength">Number of bytes.</param>
    /// <exception cref="ArgumentException">A part of a vector, or the lengths do not belong together.</exception>
    public static int EncodeCount(CodecLayout layout, int vectorsLength, int codesLength)
    {
        int count = WholeCount(vectorsLength, layout.Dimensions, "vectors", "values");
        CheckLength(codesLength, count, layout.CodeBytes, "codes", "bytes");
        return count;
    }

    /// <summary>Checks the lengths given to Decode and returns the number of vectors.</summary>
    /// <param name="layout">The codec's layout.</param>
    /// <param name="codesLength">Number of bytes.</param>
    /// <param name="vectorsLength">Number of values.</param>
    /// <exception cref="ArgumentException">A part of a code, or the lengths do not belong together.</exception>
    public static int DecodeCount(CodecLayout layout, int codesLength, int vectorsLength)
    {
        int count = WholeCount(codesLength, layout.CodeBytes, "codes", "bytes");
        CheckLength(vectorsLength, count, layout.Dimensions, "vectors", "values");
        return count;
    }

    /// <summary>Checks the lengths given to Prepare and returns the number of queries.</summary>
    /// <param name="layout">The codec's layout.</param>
    /// <param name="queriesLength">Number of values.</param>
    /// <param name="preparedLength">Number of bytes.</param>
    /// <exception cref="ArgumentException">A part of a query, or the lengths do not belong together.</exception>
    public static int PrepareCount(CodecLayout layout, int queriesLength, int preparedLength)
    {
        int count = WholeCount(queriesLength, layout.Dimensions, "queries", "values");
        CheckLength(preparedLength, count, layout.QueryBytes, "prepared", "bytes");
        return count;
    }

    /// <summary>Checks the arguments of Pack and Unpack and returns the number of rows.</summary>
    /// <param name="layout">The codec's layout.</param>
    /// <param name="codesLength">Number of bytes of the row codes.</param>
    /// <param name="blockLength">Number of bytes of the block.</param>
    /// <param name="firstRow">The first row in the block.</param>
    /// <exception cref="ArgumentException">A part of a code, a block of another length, or rows outside the block.</exception>
    public static int Pack(CodecLayout layout, int codesLength, int blockLength, int firstRow)
    {
        int rows = WholeCount(codesLength, layout.CodeBytes, "codes", "bytes");
        CheckLength(blockLength, 1, layout.BlockBytes, "block", "bytes");
        CheckRows(layout, firstRow, rows, "codes");
        return rows;
    }

    /// <summary>Checks the arguments of Scan and returns the number of queries.</summary>
    /// <param name="layout">The codec's layout.</param>
    /// <param name="preparedLength">Number of bytes of the prepared queries.</param>
    /// <param name="blockLength">Number of bytes of the block.</param>
    /// <param name="firstRow">The first row to score.</param>
    /// <param name="rows">How many rows to score.</param>
    /// <param name="scoresLength">Number of scores.</param>
    /// <exception cref="ArgumentException">Wrong length, or rows outside the block.</exception>
    public static int Scan(CodecLayout layout, int preparedLength, int blockLength, int firstRow, int rows, int scoresLength)
    {
        int queries = WholeCount(preparedLength, layout.QueryBytes, "prepared", "bytes");
        CheckLength(blockLength, 1, layout.BlockBytes, "block", "bytes");
        CheckRows(layout, firstRow, rows, "rows");
        CheckLength(scoresLength, queries, rows, "scores", "values");
        return queries;
    }

    /// <summary>Checks the arguments of ScanBounds and returns the number of queries.</summary>
    /// <param name="layout">The codec's layout.</param>
    /// <param name="preparedLength">Number of bytes of the prepared queries.</param>
    /// <param name="blockLength">Number of bytes of the block.</param>
    /// <param name="firstRow">The first row to score.</param>
    /// <param name="rows">How many rows to score.</param>
    /// <param name="scoresLength">Number of scores.</param>
    /// <param name="errorsLength">Number of bounds.</param>
    /// <param name="factor">Which bound.</param>
    /// <exception cref="ArgumentException">Wrong length, rows outside the block, or a factor outside (0, 1].</exception>
    public static int ScanBounds(
        CodecLayout layout, int preparedLength, int blockLength, int firstRow, int rows, int scoresLength, int errorsLength, float factor)
    {
        int queries = Scan(layout, preparedLength, blockLength, firstRow, rows, scoresLength);
        CheckLength(errorsLength, queries, rows, "errors", "values");
        return factor is > 0 and <= 1
            ? queries
            : throw new ArgumentOutOfRangeException(nameof(factor), factor, "Expected a factor greater than 0 and not greater than 1.");
    }

    /// <summary>Checks the lengths given to Search and returns the number of queries.</summary>
    /// <param name="layout">The codec's layout.</param>
    /// <param name="preparedLength">Number of bytes of the prepared queries.</param>
    /// <param name="blockLength">Number of bytes of the block.</param>
    /// <param name="idsLength">Number of ids, which is the number of rows to score.</param>
    /// <param name="topsLength">Number of collectors.</param>
    /// <exception cref="ArgumentException">Wrong length, or more ids than the block has rows.</exception>
    public static int Search(CodecLayout layout, int preparedLength, int blockLength, int idsLength, int topsLength)
    {
        int queries = WholeCount(preparedLength, layout.QueryBytes, "prepared", "bytes");
        CheckLength(blockLength, 1, layout.BlockBytes, "block", "bytes");
        if (idsLength > layout.BlockRows)
        {
            ThrowTooLong("ids", "ids", layout.BlockRows, idsLength);
        }

        CheckLength(topsLength, queries, 1, "tops", "collectors");
        return queries;
    }

    /// <summary>Checks that every query has a collector.</summary>
    /// <param name="tops">The collectors.</param>
    /// <exception cref="ArgumentException">A collector is null.</exception>
    public static void CheckCollectors(ReadOnlySpan<TopK> tops)
    {
        for (int i = 0; i < tops.Length; i++)
        {
            if (tops[i] is null)
            {
                throw new ArgumentException($"Expected a collector per query, but number {i} is null.", nameof(tops));
            }
        }
    }

    /// <summary>Checks the lengths of the two row codes given to ScorePair.</summary>
    /// <param name="layout">The codec's layout.</param>
    /// <param name="firstLength">Number of bytes of the first code.</param>
    /// <param name="secondLength">Number of bytes of the second code.</param>
    /// <exception cref="ArgumentException">Wrong length.</exception>
    public static void ScorePair(CodecLayout layout, int firstLength, int secondLength)
    {
        CheckLength(firstLength, 1, layout.CodeBytes, "first", "bytes");
        CheckLength(secondLength, 1, layout.CodeBytes, "second", "bytes");
    }

    /// <summary>Checks the arguments of Accumulate.</summary>
    /// <param name="layout">The codec's layout.</param>
    /// <param name="blockLength">Number of bytes of the block.</param>
    /// <param name="rows">Row numbers in the block.</param>
    /// <param name="weightsLength">Number of weights.</param>
    /// <param name="destinationLength">Number of values of the sum.</param>
    /// <exception cref="ArgumentException">Wrong length, or a row outside the block.</exception>
    public static void Accumulate(CodecLayout layout, int blockLength, ReadOnlySpan<int> rows, int weightsLength, int destinationLength)
    {
        CheckLength(blockLength, 1, layout.BlockBytes, "block", "bytes");
        CheckLength(weightsLength, rows.Length, 1, "weights", "values");
        CheckLength(destinationLength, 1, layout.Dimensions, "destination", "values");
        CheckRowNumbers(rows, layout.BlockRows);
    }

    /// <summary>Checks that no value is NaN or infinite.</summary>
    /// <param name="values">Vectors one after another.</param>
    /// <param name="dimensions">Number of values of a vector.</param>
    /// <param name="parameter">The name of the argument.</param>
    /// <exception cref="ArgumentException">A value is not finite; the message names its vector and dimension.</exception>
    public static void CheckFinite(ReadOnlySpan<float> values, int dimensions, string parameter)
    {
        if (IndexOfNotFinite(values) >= 0)
        {
            ThrowNotFinite(values, dimensions, 0, parameter);
        }
    }

    /// <summary>The same for the vectors from <paramref name="first"/> on; those before it are known to be finite.</summary>
    internal static void CheckFinite(ReadOnlySpan<float> values, int first, int dimensions, string parameter)
    {
        if (IndexOfNotFinite(values[(first * dimensions)..]) >= 0)
        {
            ThrowNotFinite(values, dimensions, first, parameter);
        }
    }

    /// <summary>Throws for a vector or query whose transformed values are not finite, though it is.</summary>
    /// <param name="what">What it is.</param>
    /// <param name="index">Its number.</param>
    /// <param name="parameter">The name of the argument.</param>
    /// <exception cref="ArgumentException">Always.</exception>
    [DoesNotReturn]
    internal static void ThrowTransform(string what, int index, string parameter) => throw new ArgumentException(
        $"Expected values that stay finite when they are transformed, but those of {what} {index} do not.", parameter);

    /// <summary>Throws for the first value that is NaN or infinite, naming its vector, its dimension and the value.</summary>
    /// <param name="values">Vectors one after another.</param>
    /// <param name="dimensions">Number of values of a vector.</param>
    /// <param name="index">The vector to begin the search with; every vector before it is finite.</param>
    /// <param name="parameter">The name of the argument.</param>
    /// <exception cref="ArgumentException">Always.</exception>
    [DoesNotReturn]
    public static void ThrowNotFinite(ReadOnlySpan<float> values, int dimensions, int index, string parameter)
    {
        int start = index * dimensions;
        int found = IndexOfNotFinite(values[start..]);
        if (found < 0)
        {
            throw new UnreachableException($"{parameter} was reported as not finite, but every value is.");
        }

        int at = start + found;
        throw new ArgumentException(
            $"Expected finite values, but vector {at / dimensions} has {values[at]} at dimension {at % dimensions}.", parameter);
    }

    /// <summary>Throws for a query whose table of products with centroids is too large: because the query is not finite, or as it is.</summary>
    /// <param name="queries">Queries one after another.</param>
    /// <param name="dimensions">Number of values of a query.</param>
    /// <param name="index">The query; every query before it is good.</param>
    /// <param name="parameter">The name of the argument.</param>
    /// <exception cref="ArgumentException">Always.</exception>
    [DoesNotReturn]
    public static void ThrowTooLarge(ReadOnlySpan<float> queries, int dimensions, int index, string parameter)
    {
        CheckFinite(queries.Slice(0, (index + 1) * dimensions), dimensions, parameter);
        throw new ArgumentException(
            $"Expected queries whose scores against single centroids stay below 2^112, but those of query {index} do not.", parameter);
    }

    /// <summary>The index of the first value that is NaN or infinite, or -1.</summary>
    internal static int IndexOfNotFinite(ReadOnlySpan<float> values)
    {
        int i = 0;
        var greatest = new Vector<float>(float.MaxValue);
        while (i <= values.Length - Vector<float>.Count
            && Vector.LessThanOrEqualAll(Vector.Abs(new Vector<float>(values[i..])), greatest))
        {
            i += Vector<float>.Count;
        }

        while (i < values.Length && float.IsFinite(values[i]))
        {
            i++;
        }

        return i < values.Length ? i : -1;
    }

    /// <summary>Checks the arguments of a scan of the first rows of consecutive blocks and returns the number of queries.</summary>
    internal static int ScanBlocks(CodecLayout layout, int preparedLength, int blocksLength, int rows, int scoresLength)
    {
        int queries = WholeCount(preparedLength, layout.QueryBytes, "prepared", "bytes");
        long blockRows = (long)WholeCount(blocksLength, layout.BlockBytes, "blocks", "bytes") * layout.BlockRows;
        if (rows < 0 || rows > blockRows)
        {
            ThrowOutside(nameof(rows), rows, blockRows);
        }

        CheckLength(scoresLength, queries, rows, "scores", "values");
        return queries;
    }

    /// <summary>Checks the arguments of Accumulate over consecutive blocks.</summary>
    internal static void AccumulateBlocks(
        CodecLayout layout, int blocksLength, ReadOnlySpan<int> rows, int weightsLength, int destinationLength)
    {
        long blockRows = (long)WholeCount(blocksLength, layout.BlockBytes, "blocks", "bytes") * layout.BlockRows;
        CheckLength(weightsLength, rows.Length, 1, "weights", "values");
        CheckLength(destinationLength, 1, layout.Dimensions, "destination", "values");
        CheckRowNumbers(rows, blockRows);
    }

    /// <summary>Checks the length of a training sample and returns its number of vectors.</summary>
    internal static int SampleCount(int dimensions, int sampleLength)
    {
        int count = WholeCount(sampleLength, dimensions, "sample", "values");
        return count > 0
            ? count
            : throw new ArgumentException($"Expected at least one vector of {dimensions} values, but got none.", "sample");
    }

    /// <summary>Checks that a length is exactly <paramref name="count"/> times <paramref name="size"/>.</summary>
    internal static void CheckLength(int length, int count, int size, string parameter, string unit)
    {
        if (length != (long)count * size)
        {
            ThrowLength(parameter, unit, count, size, length);
        }
    }

    /// <summary>Checks that a length is a multiple of <paramref name="size"/> and returns which one.</summary>
    internal static int WholeCount(int length, int size, string parameter, string unit)
    {
        (int count, int rest) = Math.DivRem(length, size);
        if (rest != 0)
        {
            ThrowPart(parameter, unit, size, length);
        }

        return count;
    }

    private static void CheckRowNumbers(ReadOnlySpan<int> rows, long count)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            if ((uint)rows[i] >= (ulong)count)
            {
                ThrowRow(i, rows[i], count);
            }
        }
    }

    private static void CheckRows(CodecLayout layout, int firstRow, int rows, string rowsParameter)
    {
        if ((uint)firstRow > (uint)layout.BlockRows)
        {
            ThrowOutside(nameof(firstRow), firstRow, layout.BlockRows);
        }

        if ((uint)rows > (uint)(layout.BlockRows - firstRow))
        {
            ThrowOutside(rowsParameter, rows, layout.BlockRows - firstRow);
        }
    }

    // The messages are built out of line: a kernel is called once per block, its checks must stay a few instructions.
    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowLength(string parameter, string unit, int count, int size, int actual)
    {
        string product = count == 1 || size == 1 ? "" : $"{count} * {size} = ";
        throw new ArgumentException($"Expected {product}{(long)count * size} {unit}, but got {actual}.", parameter);
    }

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowPart(string parameter, string unit, int size, int actual) =>
        throw new ArgumentException($"Expected a multiple of {size} {unit}, but got {actual}.", parameter);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowTooLong(string parameter, string unit, int greatest, int actual) =>
        throw new ArgumentException($"Expected at most {greatest} {unit}, but got {actual}.", parameter);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowOutside(string parameter, int actual, long greatest) =>
        throw new ArgumentOutOfRangeException(parameter, actual, $"Expected 0 to {greatest} rows, so that they lie inside the block.");

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowRow(int index, int row, long blockRows) =>
        throw new ArgumentOutOfRangeException("rows", row, $"Expected row numbers from 0 to {blockRows - 1}, but number {index} is not.");
}
