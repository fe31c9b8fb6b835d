using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit;

/// <summary>Pieces of dispatching code that all families of codes have.</summary>
internal static class DispatchText
{
    /// <summary>The codec's layout.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="scheme">The scheme.</param>
    /// <param name="sizes">Bytes of a code, rows and bytes of a block, bytes of a query, number of parameters.</param>
    /// <param name="more">The initialiser of the property that only this family has, if there is one.</param>
    public static void EmitLayout(
        SourceWriter writer, Scheme scheme, (int Code, int BlockRows, int Block, int Query, int Parameters) sizes, string? more)
    {
        writer.Write("/// <summary>Sizes and layout.</summary>");
        writer.Open("internal static CodecLayout Layout { get; } = new()");
        writer.Write(
            $"""
            Dimensions = {scheme.Dimensions},
            Metric = Metric.{scheme.Metric},
            Scheme = "{scheme.Text}",
            CodeBytes = {sizes.Code},
            BlockRows = {sizes.BlockRows},
            BlockBytes = {sizes.Block},
            QueryBytes = {sizes.Query},
            ParameterCount = {sizes.Parameters},
            """);
        if (more is not null)
        {
            writer.Write($"{more},");
        }

        writer.Close(";");
        writer.Blank();
    }

    /// <summary>Emits the copy of a part of the row code <c>code</c> to or from its array in <c>block</c>, at <c>row</c>.</summary>
    public static void EmitPart(SourceWriter writer, bool toBlock, int offset, int bytes, int blockOffset)
    {
        string inCode = $"code.Slice({offset}, {bytes})";
        string inBlock = $"block.Slice({blockOffset} + (row * {bytes}), {bytes})";
        writer.Write(toBlock ? $"{inCode}.CopyTo({inBlock});" : $"{inBlock}.CopyTo({inCode});");
    }

    /// <summary>Emits a body that finds rented arrays.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="arrays">Types of elements, names and least lengths.</param>
    /// <param name="emitBody">Writes the body.</param>
    /// <param name="initializer">A statement in front of the body, if any.</param>
    public static void EmitRented(
        SourceWriter writer, IReadOnlyList<(string Type, string Name, int Count)> arrays, Action emitBody, string? initializer = null)
    {
        foreach ((string type, string name, int count) in arrays)
        {
            writer.Write($"{type}[] {name} = ArrayPool<{type}>.Shared.Rent({count});");
        }

        if (initializer is not null)
        {
            writer.Write(initializer);
        }

        writer.Open("try");
        emitBody();
        writer.Close();
        writer.Open("finally");
        foreach ((string type, string name, int _) in arrays)
        {
            writer.Write($"ArrayPool<{type}>.Shared.Return({name});");
        }

        writer.Close();
    }
}
