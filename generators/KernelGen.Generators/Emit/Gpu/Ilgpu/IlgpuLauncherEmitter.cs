using KernelGen.Generators.Emit.Gpu.Kernels;
using KernelGen.Generators.Emit.Gpu.Model;

namespace KernelGen.Generators.Emit.Gpu.Ilgpu;

/// <summary>Emits what launches a codec's kernels: the methods of <c>GpuKernels</c>. A kernel is compiled at its first launch.</summary>
internal sealed class IlgpuLauncherEmitter(SourceWriter writer, CodecKernels kernels, string className, bool hasTransforms)
{
    private static string Field(GpuKernel kernel) => $"_{char.ToLowerInvariant(kernel.Name[0])}{kernel.Name.Substring(1)}";

    public void Emit()
    {
        foreach (GpuKernel kernel in kernels.All)
        {
            writer.Write($"private Action<AcceleratorStream, KernelConfig, {IlgpuPrinter.ParameterTypes(kernel)}>? {Field(kernel)};");
        }

        writer.Blank();
        writer.Open($"private {className}(GpuAccelerator gpu) : base(gpu)");
        writer.Close();
        writer.Blank();
        string transforms = hasTransforms ? ", transforms" : "";
        writer.Write($"public static GpuProgram CreateProgram(float[] parameters, bool needsDouble{(hasTransforms ? $", {TransformEmitter.ChainType} transforms" : "")}) =>");
        writer.Write($"    new GpuProgram(IlgpuLibrary.Instance, parameters, needsDouble, static gpu => new {className}(gpu){transforms}{(kernels.Encode.Count == 0 ? ", encodes: false" : "")});");
        writer.Blank();
        EmitScan();
        writer.Blank();
        EmitEncode();
        writer.Blank();
        EmitDecode();
        writer.Blank();
        EmitAccumulate();
    }

    private static string View(GpuType type, string buffer) => $"View<{IlgpuPrinter.TypeName(type)}>({buffer})";

    /// <summary>The arguments of a kernel, from the text of each by its name.</summary>
    private static string Arguments(GpuKernel kernel, Func<string, string> buffer, Func<string, string> scalar) => string.Join(", ", [
        .. kernel.Buffers.Select(parameter => View(parameter.ElementType, buffer(parameter.Name))),
        .. kernel.Scalars.Select(parameter => parameter.Name == "zero" ? "0" : scalar(parameter.Name))]);

    private void Launch(GpuKernel kernel, string groups, string arguments)
    {
        string field = Field(kernel);
        writer.Write($"{field} ??= Gpu.Load(static accelerator => accelerator.LoadKernel<{IlgpuPrinter.ParameterTypes(kernel)}>({kernel.Name}));");
        writer.Write($"Gpu.Launch(stream, {groups}, (queue, config) => {field}(queue, config, {arguments}));");
    }

    private void EmitScan()
    {
        writer.Open("public override void Scan(int stream, GpuBuffer prepared, int queries, GpuBuffer blocks, int rows, GpuBuffer scores, int scoreStride)");
        writer.Write("int first = 0;");
        foreach ((GpuKernel kernel, int queries, int groupRows) in kernels.Scans.Reverse())
        {
            writer.Open($"for (; first <= queries - {queries}; first += {queries})");
            writer.Write("int firstQuery = first;");
            Launch(kernel, $"Groups(rows, {groupRows})", Arguments(
                kernel,
                static name => name switch { "prepared" or "header" => "prepared", "scores" => "scores", _ => "blocks" },
                static name => name == "lastWord" ? "(int)(blocks.Bytes / 4) - 1" : name));
            writer.Close();
        }

        writer.Close();
    }

    private void EmitEncode()
    {
        if (kernels.Encode.Count == 0)
        {
            writer.Write("public override long EncodeScratchBytes(int rows) => throw new NotSupportedException(\"The CPU encodes this scheme.\");");
            writer.Blank();
            writer.Write("public override void Encode(int stream, GpuBuffer vectors, GpuBuffer parameters, GpuBuffer scratch, GpuBuffer codes, int rows) =>");
            writer.Write("    throw new NotSupportedException(\"The CPU encodes this scheme.\");");
            return;
        }

        // Scratch: its parts one after another, each from a multiple of 64 bytes.
        int elements = kernels.EncodeScratch.Sum(static part => part.RowElements);
        writer.Write($"public override long EncodeScratchBytes(int rows) => (((long)rows + 15) & ~15L) * {4 * Math.Max(1, elements)};");
        writer.Blank();
        writer.Open("public override void Encode(int stream, GpuBuffer vectors, GpuBuffer parameters, GpuBuffer scratch, GpuBuffer codes, int rows)");
        writer.Write("long part = ((long)rows + 15) & ~15L;");
        foreach ((GpuKernel kernel, int groupRows) in kernels.Encode)
        {
            Launch(kernel, $"Groups(rows, {groupRows})", string.Join(", ", [
                .. kernel.Buffers.Select(buffer => Scratch(buffer.Name) ?? View(buffer.ElementType, buffer.Name)),
                .. kernel.Scalars.Select(static parameter => parameter.Name == "zero" ? "0" : parameter.Name)]));
        }

        writer.Close();
    }

    /// <summary>The view of a part of Encode's scratch; null for other buffers.</summary>
    private string? Scratch(string name)
    {
        int first = 0;
        foreach ((string part, int elements, GpuType type) in kernels.EncodeScratch)
        {
            if (part == name)
            {
                return $"{View(type, "scratch")}.SubView(part * {first}, part * {elements})";
            }

            first += elements;
        }

        return null;
    }

    private void EmitDecode()
    {
        writer.Open("public override void Decode(int stream, GpuBuffer codes, GpuBuffer parameters, GpuBuffer vectors, int rows)");
        Launch(kernels.Decode, $"Groups(rows, {kernels.DecodeRows})", Arguments(kernels.Decode, static name => name, static name => name));
        writer.Close();
    }

    private void EmitAccumulate()
    {
        writer.Write("/// <summary>Partial vectors: one for each sixteen rows, as far as that keeps a device busy.</summary>");
        writer.Write("private static int Runs(int count) => Math.Min(1024, (count + 15) / 16);");
        writer.Blank();
        writer.Write($"public override long AccumulateScratchBytes(int count) => Runs(count) * {4L * kernels.Dimensions}L;");
        writer.Blank();
        writer.Open("public override void Accumulate(int stream, GpuBuffer blocks, GpuBuffer rows, GpuBuffer weights, int count, GpuBuffer parameters, GpuBuffer scratch, GpuBuffer destination)");
        writer.Write("int runs = Runs(count);");
        Launch(
            kernels.Accumulate,
            $"Groups(runs, {kernels.DecodeRows})",
            Arguments(kernels.Accumulate, static name => name == "partial" ? "scratch" : name, static name => name));
        writer.Write($"Gpu.AddPartials(stream, scratch, destination, {kernels.Dimensions}, runs);");
        writer.Close();
    }
}
