using KernelGen.Generators.Emit.Cpu;
using KernelGen.Generators.Emit.Cpu.Codebooks;
using KernelGen.Generators.Plans;
using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit;

/// <summary>
/// Writes the files of a codec: the class with its public members, and the class of its kernels in one file of what belongs to all CPU
/// tiers and one per tier. (Kernels for GPUs: <see cref="Gpu.Ilgpu.IlgpuEmitter"/>.)
/// </summary>
internal static class CodecEmitter
{
    /// <summary>The files of a codec but those for GPUs; of one that has errors, a skeleton only.</summary>
    /// <param name="model">The codec.</param>
    /// <param name="hasIlgpu">Whether the compilation references ILGPU, so that the codec has kernels for GPUs too.</param>
    /// <param name="hasTraining">Whether the compilation references the package that trains codebooks.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static IReadOnlyList<GeneratedFile> Emit(CodecModel model, bool hasIlgpu, bool hasTraining, CancellationToken cancellationToken) => model.Scheme switch
    {
        null => [SkeletonEmitter.Emit(model.Type)],
        { Grid: CodebookGrid grid } scheme => CompleteCodebooks(model.Type, scheme, new CodebookPlan(scheme, grid), hasIlgpu, hasTraining, cancellationToken),
        { } scheme => Complete(model.Type, scheme, hasIlgpu, cancellationToken),
    };

    private static List<GeneratedFile> Complete(TargetType type, Scheme scheme, bool hasIlgpu, CancellationToken cancellationToken)
    {
        var plan = new KernelPlan(scheme);
        var files = new List<GeneratedFile>
        {
            CodecFile.Codec(type, "Codec", [scheme.Text], SchemeDescription.Lines(plan), new CodecClassEmitter(type, plan, hasIlgpu).Emit),
            CodecFile.Kernels(type, scheme, "Dispatch", "Checks, loops over rows, and the choice of the tier.", isMain: true, new DispatchEmitter(plan).Emit),
        };
        cancellationToken.ThrowIfCancellationRequested();
        files.Add(CodecFile.Kernels(type, scheme, "Scalar", "The scalar tier: runs everywhere, and is what the others are compared with.", isMain: false, writer =>
        {
            new ScalarScanEmitter(plan).Emit(writer);
            EmitRowKernels(writer, plan, target: null);
        }));

        IScanBody body = plan.Integer is null ? new FloatScanBody(plan) : new IntegerScanBody(plan);
        foreach (CpuTarget target in CpuTarget.All)
        {
            cancellationToken.ThrowIfCancellationRequested();
            files.Add(CodecFile.Kernels(type, scheme, target.Tier, $"The {target.Tier} tier.", isMain: false, writer =>
            {
                new ScanEmitter(plan, body).Emit(writer, target);
                EmitRowKernels(writer, plan, target);
            }));
        }

        return files;
    }

    private static List<GeneratedFile> CompleteCodebooks(
        TargetType type, Scheme scheme, CodebookPlan plan, bool hasIlgpu, bool hasTraining, CancellationToken cancellationToken)
    {
        var assign = new AssignEmitter(plan);
        var tables = new TableEmitter(plan);
        var sums = new SumEmitter(plan);
        var scores = new ScoreEmitter(plan);
        var rows = new RowEmitter(plan);
        var files = new List<GeneratedFile>
        {
            CodecFile.Codec(type, "Codec", [scheme.Text], CodebookClassEmitter.Describe(plan), new CodebookClassEmitter(type, plan, hasIlgpu, hasTraining).Emit),
            CodecFile.Kernels(type, scheme, "Dispatch", "Checks, loops over rows, and the choice of the tier.", isMain: true, new CodebookDispatchEmitter(plan, type.KernelsClass).Emit),
            CodecFile.Kernels(type, scheme, "Scalar", "The scalar tier: runs everywhere, and is what the others are compared with.", isMain: false, writer =>
            {
                scores.EmitShared(writer);
                if (plan.IsFastScan)
                {
                    sums.EmitScalar(writer);
                }

                assign.EmitScalar(writer);
                tables.EmitScalar(writer);
                rows.EmitAccumulate(writer, target: null);
            }),
        };
        foreach (CpuTarget target in CpuTarget.All)
        {
            cancellationToken.ThrowIfCancellationRequested();
            files.Add(CodecFile.Kernels(type, scheme, target.Tier, $"The {target.Tier} tier.", isMain: false, writer =>
            {
                if (plan.IsFastScan)
                {
                    sums.Emit(writer, target);
                }

                scores.Emit(writer, target);
                assign.Emit(writer, target);
                tables.Emit(writer, target);
                rows.EmitAccumulate(writer, target);
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
