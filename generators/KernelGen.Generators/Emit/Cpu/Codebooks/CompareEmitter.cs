using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu.Codebooks;

/// <summary>
/// Emits what compares rows of one subspace with its centroids: half a centroid's squared norm minus its product with the row. Lanes are centroids; a
/// tile of rows shares every load of them, and each row's value is spread over a vector. Subtraction and product are rounded apart, so that codes are
/// the same on every tier.
/// </summary>
internal abstract class CompareEmitter(CodebookPlan plan)
{
    private const int TileRows = 4;

    protected CodebookPlan Plan => plan;

    /// <summary>A kernel for each size of subspaces; scalar ones without a target.</summary>
    public void Emit(SourceWriter writer, CpuTarget? target)
    {
        foreach (int size in CodebookText.Sizes(plan))
        {
            EmitSignature(writer, size, target?.Tier ?? "Scalar");
            if (target is null)
            {
                EmitScalar(writer, size);
            }
            else
            {
                writer.Write("int row = 0;");
                EmitTile(writer, target, size, TileRows);
                EmitTile(writer, target, size, 1);
            }

            writer.Close();
            writer.Blank();
        }
    }

    /// <summary>A row of the tile.</summary>
    protected static string Row(int row) => row == 0 ? "row" : $"(row + {row})";

    /// <summary>Opens the kernel of a size and tier, whose parameters are called values, rows, columns, halfNorms and what the class adds.</summary>
    protected abstract void EmitSignature(SourceWriter writer, int size, string tier);

    /// <summary>Floats from the start of one row to that of the next.</summary>
    protected abstract int RowFloats(int size);

    /// <summary>In front of the centroids of a row.</summary>
    protected abstract void EmitScalarStart(SourceWriter writer);

    /// <summary>Takes t, the result of row and j.</summary>
    protected abstract void EmitScalarResult(SourceWriter writer);

    /// <summary>Behind the centroids of a row.</summary>
    protected abstract void EmitScalarEnd(SourceWriter writer);

    /// <summary>In front of the centroids, for a row of the tile.</summary>
    protected abstract void EmitStart(SourceWriter writer, CpuTarget target, int row);

    /// <summary>In front of the centroids.</summary>
    protected abstract void EmitStart(SourceWriter writer, CpuTarget target);

    /// <summary>Takes t{row}{vector}, the results of the rows for a vector of centroids.</summary>
    protected abstract void EmitResults(SourceWriter writer, CpuTarget target, int rows, int vector);

    /// <summary>Behind the centroids.</summary>
    protected abstract void EmitEnd(SourceWriter writer, int rows);

    private void EmitScalar(SourceWriter writer, int size)
    {
        writer.Open("for (int row = 0; row < rows; row++)");
        writer.Write($"ref float x = ref Unsafe.Add(ref values, row * {RowFloats(size)});");
        EmitScalarStart(writer);
        writer.Open($"for (int j = 0; j < {plan.Centroids}; j++)");
        writer.Write("float t = Unsafe.Add(ref halfNorms, j);");
        writer.Open($"for (int i = 0; i < {size}; i++)");
        writer.Write($"t -= Unsafe.Add(ref x, i) * Unsafe.Add(ref columns, (i * {plan.Stride}) + j);");
        writer.Close();
        writer.Blank();
        EmitScalarResult(writer);
        writer.Close();
        EmitScalarEnd(writer);
        writer.Close();
    }

    private void EmitTile(SourceWriter writer, CpuTarget target, int size, int rows)
    {
        // Two vectors of centroids per turn share the spread values of the rows, if there are so many.
        int vectors = plan.Stride >= 2 * target.Floats ? 2 : 1;
        string v = target.V;
        writer.Open(rows == 1 ? "for (; row < rows; row++)" : $"for (; row <= rows - {rows}; row += {rows})");
        for (int r = 0; r < rows; r++)
        {
            writer.Write($"ref float x{r} = ref Unsafe.Add(ref values, {Row(r)} * {RowFloats(size)});");
            EmitStart(writer, target, r);
        }

        EmitStart(writer, target);
        writer.Open($"for (nuint j = 0; j < {plan.Stride}; j += {vectors * target.Floats})");
        for (int k = 0; k < vectors; k++)
        {
            writer.Write($"{v}<float> half{k} = {v}.LoadUnsafe(ref halfNorms, {Lane("j", k, target)});");
            for (int r = 0; r < rows; r++)
            {
                writer.Write($"{v}<float> t{r}{k} = half{k};");
            }
        }

        if (size <= CodebookText.MaximumUnroll)
        {
            for (int i = 0; i < size; i++)
            {
                EmitDimension(writer, target, SourceWriter.Number(i), $"j + {i * plan.Stride}", rows, vectors, $"{i}");
            }
        }
        else
        {
            writer.Open($"for (int i = 0; i < {size}; i++)");
            writer.Write($"nuint column = j + ((nuint)(uint)i * {plan.Stride});");
            EmitDimension(writer, target, "i", "column", rows, vectors, "");
            writer.Close();
            writer.Blank();
        }

        for (int k = 0; k < vectors; k++)
        {
            EmitResults(writer, target, rows, k);
        }

        writer.Close();
        EmitEnd(writer, rows);
        writer.Close();
        writer.Blank();
    }

    /// <summary>The first lane of a vector of the turn that starts at a lane.</summary>
    protected static string Lane(string start, int vector, CpuTarget target) => CodebookText.Plus(start, vector * target.Floats);

    private static void EmitDimension(SourceWriter writer, CpuTarget target, string dimension, string column, int rows, int vectors, string suffix)
    {
        string v = target.V;
        for (int k = 0; k < vectors; k++)
        {
            writer.Write($"{v}<float> c{suffix}_{k} = {v}.LoadUnsafe(ref columns, {Lane(column, k, target)});");
        }

        for (int r = 0; r < rows; r++)
        {
            writer.Write($"{v}<float> x{suffix}_{r} = {v}.Create({CodebookText.At($"x{r}", dimension)});");
            for (int k = 0; k < vectors; k++)
            {
                writer.Write($"t{r}{k} -= x{suffix}_{r} * c{suffix}_{k};");
            }
        }
    }
}
