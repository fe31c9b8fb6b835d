extern alias generators;

using System.Globalization;
using KernelGen.Generators.Tests.Infrastructure;
using Microsoft.CodeAnalysis;

namespace KernelGen.Generators.Tests;

/// <summary>Generated text does not depend on the culture of the machine that compiles.</summary>
public sealed class CultureTests
{
    [Theory]
    [MemberData(nameof(Schemes.Names), MemberType = typeof(Schemes))]
    public void A_culture_with_its_own_signs_changes_nothing(string name)
    {
        string[] expected = Text(Schemes.Generated(name));
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NegativeSign = "\u2212";
        culture.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = culture;
        try
        {
            Assert.Equal(expected, Text(UserProject.Generate(UserProject.Compile(Schemes.Source(name)), out _)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static string[] Text(GeneratorRunResult result) => [.. result.GeneratedSources.Select(source => source.SourceText.ToString())];
}
