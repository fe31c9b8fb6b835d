using KernelGen.Generators.Emit.Cpu;
using KernelGen.Generators.Plans;
using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit;

/// <summary>
/// Writes the files of a codec: the class with its public members, and the class of its kernels in one file of what belongs to all CPU
/// tiers and one per tier.
/// </summary>
internal static class CodecEmitter
{
    public static IReadOnlyList<GeneratedFile> Emit(CodecModel model, CancellationToken cancellationToken)
    {
        var plan = new KernelPlan(model.Scheme);
        var files = new List<GeneratedFile>
        {
            CodecFile.Codec(model, "Codec", SchemeDescription.Lines(plan), new CodecClassEmitter(model, plan).Emit),
            CodecFile.Kernels(model, "Dispatch", "Checks, loops over rows, and the choice of the tier.", isMain: true, new DispatchEmitter(plan).Emit),
        };
        cancellationToken.ThrowIfCancellationRequested();
        files.Add(CodecFile.Kernels(model, "Scalar", "The scalar tier: runs everywhere, and is what the others are compared with.", isMain: false, writer =>
        {
            new ScalarScanEmitter(plan).Emit(writer);
            EmitRowKernels(writer, plan, target: null);
        }));

        IScanBody body = plan.Integer is null ? new FloatScanBody(plan) : new IntegerScanBody(plan);
        foreach (CpuTarget target in CpuTarget.All)
        {
            cancellationToken.ThrowIfCancellationRequested();
            files.Add(CodecFile.Kernels(model, target.Tier, $"The {target.Tier} tier.", isMain: false, writer =>
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
}
