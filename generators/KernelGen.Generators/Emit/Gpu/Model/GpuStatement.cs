namespace KernelGen.Generators.Emit.Gpu.Model;

internal abstract record GpuStatement;

/// <summary>A new local; one that is assigned again later is declared as such.</summary>
internal sealed record Declaration(Variable Variable, GpuExpression Value) : GpuStatement;

internal sealed record Assignment(Variable Variable, GpuExpression Value) : GpuStatement;

internal sealed record Store(GpuArray Array, GpuExpression Index, GpuExpression Value) : GpuStatement;

internal sealed record If(GpuExpression Condition, IReadOnlyList<GpuStatement> Body) : GpuStatement;

/// <summary>for (variable = first; variable &lt; end; variable += step).</summary>
internal sealed record For(
    Variable Variable, GpuExpression First, GpuExpression End, GpuExpression Step, IReadOnlyList<GpuStatement> Body) : GpuStatement;

/// <summary>All threads of the group wait for each other, and then see each other's shared memory. All of them must get there.</summary>
internal sealed record Barrier : GpuStatement;

internal sealed record Comment(string Text) : GpuStatement;
