using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels;

/// <summary>
/// Encodes vectors in as many kernels as there are steps that need the whole vector: norms, scales, codes, norms of what was coded. Sums are
/// taken in the stripes of docs/formats.md, one by each of eight neighbouring threads, so that they are those of the CPU.
/// </summary>
internal sealed class EncodeKernels(KernelPlan plan)
{
    /// <summary>Threads of a row in the kernels that sum: one per stripe.</summary>
    public const int Stripes = 8;

    /// <summary>Rows of a group in those kernels.</summary>
    public const int SumRows = GpuKernel.GroupSize / Stripes;

    /// <summary>Whether a step computes in double precision, as sums and quotients do.</summary>
    public static bool NeedsDouble(KernelPlan plan) => plan.IsCosine || plan.HasNorm || plan.HasRowScales;

    /// <summary>How the threads of a group share the lanes of its rows in the kernel of codes.</summary>
    private LaneShape Shape { get; } = LaneShape.ForElements(CodedLanes(plan));

    /// <summary>Rows of a group in the kernel of codes.</summary>
    private int GroupRows => Shape.GroupRows;

    /// <summary>Factors that normalise vectors.</summary>
    /// <param name="dimensions">Values of a vector.</param>
    /// <param name="store">Stores what a scheme keeps of the squared norm in the row codes; null for nothing.</param>
    public static EncodeStep BuildNorms(int dimensions, Action<GpuKernelBuilder, GpuArray, Variable, Variable>? store = null)
    {
        var kernel = new GpuKernelBuilder("EncodeNorms", "The factor that normalises each vector: eight threads a vector, one per stripe of the sum.");
        GpuBufferParameter vectors = kernel.Buffer("vectors", GpuType.Float);
        GpuBufferParameter norms = kernel.Buffer("norms", GpuType.Float);
        GpuBufferParameter? codes = store is null ? null : kernel.Buffer("codes", GpuType.Byte);
        Variable rows = kernel.Scalar("rows");
        (Variable row, Variable stripe) = StripeOfThread(kernel);
        Variable sum = kernel.Declare("sum", 0.0);
        kernel.If(row < rows, () => kernel.For("d", stripe, dimensions, Stripes, d =>
        {
            Variable value = kernel.Declare("value", GpuKernelBuilder.Load(vectors, (row * dimensions) + d).To(GpuType.Double));
            kernel.Assign(sum, sum + (value * value));
        }));
        WithTotal(kernel, sum, row, rows, stripe, squares =>
        {
            kernel.Store(norms, row, InverseNorm(squares));
            store?.Invoke(kernel, codes!, row, squares);
        });
        return new EncodeStep(kernel.Build(), SumRows);
    }

    /// <summary>Scales and minima of rows: stored, and their reciprocals and values for the next step.</summary>
    public EncodeStep BuildScales()
    {
        var kernel = new GpuKernelBuilder(
            "EncodeScales",
            plan.IsPerVector ? "The scale of each vector: eight threads a vector." : "The scales of each vector: eight threads a vector, which take every eighth block.");
        GpuBufferParameter vectors = kernel.Buffer("vectors", GpuType.Float);
        GpuBufferParameter? norms = plan.IsCosine ? kernel.Buffer("norms", GpuType.Float) : null;
        var target = new ScaleTarget(
            kernel.Buffer("codes", GpuType.Byte),
            kernel.Buffer("inverses", GpuType.Float),
            plan.IsAffine ? kernel.Buffer("minima", GpuType.Float) : null);
        Variable rows = kernel.Scalar("rows");
        (Variable row, Variable stripe) = StripeOfThread(kernel);
        var statistics = new ScaleStatistics(plan, kernel, vectors, norms);
        if (plan.IsPerBlock)
        {
            kernel.If(row < rows, () => kernel.For("block", stripe, plan.ScalesPerRow, Stripes, block =>
            {
                Variable first = kernel.Declare("first", block << PlanMath.Log2(plan.ScaleBlock));
                GpuExpression end = plan.Dimensions % plan.ScaleBlock == 0
                    ? first + plan.ScaleBlock
                    : (first + plan.ScaleBlock < plan.Dimensions).Then(first + plan.ScaleBlock, plan.Dimensions);
                statistics.EmitBlock(row, first, kernel.Declare("end", end), target, (row * plan.ScalesPerRow) + block, block);
            }));
        }
        else
        {
            statistics.EmitVector(row, rows, stripe, target);
        }

        return new EncodeStep(kernel.Build(), SumRows);
    }

    /// <summary>Codes of all values, given norms and scales.</summary>
    public EncodeStep BuildValues()
    {
        var kernel = new GpuKernelBuilder("EncodeValues", $"The codes of vectors, {GroupRows} to a group: a thread writes a byte of every stripe.");
        GpuBufferParameter vectors = kernel.Buffer("vectors", GpuType.Float);
        GpuBufferParameter? norms = plan.IsCosine ? kernel.Buffer("norms", GpuType.Float) : null;
        GpuBufferParameter? inverses = plan.HasRowScales ? kernel.Buffer("inverses", GpuType.Float) : null;
        GpuBufferParameter? minima = plan.HasRowMinima ? kernel.Buffer("minima", GpuType.Float) : null;
        GpuBufferParameter? parameters = plan.LearnedScaleCount > 0 ? kernel.Buffer("parameters", GpuType.Float) : null;
        GpuBufferParameter codes = kernel.Buffer("codes", GpuType.Byte);
        Variable rows = kernel.Scalar("rows");
        Variable zero = kernel.Scalar("zero");
        Variable row = kernel.Declare("row", (GpuKernel.Group * GroupRows) + Shape.RowOfThread);
        kernel.If(row < rows, () =>
        {
            Variable start = kernel.Declare("start", row * plan.CodeBytes);
            Variable? norm = norms is null ? null : kernel.Declare("norm", GpuKernelBuilder.Load(norms, row));
            var quantizer = new Quantizer(plan, kernel, vectors, norm, inverses, minima, parameters, zero);
            kernel.For("lane", Shape.LaneOfThread, CodedLanes(plan), Shape.Lanes, lane =>
            {
                if (plan.Integer is { } integer)
                {
                    EmitStripes(kernel, integer, quantizer, codes, row, start, lane);
                }
                else
                {
                    EmitNumber(kernel, quantizer, codes, row, start, lane);
                }
            });
        });
        return new EncodeStep(kernel.Build(), GroupRows);
    }

    /// <summary>Norms of the decoded vectors and of their prefixes, stored with their codes, as far as the scheme has them.</summary>
    public IEnumerable<EncodeStep> BuildSquares()
    {
        if (plan.HasNorm)
        {
            yield return BuildSquares(
                "EncodeSquares",
                "The squared norm of each decoded vector: eight threads a vector, one per stripe of the sum.",
                plan.Dimensions,
                plan.NormOffset);
        }

        for (int number = 0; plan.HasPrefixNorms && number < plan.Prefixes.Count; number++)
        {
            int prefix = plan.Prefixes[number].Dimensions;
            yield return BuildSquares(
                $"EncodeSquares{prefix}",
                $"The {(plan.IsCosine ? "reciprocal" : "squared")} norm of the first {prefix} dimensions of each decoded vector.",
                prefix,
                plan.PrefixNormOffset(number));
        }
    }

    private EncodeStep BuildSquares(string name, string summary, int dimensions, int offset)
    {
        var kernel = new GpuKernelBuilder(name, summary);
        GpuBufferParameter codes = kernel.Buffer("codes", GpuType.Byte);
        GpuBufferParameter? parameters = plan.LearnedScaleCount > 0 ? kernel.Buffer("parameters", GpuType.Float) : null;
        Variable rows = kernel.Scalar("rows");
        Variable zero = kernel.Scalar("zero");
        (Variable row, Variable stripe) = StripeOfThread(kernel);
        Variable sum = kernel.Declare("sum", 0.0);
        kernel.If(row < rows, () =>
        {
            RowParts parts = RowParts.OfRowCode(plan, kernel, row);
            var reader = new RowCodeReader(plan, kernel, codes, parameters, zero);
            RowSegments segments = RowSegments.Of(plan) with { Dimensions = dimensions };
            foreach (int segment in segments.Held)
            {
                void Add(GpuExpression first, int step) => kernel.For("lane", first, segments.LanesOf(segment), step, lane =>
                {
                    Variable value = kernel.Declare("wide", reader.DecodeOne(parts, segment, lane).To(GpuType.Double));
                    kernel.Assign(sum, sum + (value * value));
                });

                if (segments.IsInterleaved)
                {
                    // The dimensions of a stripe of the sum are all of one segment.
                    int shift = PlanMath.Log2(segments.Count);
                    kernel.If((stripe & (segments.Count - 1)).IsEqualTo(segment), () => Add(stripe >> shift, Stripes >> shift));
                }
                else
                {
                    Add((stripe + ((8 - ((segment * segments.Lanes) & 7)) & 7)) & 7, Stripes);
                }
            }
        });
        WithTotal(kernel, sum, row, rows, stripe, squares => ScaleTarget.StoreBytes(
            kernel,
            codes,
            (row * plan.CodeBytes) + offset,
            (plan.IsCosine ? InverseNorm(squares) : squares.To(GpuType.Float)).As(GpuType.UInt),
            4));
        return new EncodeStep(kernel.Build(), SumRows);
    }

    /// <summary>Lanes of a row code, those that only pad included.</summary>
    private static int CodedLanes(KernelPlan plan) => plan.Integer?.Lanes ?? plan.Float!.Words * plan.Float.PerWord;

    /// <summary>The row and stripe of a thread in the kernels that sum.</summary>
    internal static (Variable Row, Variable Stripe) StripeOfThread(GpuKernelBuilder kernel) => (
        kernel.Declare("row", (GpuKernel.Group * SumRows) + (GpuKernel.Thread >> 3)),
        kernel.Declare("stripe", GpuKernel.Thread & 7));

    /// <summary>Adds up the stripes of a row in the order of docs/formats.md and lets one thread use the total.</summary>
    internal static void WithTotal(GpuKernelBuilder kernel, Variable sum, Variable row, Variable rows, Variable stripe, Action<Variable> use) =>
        WithTotals(kernel, [sum], row, rows, stripe, totals => use(totals[0]));

    /// <summary>The same with several sums.</summary>
    internal static void WithTotals(
        GpuKernelBuilder kernel, IReadOnlyList<Variable> sums, Variable row, Variable rows, Variable stripe, Action<IReadOnlyList<Variable>> use)
    {
        List<SharedArray> shared = [.. sums.Select((_, i) => kernel.Shared(i == 0 ? "sums" : $"sums{i}", GpuType.Double, GpuKernel.GroupSize))];
        for (int i = 0; i < sums.Count; i++)
        {
            kernel.Store(shared[i], GpuKernel.Thread, sums[i]);
        }

        kernel.Barrier();
        kernel.If(stripe.IsEqualTo(0), () => kernel.If(row < rows, () => use([.. shared.Select(array =>
        {
            GpuExpression P(int i) => GpuKernelBuilder.Load(array, GpuKernel.Thread + i);
            return kernel.Declare("totalSum", ((P(0) + P(4)) + (P(2) + P(6))) + ((P(1) + P(5)) + (P(3) + P(7))));
        })])));
    }

    private static GpuExpression InverseNorm(Variable squares)
    {
        // 2^-252: the square of the least norm whose reciprocal is a finite float.
        const double smallest = 1.0 / (1UL << 63) / (1UL << 63) / (1UL << 63) / (1UL << 63);
        GpuExpression root = GpuKernelBuilder.Call(GpuFunction.SquareRoot, squares);
        return (squares >= smallest).Then(((GpuExpression)1.0).DividedBy(root).To(GpuType.Float), 0f);
    }

    private void EmitStripes(
        GpuKernelBuilder kernel, IntegerPlan integer, Quantizer quantizer, GpuArray codes, Variable row, Variable start, Variable lane)
    {
        var segments = new List<Variable>();
        RowSegments rowSegments = RowSegments.Of(plan);
        foreach (int segment in rowSegments.Held)
        {
            Variable code = kernel.Declare("code", 0u);
            segments.Add(code);
            rowSegments.IfHeld(
                kernel,
                segment,
                lane,
                () => kernel.Assign(code, quantizer.IntegerCode(row, kernel.Declare("dimension", rowSegments.Dimension(segment, lane)))));
        }

        foreach (Plane plane in integer.Planes)
        {
            int stripes = integer.Segments / plane.PerByte;
            for (int stripe = 0; stripe < stripes; stripe++)
            {
                GpuExpression bits = 0u;
                for (int place = 0; place < plane.PerByte && (stripe * plane.PerByte) + place < segments.Count; place++)
                {
                    bits |= ((segments[(stripe * plane.PerByte) + place] >> plane.Offset) & ((1u << plane.Width) - 1)) << (plane.Width * place);
                }

                kernel.Store(codes, start + ((plane.FirstStripe + stripe) * integer.Lanes) + lane, bits);
            }
        }
    }

    private void EmitNumber(GpuKernelBuilder kernel, Quantizer quantizer, GpuArray codes, Variable row, Variable start, Variable lane)
    {
        int size = plan.Float!.ElementBytes;
        Variable bits = kernel.Declare("bits", 0u);
        kernel.IfUnless(
            CodedLanes(plan) == plan.Dimensions, lane < plan.Dimensions, () => kernel.Assign(bits, quantizer.NumberBits(row, lane)));
        ScaleTarget.StoreBytes(kernel, codes, start + (lane * size), bits, size);
    }
}
