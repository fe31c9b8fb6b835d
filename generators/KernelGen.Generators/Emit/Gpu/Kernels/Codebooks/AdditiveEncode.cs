using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;
using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;

/// <summary>The steps of Encode where centroids are added: norms, codes by a beam search, their bit strings, norms of what was coded.</summary>
internal sealed class AdditiveEncode(CodebookPlan plan, AdditiveGrid grid)
{
    /// <summary>2^126: no score that is formed with a squared norm is infinite.</summary>
    private const double GreatestSquares = (double)(1UL << 63) * (1UL << 63);

    private readonly CodeUnits _units = new(plan);

    public IReadOnlyList<EncodeStep> Build() =>
    [
        .. plan.Normalizes ? [BuildNorms()] : (EncodeStep[])[],
        new BeamKernel(plan, grid.Beam).Build(),
        BuildValues(),
        .. plan.HasSquaredNorm ? [BuildSquares()] : (EncodeStep[])[],
    ];

    /// <summary>What the steps hand on.</summary>
    public IReadOnlyList<ScratchPart> Scratch => [new("norms", plan.Normalizes ? 1 : 0), .. BeamKernel.Scratch(plan, grid.Beam)];

    /// <summary>Whether a step computes in double precision, as sums over vectors do.</summary>
    public static bool NeedsDouble(CodebookPlan plan) => plan.Normalizes || plan.HasSquaredNorm;

    private EncodeStep BuildNorms() => EncodeKernels.BuildNorms(
        plan.Dimensions,
        plan.HasNorm ? (kernel, codes, row, squares) => AdditiveNorms.Store(plan, kernel, codes, row, squares) : null);

    /// <summary>Bit strings of the codes that the search has left.</summary>
    private EncodeStep BuildValues()
    {
        int lanes = LaneShape.ForElements(_units.Count).Lanes;
        int groupRows = GpuKernel.GroupSize / lanes;
        var kernel = new GpuKernelBuilder(
            "EncodeValues", $"The bit strings of codes, {groupRows} rows to a group: a thread takes codes that fill whole bytes: {_units.Codes} at a time.");
        GpuBufferParameter trace = kernel.Buffer(BeamKernel.Trace, GpuType.Int);
        GpuBufferParameter codes = kernel.Buffer("codes", GpuType.Byte);
        Variable rows = kernel.Scalar("rows");
        Variable row = kernel.Declare("row", (GpuKernel.Group * groupRows) + (GpuKernel.Thread >> PlanMath.Log2(lanes)));
        kernel.If(row < rows, () =>
        {
            var places = new RowScratch(kernel, row, rows);
            Variable rowCode = kernel.Declare("rowCode", row * plan.CodeBytes);
            kernel.For("unit", GpuKernel.Thread & (lanes - 1), _units.Count, lanes, unit =>
            {
                var chosen = new List<Variable>();
                for (int c = 0; c < _units.Codes && c < plan.Codes; c++)
                {
                    Variable number = kernel.Declare("number", (unit * _units.Codes) + c);
                    Variable code = kernel.Declare("code", 0);
                    chosen.Add(code);
                    bool isCertain = ((_units.Count - 1) * _units.Codes) + c < plan.Codes;
                    kernel.IfUnless(
                        isCertain, number < plan.Codes, () => kernel.Assign(code, GpuKernelBuilder.Load(trace, places.At(number * grid.Beam))));
                }

                _units.Store(kernel, chosen, codes, rowCode, unit);
            });
        });
        return new EncodeStep(kernel.Build(), groupRows);
    }

    /// <summary>Squared norms of the decoded vectors, stored with their codes.</summary>
    private EncodeStep BuildSquares()
    {
        var kernel = new GpuKernelBuilder("EncodeSquares", "The squared norm of each decoded vector: eight threads a vector, one per stripe of the sum.");
        GpuBufferParameter codes = kernel.Buffer("codes", GpuType.Byte);
        GpuBufferParameter parameters = kernel.Buffer("parameters", GpuType.Float);
        Variable rows = kernel.Scalar("rows");
        Variable zero = kernel.Scalar("zero");
        (Variable row, Variable stripe) = EncodeKernels.StripeOfThread(kernel);
        Variable sum = kernel.Declare("sum", 0.0);
        var source = new DecodeSource(kernel, codes, parameters, zero, AreBlocks: false);
        kernel.If(row < rows, () => kernel.For("d", stripe, plan.Dimensions, EncodeKernels.Stripes, d => new AdditiveDecoder(plan).Decode(
            source,
            row,
            d,
            (_, value) =>
            {
                Variable wide = kernel.Declare("wide", value.To(GpuType.Double));
                kernel.Assign(sum, sum + (wide * wide));
            })));
        EncodeKernels.WithTotal(kernel, sum, row, rows, stripe, squares => ScaleTarget.StoreBytes(
            kernel,
            codes,
            (row * plan.CodeBytes) + (plan.CodeBytes - 4),
            (squares < GreatestSquares).Then(squares, GreatestSquares).To(GpuType.Float).As(GpuType.UInt),
            4));
        return new EncodeStep(kernel.Build(), EncodeKernels.SumRows);
    }
}
