using KernelGen.Generators.Emit.Cpu;
using KernelGen.Generators.Plans;
using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit;

/// <summary>Writes the files of a codec: the class with its public members, and one file of kernels per CPU tier.</summary>
internal static class CodecEmitter
{
    public static IReadOnlyList<GeneratedFile> Emit(CodecModel model, CancellationToken cancellationToken)
    {
        var plan = new KernelPlan(model.Scheme);
        var files = new List<GeneratedFile> { File(model, plan, "Codec", new CodecClassEmitter(model, plan).Emit) };
        cancellationToken.ThrowIfCancellationRequested();
        files.Add(File(model, plan, "Scalar", writer =>
        {
            writer.Write("// The scalar tier: runs everywhere, and is what the others are compared with.");
            new ScalarScanEmitter(plan).Emit(writer);
            EmitRowKernels(writer, plan, target: null);
        }));

        IScanBody body = plan.Integer is null ? new FloatScanBody(plan) : new IntegerScanBody(plan);
        foreach (CpuTarget target in CpuTarget.All)
        {
            cancellationToken.ThrowIfCancellationRequested();
            files.Add(File(model, plan, target.Tier, writer =>
            {
                new ScanEmitter(plan, body).Emit(writer, target);
                EmitRowKernels(writer, plan, target);
            }));
        }

        return files;
    }

    private static void EmitRowKernels(SourceWriter writer, KernelPlan plan, CpuTarget? target)
    {
        writer.Blank();
        new EncodeEmitter(plan).Emit(writer, target);
        writer.Blank();
        new DecodeEmitter(plan).Emit(writer, target);
        writer.Blank();
        new PrepareEmitter(plan).Emit(writer, target);
    }

    private static GeneratedFile File(CodecModel model, KernelPlan plan, string suffix, Action<SourceWriter> emitMembers)
    {
        var writer = new SourceWriter();
        CodecFile.Open(writer, model, suffix == "Codec" ? SchemeDescription.Lines(plan) : [], implements: suffix == "Codec");
        emitMembers(writer);
        CodecFile.Close(writer, model);
        return new GeneratedFile(suffix, writer.ToString());
    }
}
