using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;

/// <summary>
/// Norms of rows whose codes are added, as they lie in blocks, and the scores that they and the query's header make of sums of table entries:
/// docs/formats.md, section 7. Takes the buffers that the scheme needs as parameters.
/// </summary>
internal sealed class AdditiveNorms
{
    /// <summary>Bits of a float's mantissa that a norm of a byte lacks.</summary>
    private const int Shift = 20;

    /// <summary>What such a norm's code lacks to the upper bits of a float.</summary>
    private const uint Bias = 888;

    private const int GreatestCode = byte.MaxValue;

    private readonly CodebookPlan _plan;
    private readonly GpuKernelBuilder _kernel;
    private readonly GpuBufferParameter? _norms;
    private readonly GpuBufferParameter? _squaredNorms;
    private GpuArray? _prepared;
    private Variable? _firstQuery;
    private Variable? _zero;
    private Variable? _norm;
    private Variable? _squares;

    public AdditiveNorms(CodebookPlan plan, GpuKernelBuilder kernel)
    {
        (_plan, _kernel) = (plan, kernel);
        _norms = plan.HasNorm ? kernel.Buffer("norms", plan.NormBytes == 4 ? GpuType.Float : GpuType.Byte) : null;
        _squaredNorms = plan.HasSquaredNorm ? kernel.Buffer("squaredNorms", GpuType.Float) : null;
    }

    /// <summary>A stored norm from its bits.</summary>
    public static GpuExpression Value(CodebookPlan plan, GpuKernelBuilder kernel, GpuExpression bits)
    {
        if (plan.NormBytes == 4)
        {
            return bits.As(GpuType.Float);
        }

        Variable code = kernel.Declare("normCode", bits);
        return code.IsEqualTo(0u).Then(0f, ((code + Bias) << Shift).As(GpuType.Float));
    }

    /// <summary>Stores a norm behind the codes of a row code.</summary>
    public static void Store(CodebookPlan plan, GpuKernelBuilder kernel, GpuArray codes, Variable row, Variable squares)
    {
        Variable root = kernel.Declare("root", GpuKernelBuilder.Call(GpuFunction.SquareRoot, squares));
        Variable norm = kernel.Declare("norm", (root < (double)float.MaxValue).Then(root, (double)float.MaxValue).To(GpuType.Float));
        Variable stored = kernel.Declare("bits", norm.As(GpuType.UInt));
        if (plan.NormBytes == 1)
        {
            // The nearest multiple, ties to even; what is too small or too great takes the first or last code.
            Variable code = kernel.Declare("code", ((stored + ((1u << (Shift - 1)) - 1) + ((stored >> Shift) & 1u)) >> Shift).To(GpuType.Int) - (int)Bias);
            Variable raised = kernel.Declare("raised", (code < 1).Then(1, code));
            Variable clamped = kernel.Declare("clamped", (raised < GreatestCode).Then(raised, GreatestCode));
            stored = kernel.Declare("rounded", stored.IsEqualTo(0u).Then(0u, clamped.To(GpuType.UInt)));
        }

        ScaleTarget.StoreBytes(kernel, codes, (row * plan.CodeBytes) + plan.ValueBytes, stored, plan.NormBytes);
    }

    /// <summary>Tells where queries are.</summary>
    public void Begin(GpuArray prepared, Variable firstQuery, Variable zero) => (_prepared, _firstQuery, _zero) = (prepared, firstQuery, zero);

    /// <summary>Declares the norms of a row, which is scored next.</summary>
    public void Load(RowPlace row)
    {
        if (_norms is not null)
        {
            GpuExpression bits = GpuKernelBuilder.Load(_norms, (row.Block * (_plan.BlockBytes / _plan.NormBytes)) + row.InBlock);
            _norm = _kernel.Declare("norm", Value(_plan, _kernel, bits));
        }

        if (_squaredNorms is not null)
        {
            _squares = _kernel.Declare("squares", GpuKernelBuilder.Load(
                _squaredNorms, (row.Block * (_plan.BlockBytes / 4)) + (_plan.SquaredNormsOffset / 4) + row.InBlock));
        }
    }

    /// <summary>The score of a query and the row that was loaded, from its sum.</summary>
    public GpuExpression Score(int query, GpuExpression sum)
    {
        GpuExpression score = _norm is null ? sum : GpuKernelBuilder.Call(GpuFunction.Rounded, sum * _norm, _zero!);
        if (_squares is not null)
        {
            Variable product = _kernel.Declare("product", score);
            score = ScanKernel.NegativeDistance(_kernel, _squares, Header(query, CodebookPlan.QueryNormOffset), product);
        }

        return _plan.AddsBias ? score + Header(query, CodebookPlan.BiasOffset) : score;
    }

    private GpuExpression Header(int query, int offset) =>
        GpuKernelBuilder.Load(_prepared!, ((_firstQuery! + query) * (_plan.QueryBytes / 4)) + (offset / 4));
}
