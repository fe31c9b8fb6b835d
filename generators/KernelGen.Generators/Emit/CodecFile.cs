using KernelGen.Generators.Schemes;

namespace KernelGen.Generators.Emit;

/// <summary>The frames of generated files: header, namespace and the declarations around members.</summary>
/// <remarks>
/// Names of the user come first wherever the user's namespaces or types enclose a text. So only the codec's own part stands there, and
/// kernels stand in a namespace of their own, inside which using directives come before everything the user can declare.
/// </remarks>
internal static class CodecFile
{
    public const string KernelsNamespace = "KernelGen.Generated";

    private static readonly string[] s_cpuNamespaces =
    [
        "System",
        "System.Buffers",
        "System.Runtime.CompilerServices",
        "System.Runtime.InteropServices",
        "System.Runtime.Intrinsics",
        "KernelGen.Kernels",
    ];

    private static readonly string s_version = typeof(CodecFile).Assembly.GetName().Version.ToString(3);

    private static string GeneratedCode => $"[global::System.CodeDom.Compiler.GeneratedCode(\"KernelGen\", \"{s_version}\")]";

    /// <summary>The class of a codec's kernels, as it is named from anywhere.</summary>
    public static string KernelsOf(TargetType type) => $"global::{KernelsNamespace}.{type.KernelsClass}";

    /// <summary>The generated part of the user's class.</summary>
    /// <param name="type">The codec.</param>
    /// <param name="suffix">What tells the file from others of the codec.</param>
    /// <param name="header">What the file begins with, in words.</param>
    /// <param name="documentation">Lines of the class's documentation.</param>
    /// <param name="emitMembers">Writes the members.</param>
    /// <param name="hasBounds">Whether they are those of a codec that bounds the errors of its scores.</param>
    /// <param name="hasPrefixes">Whether they are those of a codec with prefixes.</param>
    public static GeneratedFile Codec(
        TargetType type,
        string suffix,
        string[] header,
        IReadOnlyList<string> documentation,
        Action<SourceWriter> emitMembers,
        bool hasBounds = false,
        bool hasPrefixes = false)
    {
        string[] contracts = (hasBounds, hasPrefixes) switch
        {
            (true, true) => ["IBoundedCodec", "IPrefixCodec"], // only where the declaration has errors
            (true, false) => ["IBoundedCodec"],
            (false, true) => ["IPrefixCodec"],
            _ => ["IVectorCodec"],
        };
        var writer = new SourceWriter();
        EmitHeader(writer, header);
        int depth = 0;
        void Open(string declaration)
        {
            writer.Open(declaration);
            depth++;
        }

        if (type.Namespace.Length != 0)
        {
            Open($"namespace {type.Namespace}");
        }

        foreach (string containing in type.ContainingTypes)
        {
            Open(containing);
        }

        foreach (string line in documentation)
        {
            writer.Write(line.Length == 0 ? "///" : $"/// {line}");
        }

        writer.Write(GeneratedCode);
        Open($"partial class {type.Name} : {string.Join(", ", contracts.Select(contract => $"global::KernelGen.{contract}<{type.FullName}>"))}");
        emitMembers(writer);
        for (; depth > 0; depth--)
        {
            writer.Close();
        }

        return new GeneratedFile(suffix, writer.Finish());
    }

    /// <summary>A part of the class of kernels.</summary>
    /// <param name="type">The codec.</param>
    /// <param name="scheme">Its scheme.</param>
    /// <param name="suffix">What tells the file from others of the codec.</param>
    /// <param name="description">What the file holds, in words.</param>
    /// <param name="isMain">Whether this is the part that carries the attributes of the class.</param>
    /// <param name="emitMembers">Writes the members.</param>
    public static GeneratedFile Kernels(
        TargetType type, Scheme scheme, string suffix, string description, bool isMain, Action<SourceWriter> emitMembers) =>
        InKernelsNamespace(type, scheme, suffix, description, s_cpuNamespaces, isMain, $"internal static partial class {type.KernelsClass}", emitMembers);

    /// <summary>A class of its own beside that of the kernels.</summary>
    /// <param name="type">The codec.</param>
    /// <param name="scheme">Its scheme.</param>
    /// <param name="suffix">What tells the file from others of the codec.</param>
    /// <param name="description">What the file holds, in words.</param>
    /// <param name="declaration">Declares the class.</param>
    /// <param name="namespaces">Namespaces that the members name types of, beside System.</param>
    /// <param name="emitMembers">Writes the members.</param>
    public static GeneratedFile Kernels(
        TargetType type,
        Scheme scheme,
        string suffix,
        string description,
        string declaration,
        IReadOnlyList<string> namespaces,
        Action<SourceWriter> emitMembers) =>
        InKernelsNamespace(type, scheme, suffix, description, ["System", .. namespaces], isMain: true, declaration, emitMembers);

    private static GeneratedFile InKernelsNamespace(
        TargetType type,
        Scheme scheme,
        string suffix,
        string description,
        IReadOnlyList<string> namespaces,
        bool isMain,
        string declaration,
        Action<SourceWriter> emitMembers)
    {
        var writer = new SourceWriter();
        EmitHeader(writer, $"{type.FullName.Substring("global::".Length)}: {scheme.Text}", description);
        writer.Open($"namespace {KernelsNamespace}");
        foreach (string used in namespaces)
        {
            writer.Write($"using global::{used};");
        }

        writer.Blank();
        if (isMain)
        {
            writer.Write($"/// <summary>Kernels of <see cref=\"{type.FullName}\"/>.</summary>");
            writer.Write(GeneratedCode);
            writer.Write("[global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]");
        }

        writer.Open(declaration);
        emitMembers(writer);
        writer.Close();
        writer.Close();
        return new GeneratedFile(suffix, writer.Finish());
    }

    private static void EmitHeader(SourceWriter writer, params string[] description)
    {
        writer.Write("// <auto-generated/>");
        foreach (string line in description)
        {
            writer.Write($"// {line}");
        }

        writer.Write(
            """
            #nullable enable
            #pragma warning disable

            """);
    }
}
