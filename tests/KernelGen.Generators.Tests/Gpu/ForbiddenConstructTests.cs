using KernelGen.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelGen.Generators.Tests.Gpu;

/// <summary>
/// No generated kernel contains what ILGPU 1.5.3 rejects or miscompiles. The constructs were found by running them; docs/gpu.md lists
/// them with what goes wrong.
/// </summary>
public sealed class ForbiddenConstructTests
{
    private static readonly string[] s_forbiddenNames =
    [
        "BitOperations", "Half", "Int128", "UInt128", "Unsafe", "BitConverter", "MathF", "Vector64", "Vector128", "Vector256", "Vector512", "Span",
        "ReadOnlySpan", "FusedMultiplyAdd", "Clamp", "Min", "Max", "Warp", "decimal", "nint", "nuint", "string", "Pow", "Exp", "Log", "dynamic",
    ];

    /// <summary>What a kernel may call beside the functions of the shared file, which are looked at themselves.</summary>
    private static readonly string[] s_allowedCalls =
    [
        "Group.Barrier", "Interop.FloatAsInt", "Interop.IntAsFloat", "SharedMemory.Allocate", "Atomic.Add", "CudaAsm.Emit", "Math.Sqrt",
    ];

    public static TheoryData<string> SchemeNames => Schemes.Names;

    [Theory]
    [MemberData(nameof(SchemeNames))]
    public void Kernels_are_free_of_what_Ilgpu_gets_wrong(string name)
    {
        Compilation completed = Schemes.GeneratedForGpu(name).Completed;
        int kernels = 0;
        foreach (SyntaxTree tree in completed.SyntaxTrees.Where(tree => tree.FilePath.EndsWith(".Ilgpu.g.cs", StringComparison.Ordinal)))
        {
            SemanticModel model = completed.GetSemanticModel(tree);
            foreach (MethodDeclarationSyntax method in tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().Where(IsOfDevice))
            {
                kernels++;
                string[] found = [.. Forbidden(method, model)];
                Assert.True(found.Length == 0, $"{method.Identifier}: {string.Join("; ", found)}");
            }
        }

        Assert.InRange(kernels, 14, 60);
    }

    /// <summary>The search itself finds each of them.</summary>
    [Theory]
    [InlineData("int y = x / 4;")]
    [InlineData("uint y = (uint)x / 4u;")]
    [InlineData("int y = x % 3;")]
    [InlineData("float y = 1f / x;")]
    [InlineData("float y = System.MathF.FusedMultiplyAdd(x, x, x);")]
    [InlineData("System.Half y = (System.Half)1f;")]
    [InlineData("int y = System.Math.Min(x, 1);")]
    [InlineData("ILGPU.Runtime.Cuda.CudaAsm.Emit(\"mov.u32 %0, %1;\", out uint y, (uint)x);")]
    [InlineData("uint z = 1u; uint y = view[z];")]
    [InlineData("foreach (int y in new int[2]) { }")]
    [InlineData("System.Func<int> y = () => x;")]
    [InlineData("if (x > 1) throw new System.Exception();")]
    [InlineData("string y = \"\";")]
    [InlineData("System.Span<int> y = stackalloc int[4];")]
    [InlineData("byte y = (byte)(int)1.5f;")]
    [InlineData("int y = System.Numerics.BitOperations.Log2((uint)x);")]
    [InlineData("decimal y = 1m;")]
    [InlineData("object y = null!;")]
    [InlineData("int[] y = [1, 2];")]
    public void Search_finds_them(string statement)
    {
        CSharpCompilation compilation = UserProject.Compile(
            $"using ILGPU; static class Device {{ static void Kernel(ArrayView<uint> view, int x) {{ {statement} }} }}").AddReferences(UserProject.Ilgpu);
        MethodDeclarationSyntax method = compilation.SyntaxTrees[0].GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().Single();
        Assert.True(IsOfDevice(method));
        Assert.NotEmpty(Forbidden(method, compilation.GetSemanticModel(compilation.SyntaxTrees[0])));
    }

    [Theory]
    [InlineData("[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential, Pack = 1)]")]
    [InlineData("[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Explicit)]")]
    public void Structs_have_the_layout_of_the_language(string attribute)
    {
        Assert.NotEmpty(StructLayouts(CSharpSyntaxTree.ParseText($"{attribute} struct S;")));
        Assert.All(Schemes.ByName.Keys, name => Assert.All(Schemes.GeneratedForGpu(name).Result.GeneratedSources, source => Assert.Empty(StructLayouts(source.SyntaxTree))));

        static IEnumerable<SyntaxNode> StructLayouts(SyntaxTree tree) => tree.GetRoot().DescendantNodes().OfType<AttributeSyntax>()
            .Where(found => found.Name.ToString().EndsWith("StructLayout", StringComparison.Ordinal));
    }

    /// <summary>Kernels, and the functions that they call: static methods without a trace of the host.</summary>
    private static bool IsOfDevice(MethodDeclarationSyntax method)
    {
        string type = ((TypeDeclarationSyntax)method.Parent!).Identifier.Text;
        return type is "GpuMath" or "SharedKernels" or "Device"
            || method.ParameterList.Parameters.FirstOrDefault()?.Type is GenericNameSyntax { Identifier.Text: "ArrayView" };
    }

    private static IEnumerable<string> Forbidden(MethodDeclarationSyntax method, SemanticModel model)
    {
        foreach (ParameterSyntax parameter in method.ParameterList.Parameters)
        {
            if (parameter.Type!.ToString() is "bool")
            {
                yield return $"parameter {parameter}";
            }
        }

        foreach (SyntaxNode node in method.DescendantNodes())
        {
            string? why = node switch
            {
                BinaryExpressionSyntax { RawKind: (int)SyntaxKind.ModuloExpression } => "remainder",
                BinaryExpressionSyntax { RawKind: (int)SyntaxKind.DivideExpression } division => OfDivision(division, model),
                SimpleNameSyntax name when s_forbiddenNames.Contains(name.Identifier.Text) => "forbidden name",
                PredefinedTypeSyntax { Keyword.Text: "string" or "decimal" or "object" or "nint" or "nuint" } => "forbidden type",
                ElementAccessExpressionSyntax access when model.GetTypeInfo(access.ArgumentList.Arguments[0].Expression).ConvertedType?.SpecialType
                    is not (SpecialType.System_Int32 or SpecialType.System_Int64)
                    || model.GetTypeInfo(access.ArgumentList.Arguments[0].Expression).Type?.SpecialType is SpecialType.System_UInt32 => "index that is no int",
                InvocationExpressionSyntax call => OfCall(call, model),
                CastExpressionSyntax { Expression: CastExpressionSyntax } or CastExpressionSyntax { Expression: ParenthesizedExpressionSyntax { Expression: CastExpressionSyntax } } =>
                    OfNestedCast((CastExpressionSyntax)node, model),
                ForEachStatementSyntax or ThrowStatementSyntax or ThrowExpressionSyntax or TryStatementSyntax or LambdaExpressionSyntax
                    or AnonymousMethodExpressionSyntax or StackAllocArrayCreationExpressionSyntax or CollectionExpressionSyntax
                    or ObjectCreationExpressionSyntax or ArrayCreationExpressionSyntax or InterpolatedStringExpressionSyntax or LockStatementSyntax => "statement of the host",
                _ => null,
            };
            if (why is not null)
            {
                yield return $"{why}: {node}";
            }
        }
    }

    /// <summary>Only doubles have quotients that all targets round correctly; integer quotients are shifts where the divisor is a constant.</summary>
    private static string? OfDivision(BinaryExpressionSyntax division, SemanticModel model) => model.GetTypeInfo(division).Type?.SpecialType switch
    {
        SpecialType.System_Double => null,
        SpecialType.System_Int32 when !model.GetConstantValue(division.Right).HasValue => null,
        _ => "quotient",
    };

    private static string? OfCall(InvocationExpressionSyntax call, SemanticModel model)
    {
        if (model.GetSymbolInfo(call).Symbol?.ContainingType.Name is "GpuMath" or "SharedKernels")
        {
            return null;
        }

        string name = call.Expression switch
        {
            MemberAccessExpressionSyntax { Name: GenericNameSyntax generic } member => $"{member.Expression}.{generic.Identifier.Text}",
            var other => other.ToString(),
        };
        if (!s_allowedCalls.Contains(name))
        {
            return "call";
        }

        bool isGuarded = call.Ancestors().OfType<IfStatementSyntax>().Any(condition => condition.Condition.ToString() == "CudaAsm.IsSupported");
        return name == "CudaAsm.Emit" && !isGuarded ? "unguarded assembly" : null;
    }

    /// <summary>A conversion of a conversion between integers, or from a number to an integer and on, is collapsed into one.</summary>
    private static string? OfNestedCast(CastExpressionSyntax cast, SemanticModel model)
    {
        ExpressionSyntax inner = cast.Expression is ParenthesizedExpressionSyntax parenthesized ? parenthesized.Expression : cast.Expression;
        SpecialType source = model.GetTypeInfo(((CastExpressionSyntax)inner).Expression).Type!.SpecialType;
        return source is SpecialType.System_Single or SpecialType.System_Double && model.GetTypeInfo(cast).Type!.SpecialType
            is not (SpecialType.System_Single or SpecialType.System_Double)
            ? "nested conversion"
            : null;
    }
}
