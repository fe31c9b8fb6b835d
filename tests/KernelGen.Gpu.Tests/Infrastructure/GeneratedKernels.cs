using System.Reflection;
using ILGPU;

namespace KernelGen.GpuTests.Infrastructure;

/// <summary>The kernels among generated code.</summary>
internal static class GeneratedKernels
{
    /// <summary>Those of a codec.</summary>
    public static IReadOnlyList<MethodInfo> Of(Type codec) =>
        [.. In(codec.Assembly).Where(method => method.DeclaringType!.Name.EndsWith($"_{codec.Name}KernelsIlgpu", StringComparison.Ordinal))];

    /// <summary>All of an assembly: static methods that return nothing and begin with a view.</summary>
    public static IEnumerable<MethodInfo> In(Assembly assembly) =>
        from type in assembly.GetTypes()
        where type.Namespace == "KernelGen.Generated"
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where !method.IsPrivate && method.ReturnType == typeof(void)
        where method.GetParameters() is [{ ParameterType: { IsGenericType: true } first }, ..] && first.GetGenericTypeDefinition() == typeof(ArrayView<>)
        select method;
}
