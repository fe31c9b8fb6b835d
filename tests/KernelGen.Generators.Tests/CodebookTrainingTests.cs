using KernelGen.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelGen.Generators.Tests;

/// <summary>What <c>Train</c> of a codec with codebooks is, with and without the package that trains codebooks.</summary>
public sealed class CodebookTrainingTests
{
    /// <summary>What the package KernelGen.Training has that generated code calls.</summary>
    private const string Package = """
        namespace KernelGen.Training;

        /// <summary>Learns codebooks.</summary>
        public static class ProductQuantizerTraining
        {
            /// <summary>Learns codebooks.</summary>
            /// <param name="shape">How vectors are cut.</param>
            /// <param name="normalize">Whether vectors are scaled to norm 1.</param>
            /// <param name="sample">Vectors.</param>
            /// <param name="options">How to learn.</param>
            public static float[] Train(
                in CodebookShape shape, bool normalize, System.ReadOnlySpan<float> sample, TrainingOptions? options = null) => [];
        }

        /// <summary>Learns codebooks.</summary>
        public static class ResidualQuantizerTraining
        {
            /// <summary>Learns codebooks.</summary>
            /// <param name="shape">How vectors are cut.</param>
            /// <param name="beam">Partial codes that the encoder keeps.</param>
            /// <param name="normalize">Whether vectors are scaled to norm 1.</param>
            /// <param name="sample">Vectors.</param>
            /// <param name="options">How to learn.</param>
            public static float[] Train(
                in AdditiveShape shape, int beam, bool normalize, System.ReadOnlySpan<float> sample, TrainingOptions? options = null) => [];
        }

        /// <summary>Learns codebooks.</summary>
        public static class AdditiveQuantizerTraining
        {
            /// <summary>Learns codebooks.</summary>
            /// <param name="shape">How vectors are cut.</param>
            /// <param name="beam">Partial codes that the encoder keeps.</param>
            /// <param name="normalize">Whether vectors are scaled to norm 1.</param>
            /// <param name="sample">Vectors.</param>
            /// <param name="options">How to learn.</param>
            public static float[] Train(
                in AdditiveShape shape, int beam, bool normalize, System.ReadOnlySpan<float> sample, TrainingOptions? options = null) => [];
        }
        """;

    private const string Use = """
        namespace Demo;

        internal static class Use
        {
            public static DemoCodec[] Create(float[] values) => [DemoCodec.FromCodebooks(values), DemoCodec.Train(values)];
        }
        """;

    [Theory]
    [InlineData("Product4UnevenL2", "ProductQuantizerTraining", "false")]
    [InlineData("Product8Cosine", "ProductQuantizerTraining", "true")]
    [InlineData("Residual8UnevenL2", "ResidualQuantizerTraining", "5, false")]
    [InlineData("Additive5ShortGroup", "AdditiveQuantizerTraining", "2, true")]
    [InlineData("Additive3Cosine", "AdditiveQuantizerTraining", "5, true")]
    public void With_the_package_Train_calls_it(string scheme, string training, string arguments)
    {
        _ = UserProject.Generate(UserProject.Compile(Schemes.Source(scheme), Package, Use), out Compilation completed);
        UserProject.AssertCompiles(completed);

        ISymbol train = Assert.Single(completed.GetTypeByMetadataName("Demo.DemoCodec")!.GetMembers("Train"));
        SyntaxNode declaration = Assert.Single(train.DeclaringSyntaxReferences).GetSyntax();
        SemanticModel model = completed.GetSemanticModel(declaration.SyntaxTree);
        InvocationExpressionSyntax call = Assert.Single(
            declaration.DescendantNodes().OfType<InvocationExpressionSyntax>(),
            call => model.GetSymbolInfo(call).Symbol?.ContainingType.ToDisplayString() == $"KernelGen.Training.{training}");
        Assert.Equal(arguments, string.Join(", ", call.ArgumentList.Arguments.Skip(1).SkipLast(2)));
    }

    [Theory]
    [InlineData("Product4UnevenL2")]
    [InlineData("Residual8UnevenL2")]
    public void Without_the_package_a_call_of_Train_is_an_error_that_names_it(string scheme)
    {
        _ = UserProject.Generate(UserProject.Compile(Schemes.Source(scheme), Use), out Compilation completed);
        Diagnostic error = Assert.Single(completed.GetDiagnostics(), diagnostic => diagnostic.Severity != DiagnosticSeverity.Hidden);
        Assert.Equal(("KG0023", DiagnosticSeverity.Error), (error.Id, error.Severity));
        Assert.Contains("the package KernelGen.Training", error.GetMessage(), StringComparison.Ordinal);
        Assert.Equal("DemoCodec.Train(values)", error.Location.SourceTree!.GetText().ToString(error.Location.SourceSpan));
    }
}
