using KernelGen.Generators.Tests.Infrastructure;

namespace KernelGen.Generators.Tests.Snapshots;

/// <summary>What a failing snapshot prints.</summary>
public sealed class UnifiedDiffTests
{
    [Theory]
    [InlineData("a\nb", "a\nb", "")]
    [InlineData("a\nb\nc", "a\nx\nc", "@@ -1 +1 @@\n a\n-b\n+x\n c\n")]
    [InlineData("a\nc", "a\nb\nc", "@@ -1 +1 @@\n a\n+b\n c\n")]
    [InlineData("a\na\na", "a", "@@ -1 +1 @@\n a\n-a\n-a\n")]
    [InlineData("", "a\n", "@@ -1 +1 @@\n+a\n \n")]
    [InlineData("1\n2\n3\n4\n5\n6\n7\n8\n9", "1\n2\n3\n4\n6\n7\n8\n9", "@@ -2 +2 @@\n 2\n 3\n 4\n-5\n 6\n 7\n 8\n")]
    [InlineData("0\n1\n2\n3\n4\n5\n6\n7\n8", "1\n2\n3\n4\n5\n6\n7\n8\n9", "@@ -1 +1 @@\n-0\n 1\n 2\n 3\n@@ -7 +6 @@\n 6\n 7\n 8\n+9\n")]
    public void Shows_changes_with_three_lines_around(string before, string after, string diff) =>
        Assert.Equal(diff, UnifiedDiff.Between(before, after));
}
