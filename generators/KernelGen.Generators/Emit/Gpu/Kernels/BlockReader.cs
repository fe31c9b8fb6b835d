using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels;

/// <summary>
/// Reads the values of rows as they lie in blocks: four words at once where every run of values starts at a multiple of 16 bytes, a word
/// where it starts at a multiple of 4, else the two words around it.
/// </summary>
internal sealed class BlockReader
{
    private readonly BlockValues _values;
    private readonly bool _isRagged;

    /// <param name="values">Where values lie.</param>
    /// <param name="mostWords">The most words that are taken at once: 4 or 1.</param>
    public BlockReader(BlockValues values, int mostWords = 4)
    {
        _values = values;
        bool Starts(int multiple) => values.StripeBytes % multiple == 0 && values.RowBytes % multiple == 0;
        _isRagged = !Starts(4);
        Words = Starts(16) ? mostWords : 1;
        Units = (values.StripeBytes + (4 * Words) - 1) / (4 * Words);
        NeedsLastWord = _isRagged && values.BlockBytes - values.Offset - (values.Rows * values.RowBytes) < 8;
    }

    /// <summary>Whether a block may end with its last row, and the buffer with the block: then words are read up to
    /// <see cref="LastWord"/> only.</summary>
    public bool NeedsLastWord { get; }

    /// <summary>The number of the buffer's last word.</summary>
    public Variable? LastWord { get; set; }

    /// <summary>Words that are loaded at once: 4 or 1. So many words of a stripe are a unit.</summary>
    public int Words { get; }

    /// <summary>Units of a stripe; the last may reach past its end.</summary>
    public int Units { get; }

    /// <summary>The type in which values of rows and of queries are loaded.</summary>
    public GpuType LoadType => Words == 4 ? GpuType.Words : GpuType.UInt;

    /// <summary>Bytes of a load.</summary>
    public int LoadBytes => 4 * Words;

    /// <summary>Where a row's values start: in loads, or in bytes where rows are ragged.</summary>
    public GpuExpression RowStart(RowPlace row)
    {
        int unit = _isRagged ? 1 : LoadBytes;
        return (row.Block * (_values.BlockBytes / unit)) + (_values.Offset / unit) + (row.InBlock * (_values.RowBytes / unit));
    }

    /// <summary>Declares a unit of a stripe of a row.</summary>
    public Variable Read(GpuKernelBuilder kernel, GpuArray values, Variable rowStart, int stripe, GpuExpression unit)
    {
        if (!_isRagged)
        {
            return kernel.Declare("code", GpuKernelBuilder.Load(values, rowStart + (stripe * _values.StripeBytes / LoadBytes) + unit));
        }

        Variable at = kernel.Declare("at", rowStart + (stripe * _values.StripeBytes) + (unit * 4));
        Variable word = kernel.Declare("word", at >> 2);
        Variable shift = kernel.Declare("shift", (at & 3) << 3);
        GpuExpression next = word + 1;
        if (LastWord is { } last)
        {
            next = (word < last).Then(next, last);
        }

        // A shift by 32 would be one by 0: it is made in two steps.
        return kernel.Declare(
            "code",
            (GpuKernelBuilder.Load(values, word) >> shift) | ((GpuKernelBuilder.Load(values, next) << (31 - shift)) << 1));
    }
}

/// <summary>Where the values of rows lie in blocks.</summary>
/// <param name="Rows">Rows of a block.</param>
/// <param name="BlockBytes">Bytes of a block.</param>
/// <param name="Offset">Where the values of the first row start.</param>
/// <param name="RowBytes">Bytes of a row's values.</param>
/// <param name="StripeBytes">Bytes of a run of values that is read from its start on.</param>
internal sealed record BlockValues(int Rows, int BlockBytes, int Offset, int RowBytes, int StripeBytes)
{
    public static BlockValues Of(KernelPlan plan) =>
        new(plan.Block.Rows, plan.Block.Bytes, plan.Block.ValuesOffset, plan.ValueBytes, plan.Integer?.Lanes ?? plan.ValueBytes);
}
