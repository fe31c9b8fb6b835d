using KernelGen.Generators.Emit.Gpu.Model;
using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Gpu.Kernels.Codebooks;

/// <summary>
/// Chooses codes whose centroids are added by a beam search (docs/formats.md, section 7): a thread takes a group of dimensions of a row. Residuals,
/// errors and choices of its partial codes lie in scratch. Threads of neighbouring rows stand beside each other and read the same centroids.
/// </summary>
internal sealed class BeamKernel
{
    /// <summary>The scratch of choices: for each code a beam of them, of which the first is in the end the code.</summary>
    public const string Trace = "trace";

    private const string Residuals = "residuals";

    private const string Errors = "errors";

    private readonly CodebookPlan _plan;
    private readonly int _beam;
    private readonly int _groupRows;
    private readonly int _lanes;
    private readonly Subspaces _groups;
    private readonly GpuKernelBuilder _kernel;
    private readonly GpuArray _vectors;
    private readonly GpuArray? _norms;
    private readonly GpuArray _parameters;
    private readonly GpuArray _residuals;
    private readonly GpuArray _errors;
    private readonly GpuArray _trace;
    private readonly Variable _rows;
    private readonly Variable _zero;

    public BeamKernel(CodebookPlan plan, int beam)
    {
        (_plan, _beam, _groups) = (plan, beam, new Subspaces(plan));
        _lanes = Math.Min(CodebookEncode.MostLanes, LaneShape.ForElements(plan.Subspaces).Lanes);
        _groupRows = GpuKernel.GroupSize / _lanes;
        _kernel = new GpuKernelBuilder("EncodeBeams", $"The codes of vectors, {_groupRows} to a group: a thread takes a group of dimensions and keeps {beam} partial codes of it.");
        _vectors = _kernel.Buffer("vectors", GpuType.Float);
        _norms = plan.Normalizes ? _kernel.Buffer("norms", GpuType.Float) : null;
        _parameters = _kernel.Buffer("parameters", GpuType.Float);
        _residuals = _kernel.Buffer(Residuals, GpuType.Float);
        _errors = _kernel.Buffer(Errors, GpuType.Float);
        _trace = _kernel.Buffer(Trace, GpuType.Int);
        _rows = _kernel.Scalar("rows");
        _zero = _kernel.Scalar("zero");
    }

    private static GpuExpression Infinity => ((GpuExpression)0x7F800000u).As(GpuType.Float);

    /// <summary>Residuals of two beams, errors of two beams, and choices of all stages.</summary>
    public static IReadOnlyList<ScratchPart> Scratch(CodebookPlan plan, int beam) =>
    [
        new(Residuals, 2 * beam * plan.Dimensions), new(Errors, 2 * beam * plan.Subspaces), new(Trace, beam * plan.Codes, GpuType.Int),
    ];

    public EncodeStep Build()
    {
        Variable row = _kernel.Declare("row", (GpuKernel.Group * _groupRows) + (GpuKernel.Thread & (_groupRows - 1)));
        _kernel.If(row < _rows, () =>
        {
            var places = new RowScratch(_kernel, row, _rows);
            Variable? norm = _norms is null ? null : _kernel.Declare("norm", GpuKernelBuilder.Load(_norms, row));
            Variable vector = _kernel.Declare("vector", row * _plan.Dimensions);
            _kernel.For(
                "part", GpuKernel.Thread >> PlanMath.Log2(_groupRows), _plan.Subspaces, _lanes, part => Search(new Part(this, places, part), vector, norm));
        });
        return new EncodeStep(_kernel.Build(), _groupRows);
    }

    private void Search(Part part, Variable vector, Variable? norm)
    {
        _kernel.For("i", 0, part.Size, 1, i =>
        {
            GpuExpression value = GpuKernelBuilder.Load(_vectors, vector + part.Start + i);
            _kernel.Store(_residuals, part.Places.At(part.Start + i), norm is null ? value : GpuKernelBuilder.Call(GpuFunction.Rounded, value * norm, _zero));
        });
        _kernel.Store(_errors, part.Places.At(part.Errors), 0f);
        Variable count = _kernel.Declare("count", 1);
        _kernel.For("stage", 0, _plan.Stages, 1, stage => Extend(part, stage, count));
        _kernel.Comment("The codes of the first partial code, from the last one back.");
        Variable place = _kernel.Declare("place", 0);
        _kernel.For("back", 1, _plan.Stages + 1, 1, back =>
        {
            Variable choices = _kernel.Declare("choices", part.Trace + ((_plan.Stages - back) * _beam));
            Variable choice = _kernel.Declare("choice", GpuKernelBuilder.Load(_trace, part.Places.At(choices + place)));
            _kernel.Store(_trace, part.Places.At(choices), choice & (_plan.Centroids - 1));
            _kernel.Assign(place, choice >> _plan.Bits);
        });
    }

    /// <summary>The beam of the next stage.</summary>
    private void Extend(Part part, Variable stage, Variable count)
    {
        Variable from = _kernel.Declare("from", (stage & 1) * _beam);
        Variable to = _kernel.Declare("to", _beam - from);
        Variable codebook = _kernel.Declare("codebook", _groups.Codebook(part.Start, part.Length, stage));
        Variable halfNorms = _kernel.Declare("halfNorms", _groups.HalfNorms(part.Number, stage));
        var list = new LeastList(this, part.Places, _kernel.Declare("list", part.Errors + to), _kernel.Declare("choices", part.Trace + (stage * _beam)));
        _kernel.For("parent", 0, count, 1, parent =>
        {
            Variable residual = _kernel.Declare("residual", ((from + parent) * _plan.Dimensions) + part.Start);
            Variable error = _kernel.Declare("error", GpuKernelBuilder.Load(_errors, part.Places.At(part.Errors + from + parent)));
            _kernel.For("j", 0, _plan.Centroids, 1, j =>
            {
                Variable centroid = _kernel.Declare("centroid", codebook + (j * part.Length));
                Variable total = _kernel.Declare("total", GpuKernelBuilder.Load(_parameters, halfNorms + j));
                _kernel.For("i", 0, part.Size, 1, i => _kernel.Assign(total, total - GpuKernelBuilder.Call(
                    GpuFunction.Rounded, GpuKernelBuilder.Load(_residuals, part.Places.At(residual + i)) * GpuKernelBuilder.Load(_parameters, centroid + i), _zero)));
                _kernel.Assign(total, error + total);
                list.Offer(total, (parent << _plan.Bits) | j);
            });
        });
        list.EnsureOne();
        _kernel.Assign(count, list.Count);
        _kernel.If(stage < _plan.Stages - 1, () => _kernel.For("q", 0, count, 1, q =>
        {
            Variable choice = _kernel.Declare("choice", GpuKernelBuilder.Load(_trace, part.Places.At(list.Choices + q)));
            Variable before = _kernel.Declare("before", ((from + (choice >> _plan.Bits)) * _plan.Dimensions) + part.Start);
            Variable after = _kernel.Declare("after", ((to + q) * _plan.Dimensions) + part.Start);
            Variable centroid = _kernel.Declare("centroid", codebook + ((choice & (_plan.Centroids - 1)) * part.Length));
            _kernel.For("i", 0, part.Size, 1, i => _kernel.Store(
                _residuals,
                part.Places.At(after + i),
                GpuKernelBuilder.Load(_residuals, part.Places.At(before + i)) - GpuKernelBuilder.Load(_parameters, centroid + i)));
        }));
    }

    /// <summary>A group of dimensions of a row, and where its scratch is.</summary>
    private sealed class Part
    {
        public Part(BeamKernel owner, RowScratch places, Variable number)
        {
            GpuKernelBuilder kernel = owner._kernel;
            (Places, Number) = (places, number);
            Start = kernel.Declare("start", owner._groups.Start(number));
            Size = kernel.Declare("size", owner._groups.Size(number));
            Length = kernel.Declare("length", owner._groups.CentroidLength(number));
            Errors = kernel.Declare("ownErrors", number * (2 * owner._beam));
            Trace = kernel.Declare("ownTrace", number * (owner._plan.Stages * owner._beam));
        }

        public RowScratch Places { get; }

        public Variable Number { get; }

        public Variable Start { get; }

        public Variable Size { get; }

        /// <summary>Values of a centroid.</summary>
        public Variable Length { get; }

        public Variable Errors { get; }

        public Variable Trace { get; }
    }

    /// <summary>The least totals so far in ascending order, of equal ones the earlier first, with the choices that led to them.</summary>
    private sealed class LeastList
    {
        private readonly BeamKernel _owner;
        private readonly GpuKernelBuilder _kernel;
        private readonly RowScratch _places;
        private readonly Variable _totals;
        private readonly Variable _bound;

        public LeastList(BeamKernel owner, RowScratch places, Variable totals, Variable choices)
        {
            (_owner, _kernel, _places, _totals, Choices) = (owner, owner._kernel, places, totals, choices);
            Count = _kernel.Declare("taken", 0);
            _bound = _kernel.Declare("bound", Infinity);
        }

        /// <summary>How many there are.</summary>
        public Variable Count { get; }

        /// <summary>Where the choices are.</summary>
        public Variable Choices { get; }

        /// <summary>Inserts a total if it is less than the last of a full list, and than infinity.</summary>
        public void Offer(Variable total, GpuExpression choice)
        {
            // NaN is dropped by a choice before the branch, which C# turns into a jump where numbers are not less, or NaN, and NaN is forgotten on
            // the way to OpenCL. An integer that says which is less does not help: ILGPU makes such a branch of it again.
            Variable offered = _kernel.Declare("offered", (total < Infinity).Then(total, Infinity));
            _kernel.If(offered < _bound, () =>
            {
                Variable rank = _kernel.Declare("rank", 0);
                _kernel.For("q", 0, Count, 1, q => _kernel.Assign(rank, rank + (Total(q) <= offered).Then(1, 0)));
                Variable last = _kernel.Declare("last", (Count < _owner._beam - 1).Then(Count, _owner._beam - 1));
                _kernel.For("moved", 0, last - rank, 1, moved =>
                {
                    Variable target = _kernel.Declare("target", last - moved);
                    Variable source = _kernel.Declare("source", target - 1);
                    _kernel.Store(_owner._errors, _places.At(_totals + target), Total(source));
                    _kernel.Store(_owner._trace, _places.At(Choices + target), GpuKernelBuilder.Load(_owner._trace, _places.At(Choices + source)));
                });
                _kernel.Store(_owner._errors, _places.At(_totals + rank), offered);
                _kernel.Store(_owner._trace, _places.At(Choices + rank), choice);
                _kernel.Assign(Count, last + 1);
                _kernel.If(Count.IsEqualTo(_owner._beam), () => _kernel.Assign(_bound, Total(_owner._beam - 1)));
            });
        }

        /// <summary>Where no total was less than infinity, the first centroid is taken.</summary>
        public void EnsureOne() => _kernel.If(Count.IsEqualTo(0), () =>
        {
            _kernel.Store(_owner._errors, _places.At(_totals), Infinity);
            _kernel.Store(_owner._trace, _places.At(Choices), 0);
            _kernel.Assign(Count, 1);
        });

        private GpuExpression Total(GpuExpression place) => GpuKernelBuilder.Load(_owner._errors, _places.At(_totals + place));
    }
}
