using KernelGen.Generators.Plans;

namespace KernelGen.Generators.Emit.Cpu;

/// <summary>
/// Learned parameters, which the codec holds and hands to its kernels: <c>parameters</c> (scales, then for affine grids minima) and
/// <c>reciprocals</c> of the scales. A kernel takes what it needs; the texts are empty for a scheme that learns nothing.
/// </summary>
internal static class Learned
{
    /// <summary>Declared parameters of EncodeRow.</summary>
    public static string EncodeRowParameters(KernelPlan plan) => plan.Rotated is null
        ? List(plan, "float[] ", values: plan.IsAffine, reciprocals: true)
        : $", RotatedEncoder encoder{EncodeParameters(plan)}";

    /// <summary>Arguments for EncodeRow.</summary>
    public static string EncodeRowArguments(KernelPlan plan) => plan.Rotated is null
        ? List(plan, "", values: plan.IsAffine, reciprocals: true)
        : $", encoder{(plan.HasOffset ? ", mean" : "")}";

    /// <summary>Declared parameters of Encode, which also decodes where rows carry their norm.</summary>
    public static string EncodeParameters(KernelPlan plan) => plan.HasOffset
        ? ", ReadOnlySpan<float> mean"
        : List(plan, "float[] ", values: plan.IsAffine || plan.StoresNorms, reciprocals: true);

    /// <summary>Arguments for Encode.</summary>
    public static string EncodeArguments(KernelPlan plan) => List(plan, "", values: plan.IsAffine || plan.StoresNorms, reciprocals: true);

    /// <summary>Arguments for Encode, by the names of fields.</summary>
    public static string EncodeFields(KernelPlan plan) => List(plan, "_", values: plan.IsAffine || plan.StoresNorms, reciprocals: true);

    /// <summary>Declared parameters of every other kernel that meets values.</summary>
    public static string Parameters(KernelPlan plan) => List(plan, "float[] ", values: true, reciprocals: false);

    /// <summary>Arguments for every other kernel that meets values.</summary>
    public static string Arguments(KernelPlan plan) => List(plan, "", values: true, reciprocals: false);

    /// <summary>Arguments for every other kernel that meets values, by the names of fields.</summary>
    public static string Fields(KernelPlan plan) => List(plan, "_", values: true, reciprocals: false);

    private static string List(KernelPlan plan, string prefix, bool values, bool reciprocals) => plan.ParameterCount == 0
        ? ""
        : string.Concat(values ? $", {prefix}parameters" : "", reciprocals ? $", {prefix}reciprocals" : "");
}
