using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;

/// <summary>
/// Chooses the nearest centroids: a thread takes as many neighbouring subspaces of a row as fill whole bytes, and compares each with all
/// centroids. Threads of neighbouring rows stand beside each other, so that they read the same centroid at the same time.
/// </summary>
internal sealed class CodebookEncode(CodebookPlan plan)
{
    /// <summary>Most threads of a row: with more, a warp would read too many centroids at a time.</summary>
    public const int MostLanes = 16;

    /// <summary>Values of a subspace that a thread keeps; of larger ones it reads each again for every centroid.</summary>
    private const int MostKept = 16;

    private readonly Subspaces _subspaces = new(plan);
    private readonly CodeUnits _units = new(plan);

    public EncodeStep Build()
    {
        int lanes = Math.Min(MostLanes, LaneShape.ForElements(_units.Count).Lanes);
        int groupRows = GpuKernel.GroupSize / lanes;
        var kernel = new GpuKernelBuilder(
            "EncodeValues", $"The nearest centroids of vectors, {groupRows} to a group: a thread takes subspaces whose codes fill whole bytes: {_units.Codes} at a time.");
        GpuBufferParameter vectors = kernel.Buffer("vectors", GpuType.Float);
        GpuBufferParameter? norms = plan.IsCosine ? kernel.Buffer("norms", GpuType.Float) : null;
        GpuBufferParameter parameters = kernel.Buffer("parameters", GpuType.Float);
        GpuBufferParameter codes = kernel.Buffer("codes", GpuType.Byte);
        Variable rows = kernel.Scalar("rows");
        Variable zero = kernel.Scalar("zero");
        Variable row = kernel.Declare("row", (GpuKernel.Group * groupRows) + (GpuKernel.Thread & (groupRows - 1)));
        kernel.If(row < rows, () =>
        {
            Variable? norm = norms is null ? null : kernel.Declare("norm", GpuKernelBuilder.Load(norms, row));
            Variable vector = kernel.Declare("vector", row * plan.Dimensions);
            Variable rowCode = kernel.Declare("rowCode", row * plan.CodeBytes);
            kernel.For("unit", GpuKernel.Thread >> PlanMath.Log2(groupRows), _units.Count, lanes, unit =>
            {
                var chosen = new List<Variable>();
                for (int s = 0; s < _units.Codes && s < plan.Subspaces; s++)
                {
                    Variable subspace = kernel.Declare("subspace", (unit * _units.Codes) + s);
                    Variable code = kernel.Declare("code", 0);
                    chosen.Add(code);
                    bool isCertain = ((_units.Count - 1) * _units.Codes) + s < plan.Subspaces;
                    kernel.IfUnless(isCertain, subspace < plan.Subspaces, () => Choose(kernel, subspace, code, vectors, vector, norm, parameters, zero));
                }

                _units.Store(kernel, chosen, codes, rowCode, unit);
            });
        });
        return new EncodeStep(kernel.Build(), groupRows);
    }

    /// <summary>The least of half the squared norm of a centroid minus its product with the row: docs/formats.md, section 6.</summary>
    private void Choose(
        GpuKernelBuilder kernel, Variable subspace, Variable code, GpuArray vectors, Variable vector, Variable? norm, GpuArray parameters, Variable zero)
    {
        Variable start = kernel.Declare("start", _subspaces.Start(subspace));
        Variable first = kernel.Declare("first", vector + start);
        GpuExpression Value(GpuExpression i)
        {
            GpuExpression value = GpuKernelBuilder.Load(vectors, first + i);
            return norm is null ? value : value * norm;
        }

        int least = _subspaces.LeastSize;
        List<Variable> kept = [.. Enumerable.Range(0, least <= MostKept ? least : 0).Select(i => kernel.Declare("value", Value(i)))];
        Variable? longest = null;
        if (kept.Count > 0 && _subspaces.AreUneven)
        {
            longest = kernel.Declare("longest", 0f);
            kernel.If(_subspaces.IsLonger(subspace), () => kernel.Assign(longest, Value(least)));
        }

        Variable size = kernel.Declare("size", _subspaces.Size(subspace));
        Variable codebook = kernel.Declare("codebook", start << plan.Bits);
        Variable halfNorms = kernel.Declare("halfNorms", (subspace << plan.Bits) + (plan.Dimensions * plan.Centroids));
        Variable best = kernel.Declare("best", ((GpuExpression)0x7F800000u).As(GpuType.Float));
        kernel.For("j", 0, plan.Centroids, 1, j =>
        {
            Variable centroid = kernel.Declare("centroid", codebook + (j * size));
            Variable distance = kernel.Declare("distance", GpuKernelBuilder.Load(parameters, halfNorms + j));
            void Subtract(GpuExpression value, GpuExpression i) => kernel.Assign(
                distance, distance - GpuKernelBuilder.Call(GpuFunction.Rounded, value * GpuKernelBuilder.Load(parameters, centroid + i), zero));
            for (int i = 0; i < kept.Count; i++)
            {
                Subtract(kept[i], i);
            }

            if (longest is not null)
            {
                kernel.If(_subspaces.IsLonger(subspace), () => Subtract(longest, least));
            }
            else if (kept.Count == 0)
            {
                kernel.For("i", 0, size, 1, i => Subtract(Value(i), i));
            }

            // No branch: C# turns one into a jump where it is not less, or NaN, and NaN is forgotten on the way to OpenCL.
            kernel.Assign(code, (distance < best).Then(j, code));
            kernel.Assign(best, (distance < best).Then(distance, best));
        });
    }
}
