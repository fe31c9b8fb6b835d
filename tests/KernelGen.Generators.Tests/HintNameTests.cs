using KernelGen.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KernelGen.Generators.Tests;

/// <summary>Every codec gets files of its own, whatever it is called and wherever it stands.</summary>
public sealed class HintNameTests
{
    private const string Codec = "[global::KernelGen.VectorCodec(16), global::KernelGen.ScalarQuantizer(8)] sealed partial class";

    [Theory]
    [InlineData($"{Codec} C;", "C")]
    [InlineData($"namespace A {{ {Codec} C; }} namespace A.B {{ {Codec} C; }} namespace B {{ {Codec} C; }}", "A.B.C|A.C|B.C")]
    [InlineData($"namespace A {{ partial class B {{ {Codec} C; }} }} namespace A.D {{ {Codec} C; }}", "A.B+C|A.D.C")]
    [InlineData($"partial class A {{ {Codec} C; partial struct B {{ {Codec} C; }} }} {Codec} C;", "A+B+C|A+C|C")]
    [InlineData($"namespace @namespace {{ partial class @record {{ {Codec} @class; }} }} {Codec} @await;", "await|namespace.record+class")]
    [InlineData($"{Codec} Codec; {Codec} CODEC; namespace A {{ {Codec} C; }} namespace a {{ {Codec} C; }}", "A.C(1)|CODEC(1)|Codec(2)|a.C(2)")]
    [InlineData($"{Codec} Größe; {Codec} 向量; {Codec} _;", "Größe|_|向量")]
    [InlineData($"{Codec} a\u200Cb; {Codec} a\u0301b;", "ab|a{0301}b")]
    [InlineData($"{Codec} C; partial class C {{ }} partial class C : System.IDisposable {{ public void Dispose() {{ }} }}", "C")]
    [InlineData($"namespace A_B {{ {Codec} C; }} namespace A {{ {Codec} B_C; }} namespace A.B {{ {Codec} C; }}", "A.B.C|A.B_C|A_B.C")]
    [InlineData($"namespace A_ {{ {Codec} B; }} namespace A {{ {Codec} _B; }} {Codec} A_0B; {Codec} A__B;", "A._B|A_.B|A_0B|A__B")]
    [InlineData($"namespace A {{ partial class B {{ {Codec} C; }} {Codec} B_1C; }} {Codec} A_B_1C;", "A.B+C|A.B_1C|A_B_1C")]
    [InlineData($"namespace System.KernelGen {{ {Codec} Float; }} namespace My.System {{ {Codec} KernelGen; }}", "My.System.KernelGen|System.KernelGen.Float")]
    public void Codecs_get_their_own_files_and_compile(string source, string names)
    {
        GeneratorRunResult result = UserProject.Generate(UserProject.Compile(source), out Compilation completed);

        IEnumerable<string> hints = result.GeneratedSources
            .Select(file => file.HintName[..^".g.cs".Length])
            .Select(name => name[..name.LastIndexOf('.')]) // the suffix of the file
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        Assert.Equal(names, string.Join('|', hints));

        // CS8981 warns of names of lower-case letters only: the user's, not ours.
        UserProject.AssertCompiles(completed.WithOptions(
            UserProject.Options.WithSpecificDiagnosticOptions([new("CS8981", ReportDiagnostic.Suppress)])));
    }

    [Fact]
    public void Ambiguous_names_do_not_depend_on_the_order_of_files()
    {
        CSharpCompilation forth = UserProject.Compile($"{Codec} Codec;", $"{Codec} CODEC;");
        CSharpCompilation back = UserProject.Compile($"{Codec} CODEC;", $"{Codec} Codec;");
        Assert.Equal(Files(forth), Files(back));

        static IEnumerable<(string HintName, string Text)> Files(CSharpCompilation compilation) =>
            UserProject.Generate(compilation, out _).GeneratedSources
                .Select(file => (file.HintName, file.SourceText.ToString()))
                .OrderBy(file => file.HintName, StringComparer.Ordinal);
    }
}
