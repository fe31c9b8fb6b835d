using System.Runtime.CompilerServices;
using System.Text;

namespace KernelGen.Generators.Tests.Infrastructure;

/// <summary>
/// Compares texts with accepted ones, by the file conventions of Verify: <c>Class.Test#File.verified.cs</c> beside the test is
/// the accepted text, <c>*.received.cs</c> what a failing run found. <c>KERNELGEN_ACCEPT=1 dotnet test</c> accepts everything.
/// </summary>
internal static class Snapshot
{
    private const string Verified = ".verified";
    private const string Received = ".received";

    private static readonly bool s_accept = Environment.GetEnvironmentVariable("KERNELGEN_ACCEPT") == "1";
    private static readonly UTF8Encoding s_encoding = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Demands that a test's accepted files are these.</summary>
    /// <param name="test"><c>Class.Test</c>.</param>
    /// <param name="files">What follows the test in a file's name, e.g. <c>#Demo.Codec.g.cs</c> or <c>.txt</c>, and the text.</param>
    /// <param name="testFile">Where the test stands; filled in by the compiler.</param>
    public static void Match(string test, IEnumerable<(string Name, string Text)> files, [CallerFilePath] string testFile = "")
    {
        string folder = Path.GetDirectoryName(testFile)!;
        HashSet<string> stale =
        [
            .. Directory.GetFiles(folder, $"{test}#*{Verified}.*"),
            .. Directory.GetFiles(folder, $"{test}#*{Received}.*"),
        ];
        StringBuilder failures = new();
        foreach ((string name, string text) in files)
        {
            string extension = Path.GetExtension(name);
            string path = Path.Combine(folder, test + name[..^extension.Length]);
            stale.Remove(path + Verified + extension);
            stale.Remove(path + Received + extension);
            failures.Append(Compare(path, extension, text));
        }

        foreach (string path in stale)
        {
            if (s_accept || path.Contains(Received, StringComparison.Ordinal))
            {
                File.Delete(path);
            }
            else
            {
                failures.Append($"{path} is stale: the test does not produce it any more.\n");
            }
        }

        if (failures.Length > 0)
        {
            Assert.Fail(
                $"{failures}\nIf this is what you want, accept it: KERNELGEN_ACCEPT=1 dotnet test tests/KernelGen.Generators.Tests");
        }
    }

    /// <summary>The root of the snapshots, for the test that looks for orphans.</summary>
    public static IEnumerable<string> AllVerified([CallerFilePath] string thisFile = "") =>
        from path in Directory.EnumerateFiles(
            Path.Combine(Path.GetDirectoryName(thisFile)!, ".."), $"*{Verified}.*", SearchOption.AllDirectories)
        select Path.GetFileName(path);

    /// <summary>What is wrong with one file; empty if nothing is.</summary>
    private static string Compare(string path, string extension, string text)
    {
        string verified = path + Verified + extension;
        string received = path + Received + extension;
        if (s_accept)
        {
            File.WriteAllText(verified, text, s_encoding);
        }

        string accepted = File.Exists(verified) ? File.ReadAllText(verified, s_encoding) : "";
        if (accepted == text && File.Exists(verified))
        {
            File.Delete(received);
            return "";
        }

        File.WriteAllText(received, text, s_encoding);
        return File.Exists(verified)
            ? $"--- {verified}\n+++ {received}\n{UnifiedDiff.Between(accepted, text)}\n"
            : $"{verified} does not exist yet; see {received}\n";
    }
}
