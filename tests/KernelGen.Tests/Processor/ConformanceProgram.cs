using System.Globalization;
using KernelGen.Reference;
using KernelGen.Tests.Numerics;
using KernelGen.Tests.Prefixes;
using KernelGen.Tests.Transforms;

namespace KernelGen.Tests.Processor;

/// <summary>
/// What the test assembly does as a program: it prints which features and tiers it runs with, compares the codecs of
/// <see cref="Schemes"/>, whose compiled image it is given as input, with the oracle, and prints how many conform: a line each. Exit code 0 if all do.
/// </summary>
internal static class ConformanceProgram
{
    public static IReadOnlyList<IReferenceScheme> Schemes { get; } =
    [
        .. SampledSchemes.Compact, .. SampledProductSchemes.Compact, .. SampledAdditiveSchemes.Compact, .. SampledSignSchemes.Compact, .. RotatedSchemes.Compact, .. RecurrentSchemes.Compact,
        .. PrefixSchemes.Compact.Take(6),
    ];

    public static int Main()
    {
        CpuTier[] tiers = [.. Enum.GetValues<CpuTier>().Where(tier => tier != CpuTier.Auto && CpuTiers.IsSupported(tier))];
        Console.WriteLine(string.Join(' ', ProcessorFeatures.Supported));
        Console.WriteLine(string.Join(' ', tiers));
        try
        {
            new Simd128Tests().Sums_equal_those_of_loops();
            using var image = new MemoryStream();
            using Stream input = Console.OpenStandardInput();
            input.CopyTo(image);
            var codecs = CodecAssembly.Load(Schemes, image.ToArray());
            foreach (var scheme in Schemes)
            {
                // What depends on the processor: the kernels. Other placements, and the contract, are compared in the tests' own process.
                var conformance = ICodecConformance.Of(codecs[scheme], scheme);
                Array.ForEach(tiers, tier => conformance.Run(tier, Placement.AgainstEnd));
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Schemes.Count} codecs conform"));
            return 0;
        }
        catch (Exception failure)
        {
            Console.Error.WriteLine(failure);
            return 1;
        }
    }
}
