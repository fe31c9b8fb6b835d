using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu.Codebooks;

/// <summary>
/// Emits the choice of the nearest centroid for rows of one subspace. Lanes are centroids; a tile of rows shares every load of them, and each
/// row's value is spread over a vector. Subtraction and product are rounded apart, so that codes are the same on every tier.
/// </summary>
internal sealed class AssignEmitter(CodebookPlan plan)
{
    private const int TileRows = 4;

    /// <summary>The parameters of the kernels, as <see cref="CodebookDispatchEmitter"/> calls them.</summary>
    private const string Parameters = "ref float values, int rows, ref float columns, ref float halfNorms, ref ushort codes";

    /// <summary>A kernel for each size of subspaces; scalar ones without a target.</summary>
    public void Emit(SourceWriter writer, CpuTarget? target)
    {
        foreach (int size in CodebookText.Sizes(plan))
        {
            writer.Write($"/// <summary>For each row, the nearest of {plan.Centroids} centroids of {size} dimensions: the least of half its squared norm minus its product with the row.</summary>");
            writer.Open($"private static void Assign{size}{target?.Tier ?? "Scalar"}({Parameters})");
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

    private void EmitScalar(SourceWriter writer, int size)
    {
        writer.Open("for (int row = 0; row < rows; row++)");
        writer.Write($"ref float x = ref Unsafe.Add(ref values, row * {plan.Dimensions});");
        writer.Write("float least = float.PositiveInfinity;");
        writer.Write("int nearest = 0;");
        writer.Open($"for (int j = 0; j < {plan.Centroids}; j++)");
        writer.Write("float t = Unsafe.Add(ref halfNorms, j);");
        writer.Open($"for (int i = 0; i < {size}; i++)");
        writer.Write($"t -= Unsafe.Add(ref x, i) * Unsafe.Add(ref columns, (i * {plan.Stride}) + j);");
        writer.Close();
        writer.Blank();
        writer.Open("if (t < least)");
        writer.Write("least = t;");
        writer.Write("nearest = j;");
        writer.Close();
        writer.Close();
        writer.Blank();
        writer.Write($"Unsafe.Add(ref codes, row * {plan.Subspaces}) = (ushort)nearest;");
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
            writer.Write($"ref float x{r} = ref Unsafe.Add(ref values, {(r == 0 ? "row" : $"(row + {r})")} * {plan.Dimensions});");
            writer.Write($"{v}<float> least{r} = {v}.Create(float.PositiveInfinity);");
            writer.Write($"{v}<int> nearest{r} = {v}<int>.Zero;");
        }

        writer.Write($"{v}<int> lanes = {v}<int>.Indices;");
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
            for (int r = 0; r < rows; r++)
            {
                writer.Write($"{v}<float> isLess{r}{k} = {v}.LessThan(t{r}{k}, least{r});");
                writer.Write($"least{r} = {v}.ConditionalSelect(isLess{r}{k}, t{r}{k}, least{r});");
                writer.Write($"nearest{r} = {v}.ConditionalSelect(isLess{r}{k}.AsInt32(), lanes, nearest{r});");
            }

            writer.Write($"lanes += {v}.Create({target.Floats});");
        }

        writer.Close();
        writer.Blank();
        for (int r = 0; r < rows; r++)
        {
            writer.Write($"Unsafe.Add(ref codes, {(r == 0 ? "row" : $"(row + {r})")} * {plan.Subspaces}) = (ushort)KernelMath.FirstLeast(least{r}, nearest{r});");
        }

        writer.Close();
        writer.Blank();
    }

    private static string Lane(string start, int vector, CpuTarget target) => CodebookText.Plus(start, vector * target.Floats);

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
