using Xunit;

namespace KernelGen.Tests.Documentation;

public sealed class ReadmeTests
{
    [Fact]
    public void ReadmeShowsTheQuickStartThatIsCompiled()
    {
        string root = RepositoryRoot();
        string program = File.ReadAllText(Path.Combine(root, "samples", "QuickStart", "Program.cs"));
        string readme = File.ReadAllText(Path.Combine(root, "README.md"));

        Assert.Contains($"```csharp\n{program}```", readme, StringComparison.Ordinal);
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "KernelGen.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"There is no KernelGen.sln above {AppContext.BaseDirectory}.");
    }
}
