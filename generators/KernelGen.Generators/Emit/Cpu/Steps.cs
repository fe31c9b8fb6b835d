namespace KernelGen.Generators.Emit.Cpu;

/// <summary>
/// A byte offset in generated code: a constant, or the loop variable i plus a constant.
/// </summary>
/// <param name="Looping">Whether i is part of it.</param>
/// <param name="Constant">The constant part.</param>
internal readonly record struct Offset(bool Looping, int Constant)
{
    public Offset Plus(int constant) => this with { Constant = Constant + constant };

    /// <summary>The offset shifted right; i is a multiple of every vector width, so the parts may be shifted apart if exact.</summary>
    public string ShiftedRight(int bits) => Looping ? $"({this} >> {bits})" : new Offset(false, Constant >> bits).ToString();

    public override string ToString() => (Looping, Constant) switch
    {
        (true, 0) => "i",
        (true, > 0) => $"i + {Constant}",
        (true, _) => $"i - {-Constant}",
        (_, >= 0) => SourceWriter.Number(Constant),
        _ => $"unchecked((nuint)({SourceWriter.Number(Constant)}))",
    };
}

/// <summary>
/// Vectors over a run of bytes: an unrolled loop, what the loop leaves over, and a last vector that ends where the run ends and masks
/// what was seen before.
/// </summary>
/// <param name="Total">Bytes to cover.</param>
/// <param name="Width">Bytes of a vector.</param>
/// <param name="MaximumUnroll">Vectors per turn of the loop, at most.</param>
internal sealed record Steps(int Total, int Width, int MaximumUnroll)
{
    private int Whole => Total / Width;

    /// <summary>The greatest divisor of the number of vectors, so that none is left over, unless that would hardly unroll at all.</summary>
    private int Unroll
    {
        get
        {
            int maximum = Math.Max(1, MaximumUnroll);
            for (int unroll = Math.Min(maximum, Whole); unroll * 2 > maximum; unroll--)
            {
                if (Whole % unroll == 0)
                {
                    return unroll;
                }
            }

            return maximum;
        }
    }

    private int Turns => Whole > Unroll ? Whole / Unroll : 0;

    /// <summary>Bytes that whole vectors leave over.</summary>
    public int Rest => Total % Width;

    /// <summary>Where the last vector starts; before the run if the run is shorter than a vector.</summary>
    public Offset RestOffset => new(false, Total - Width);

    /// <summary>Calls <paramref name="emit"/> for each vector, the last one (which needs a mask where bytes must not count twice) included.</summary>
    public void EmitEach(SourceWriter writer, Action<Offset, bool> emit)
    {
        Emit(writer, offsets =>
        {
            foreach (Offset offset in offsets)
            {
                emit(offset, false);
            }
        });
        if (Rest != 0)
        {
            emit(RestOffset, true);
        }
    }

    /// <summary>Calls <paramref name="emit"/> for each stretch of straight-line code over whole vectors.</summary>
    public void Emit(SourceWriter writer, Action<IReadOnlyList<Offset>> emit)
    {
        int looped = Turns * Unroll;
        if (Turns > 0)
        {
            writer.Open($"for (nuint i = 0; i < {looped * Width}; i += {Unroll * Width})");
            emit([.. Enumerable.Range(0, Unroll).Select(k => new Offset(true, k * Width))]);
            writer.Close();
        }

        if (Whole > looped)
        {
            emit([.. Enumerable.Range(looped, Whole - looped).Select(k => new Offset(false, k * Width))]);
        }
    }
}
