using KernelGen.Generators.Emit.Cpu;
using KernelGen.Generators.Emit.Cpu.Codebooks;
using KernelGen.Generators.Emit.Cpu.Signs;
using KernelGen.Generators.Emit.Gpu.Kernels;
using KernelGen.Generators.Emit.Gpu.Kernels.Signs;
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
        null => [SkeletonEmitter.Emit(model.Type, model.HasBounds, model.HasPrefixes)],
        { Grid: CodebookGrid grid } scheme => CompleteCodebooks(model.Type, scheme, new CodebookPlan(scheme, grid), hasIlgpu, hasTraining, cancellationToken),
        { Grid: AdditiveGrid grid } scheme => CompleteCodebooks(model.Type, scheme, new CodebookPlan(scheme, grid), hasIlgpu, hasTraining, cancellationToken),
        { Grid: RotatedGrid { Bits: 1 } grid } scheme => CompleteSigns(model.Type, scheme, new SignPlan(scheme, grid), hasIlgpu, hasTraining, cancellationToken),
        { Grid: SignGrid grid } scheme => CompleteSigns(model.Type, scheme, new SignPlan(scheme, grid), hasIlgpu, hasTraining, cancellationToken),
        { } scheme => Complete(model.Type, scheme, hasIlgpu, hasTraining, cancellationToken),
    };

    private static string? ScoreError(KernelPlan plan)
    {
        if (plan.Scheme.Transforms is not null || plan.IsPerBlock || plan.IsPerChannel || plan.IsAffine || plan.Recurrent is not null)
        {
            return null;
        }

        return plan.Integer is null
            ? MemberText.ErrorOfSums
            : $"global::KernelGen.Kernels.ScoreErrors.OfIntegers(Layout, prepared, {(plan.IsPerTensor ? "_parameters[0]" : "1")}, queryNorm, vectorNorm)";
    }

    private static List<GeneratedFile> Complete(TargetType type, Scheme scheme, bool hasIlgpu, bool hasTraining, CancellationToken cancellationToken)
    {
        var plan = new KernelPlan(scheme);
        GeneratedFile codec = CodecFile.Codec(
            type, "Codec", [scheme.Text], SchemeDescription.Lines(plan), new CodecClassEmitter(type, TransformFamily.Of(plan), hasIlgpu, hasTraining)
            {
                EncodeFields = Learned.EncodeFields(plan),
                Fields = Learned.Fields(plan),
                EncodesInDouble = EncodeKernels.NeedsDouble(plan),
                ScoreError = ScoreError(plan),
            }.Emit,
            plan.HasBounds,
            plan.Prefixes.Count > 0);
        void EmitTier(SourceWriter writer, CpuTarget? target)
        {
            EmitScanKernels(writer, plan, target);
            writer.Blank();
            new EncodeEmitter(plan).Emit(writer, target);
            writer.Blank();
            new DecodeEmitter(plan).Emit(writer, target);
            writer.Blank();
            new PrepareEmitter(plan).Emit(writer, target);
            foreach (KernelPlan prefix in plan.Prefixes)
            {
                PrefixEmitter.EmitPart(writer, prefix.Dimensions, () =>
                {
                    EmitScanKernels(writer, prefix, target);
                    writer.Blank();
                    new PrepareEmitter(prefix).Emit(writer, target);
                });
            }
        }

        void EmitDispatch(SourceWriter writer)
        {
            new DispatchEmitter(plan).Emit(writer);
            foreach (KernelPlan prefix in plan.Prefixes)
            {
                PrefixEmitter.EmitPart(writer, prefix.Dimensions, () =>
                {
                    PrefixEmitter.EmitLayout(writer, type.KernelsClass, prefix.Dimensions, prefix.Query.Bytes);
                    new DispatchEmitter(prefix).EmitScoring(writer);
                });
            }

            if (scheme.Transforms is not null)
            {
                new TransformEmitter(TransformFamily.Of(plan)).Emit(writer);
            }
        }

        return Files(type, scheme, codec, EmitDispatch, EmitTier, cancellationToken);
    }

    private static void EmitScanKernels(SourceWriter writer, KernelPlan plan, CpuTarget? target)
    {
        if (target is null)
        {
            new ScalarScanEmitter(plan).Emit(writer);
        }
        else
        {
            new ScanEmitter(plan, plan.Integer is null ? new FloatScanBody(plan) : new IntegerScanBody(plan)).Emit(writer, target);
        }
    }

    private static List<GeneratedFile> CompleteCodebooks(
        TargetType type, Scheme scheme, CodebookPlan plan, bool hasIlgpu, bool hasTraining, CancellationToken cancellationToken)
    {
        GeneratedFile codec = CodecFile.Codec(
            type,
            "Codec",
            [scheme.Text],
            CodebookClassEmitter.Describe(plan),
            new CodebookClassEmitter(type, plan, hasIlgpu, hasTraining).Emit,
            hasPrefixes: plan.Prefixes.Count > 0);
        void EmitTier(SourceWriter writer, CpuTarget? target)
        {
            EmitScoreKernels(writer, plan, target);
            CompareEmitter compare = plan.Additive is null ? new AssignEmitter(plan) : new ExtendEmitter(plan);
            compare.Emit(writer, target);
            new TableEmitter(plan).Emit(writer, target);
            var rows = new RowEmitter(plan);
            if (plan.Additive is null)
            {
                rows.EmitAccumulate(writer, target);
            }
            else
            {
                rows.EmitSum(writer, target);
            }

            foreach (CodebookPlan prefix in plan.Prefixes)
            {
                PrefixEmitter.EmitPart(writer, prefix.Dimensions, () =>
                {
                    EmitScoreKernels(writer, prefix, target);
                    new TableEmitter(prefix).Emit(writer, target);
                });
            }
        }

        void EmitDispatch(SourceWriter writer)
        {
            new CodebookDispatchEmitter(plan, type.KernelsClass).Emit(writer);
            foreach (CodebookPlan prefix in plan.Prefixes)
            {
                PrefixEmitter.EmitPart(writer, prefix.Dimensions, () =>
                {
                    PrefixEmitter.EmitLayout(writer, type.KernelsClass, prefix.Dimensions, prefix.QueryBytes);
                    new CodebookDispatchEmitter(prefix, $"{type.KernelsClass}.{PrefixEmitter.ClassOf(prefix.Dimensions)}").EmitScoring(writer);
                });
            }

            if (scheme.Transforms is not null)
            {
                new TransformEmitter(TransformFamily.Of(plan)).Emit(writer);
            }
        }

        return Files(type, scheme, codec, EmitDispatch, EmitTier, cancellationToken);
    }

    private static List<GeneratedFile> CompleteSigns(
        TargetType type, Scheme scheme, SignPlan plan, bool hasIlgpu, bool hasTraining, CancellationToken cancellationToken)
    {
        var members = new CodecClassEmitter(type, TransformFamily.Of(plan), hasIlgpu, hasTraining)
        {
            EncodesInDouble = SignKernels.NeedsDouble(plan),
            GpuParameters = plan.Parts is { HasOffset: true } ? $"[.. {TransformEmitter.Field}.TransformedMean]" : "[]",
        };
        GeneratedFile codec = CodecFile.Codec(
            type, "Codec", [scheme.Text], SignDescription.Lines(plan), members.Emit, hasBounds: plan.Parts is { HasBounds: true });
        void EmitTier(SourceWriter writer, CpuTarget? target)
        {
            if (plan.IsHamming)
            {
                new HammingEmitter(plan).Emit(writer, target);
            }
            else
            {
                new SumEmitter(SumShape.Of(plan)).Emit(writer, target);
            }
        }

        void EmitDispatch(SourceWriter writer)
        {
            new SignDispatchEmitter(plan).Emit(writer);
            if (scheme.Transforms is not null)
            {
                new TransformEmitter(TransformFamily.Of(plan)).Emit(writer);
            }
        }

        return Files(type, scheme, codec, EmitDispatch, EmitTier, cancellationToken);
    }

    private static void EmitScoreKernels(SourceWriter writer, CodebookPlan plan, CpuTarget? target)
    {
        var scores = new ScoreEmitter(plan);
        if (target is null)
        {
            scores.EmitShared(writer);
        }

        if (plan.IsFastScan)
        {
            new SumEmitter(SumShape.Of(plan)).Emit(writer, target);
        }

        if (target is not null)
        {
            scores.Emit(writer, target);
        }
    }

    /// <summary>The class of the codec, dispatching code, and a file of kernels per tier, of which the scalar one has no target.</summary>
    private static List<GeneratedFile> Files(
        TargetType type,
        Scheme scheme,
        GeneratedFile codec,
        Action<SourceWriter> emitDispatch,
        Action<SourceWriter, CpuTarget?> emitTier,
        CancellationToken cancellationToken)
    {
        var files = new List<GeneratedFile>
        {
            codec,
            CodecFile.Kernels(type, scheme, "Dispatch", "Checks, loops over rows, and the choice of the tier.", isMain: true, emitDispatch),
        };
        foreach (CpuTarget? target in (CpuTarget?[])[null, .. CpuTarget.All])
        {
            cancellationToken.ThrowIfCancellationRequested();
            string description = target is null
                ? "The scalar tier: runs everywhere, and is what the others are compared with."
                : $"The {target.Tier} tier.";
            files.Add(CodecFile.Kernels(type, scheme, target?.Tier ?? "Scalar", description, isMain: false, writer => emitTier(writer, target)));
        }

        return files;
    }
}
