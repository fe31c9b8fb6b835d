using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Plans;

/// <summary>Layout of rows of a float format. A 32-bit word holds <see cref="PerWord"/> numbers.</summary>
internal sealed class FloatPlan(Scheme scheme, FloatGrid grid) : FloatFacts(grid.Format)
{
    public int PerWord => 4 / ElementBytes;

    /// <summary>32-bit words of a row.</summary>
    public int Words => (scheme.Dimensions + PerWord - 1) / PerWord;

    public int ValueBytes => Words * 4;
}
