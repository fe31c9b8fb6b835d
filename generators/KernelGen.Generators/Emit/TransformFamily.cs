using KernelGen.Generators.Emit.Cpu;
using KernelGen.Generators.Plans;
using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit;

/// <summary>What <see cref="TransformEmitter"/> must know of the kernels that quantize transformed vectors. Lists of parameters and arguments begin with a
/// comma, or are empty.</summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="CodeBytes">Bytes of a row code.</param>
/// <param name="QueryBytes">Bytes of a prepared query.</param>
/// <param name="ParameterCount">Learned parameters but those of transforms.</param>
/// <param name="EncodeParameters">What Encode is given beside its data, declared.</param>
/// <param name="EncodeArguments">The same as arguments.</param>
/// <param name="Parameters">What other kernels are given beside their data, declared.</param>
/// <param name="Arguments">The same as arguments.</param>
/// <param name="StoresOffsets">Whether rows store their inner products with the mean, which is taken from queries as well.</param>
/// <param name="GreatestLevel">The greatest magnitude of a level, as a C# literal, where bounds of errors need it.</param>
internal sealed record TransformFamily(
    Scheme Scheme,
    int CodeBytes,
    int QueryBytes,
    int ParameterCount,
    string EncodeParameters,
    string EncodeArguments,
    string Parameters,
    string Arguments,
    bool StoresOffsets = false,
    string? GreatestLevel = null)
{
    /// <summary>Whether rows bound the errors of their scores.</summary>
    public bool HasBounds => GreatestLevel is not null;

    public static TransformFamily Of(KernelPlan plan) => new(
        plan.Scheme,
        plan.CodeBytes,
        plan.Query.Bytes,
        plan.ParameterCount,
        plan.Rotated is null ? Learned.EncodeParameters(plan) : "",
        Learned.EncodeArguments(plan),
        Learned.Parameters(plan),
        Learned.Arguments(plan),
        plan.HasOffset,
        plan.HasBounds ? PlanMath.Literal(plan.Integer!.MaximumCode / 2f).TrimEnd('f') : null);

    public static TransformFamily Of(CodebookPlan plan) => new(
        plan.Scheme,
        plan.CodeBytes,
        plan.QueryBytes,
        plan.ParameterCount,
        $", {plan.CodebooksType} codebooks",
        ", codebooks",
        $", {plan.CodebooksType} codebooks",
        ", codebooks");

    public static TransformFamily Of(SignPlan plan) => new(
        plan.Scheme,
        plan.CodeBytes,
        plan.QueryBytes,
        ParameterCount: 0,
        EncodeParameters: "",
        EncodeArguments: "",
        Parameters: "",
        Arguments: "",
        plan.Parts is { HasOffset: true },
        plan.Parts is { HasBounds: true } ? "0.5" : null);
}
