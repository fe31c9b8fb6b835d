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
internal sealed record TransformFamily(
    Scheme Scheme,
    int CodeBytes,
    int QueryBytes,
    int ParameterCount,
    string EncodeParameters,
    string EncodeArguments,
    string Parameters,
    string Arguments)
{
    public static TransformFamily Of(KernelPlan plan) => new(
        plan.Scheme,
        plan.CodeBytes,
        plan.Query.Bytes,
        plan.ParameterCount,
        Learned.EncodeParameters(plan),
        Learned.EncodeArguments(plan),
        Learned.Parameters(plan),
        Learned.Arguments(plan));

    public static TransformFamily Of(CodebookPlan plan) => new(
        plan.Scheme,
        plan.CodeBytes,
        plan.QueryBytes,
        plan.ParameterCount,
        $", {plan.CodebooksType} codebooks",
        ", codebooks",
        $", {plan.CodebooksType} codebooks",
        ", codebooks");
}
