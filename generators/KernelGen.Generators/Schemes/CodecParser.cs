using KernelGen.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace KernelGen.Generators.Schemes;

/// <summary>A parsed declaration.</summary>
/// <param name="Model">The codec to generate; null where the class is none or cannot be completed.</param>
/// <param name="Problems">What to tell the user. Empty for errors that the compiler reports itself.</param>
internal readonly record struct ParseResult(CodecModel? Model, IReadOnlyList<Diagnostic> Problems);

/// <summary>Reads a class and its attributes. The generator takes the model from here, the analyzer the problems.</summary>
internal static class CodecParser
{
    public static ParseResult Parse(INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        ProblemList problems = new();
        DeclaredAttributes attributes = DeclaredAttributes.Of(type, cancellationToken);
        if (attributes.Codec is not { } codec)
        {
            foreach (SchemeAttribute stray in attributes.All)
            {
                problems.Add(Rules.NotACodec, stray.Location, stray.ShortName, type.Name);
            }

            return new ParseResult(null, problems.Items);
        }

        // Attributes are for classes; the compiler says so about a struct or an interface (CS0592).
        if (type.TypeKind != TypeKind.Class || attributes.AreMalformed)
        {
            return new ParseResult(null, problems.Items);
        }

        cancellationToken.ThrowIfCancellationRequested();
        TargetType target = TargetTypeParser.Parse(type, codec, attributes, problems);
        cancellationToken.ThrowIfCancellationRequested();
        Scheme? scheme = SchemeParser.Parse(type, codec, attributes, problems);
        CodecModel? model = problems.PreventCompletion ? null : problems.HasErrors
            ? new CodecModel(target, null, attributes.RotatedQuantizer is not null, attributes.HavePrefixes)
            : new CodecModel(target, scheme);
        return new ParseResult(model, problems.Items);
    }
}
