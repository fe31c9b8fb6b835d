using KernelGen.GpuTests.Conformance;
using KernelGen.Reference;
using KernelGen.Tests.Numerics;
using KernelGen.Tests.Transforms;
#if REAL_ILGPU
using System.Reflection;
using System.Text.RegularExpressions;
using KernelGen.GpuTests.Infrastructure;
#endif

namespace KernelGen.GpuTests.Package;

/// <summary>
/// Every generated kernel compiles to PTX, of the expected shape. Where the environment variable KERNELGEN_PTXAS names NVIDIA's assembler, it is
/// assembled too, without spilling registers. None of this needs a device.
/// </summary>
public sealed partial class PtxTests
{
    private static readonly IReferenceScheme[] s_schemes =
    [
        .. SampledSchemes.All, .. ProductSchemes.All, .. AdditiveSchemes.All, .. SignSchemes.All,
        .. RotatedSchemes.All.Where(static scheme => scheme.Inner is ReferenceRotatedScheme { Bits: 1 }),
    ];

    public static TheoryData<string> Schemes => [.. s_schemes.Select(scheme => scheme.Text)];

    [RealIlgpuTheory]
    [MemberData(nameof(Schemes))]
    public void Kernels_compile(string scheme)
    {
#if REAL_ILGPU
        IReferenceScheme codec = Array.Find(s_schemes, item => item.Text == scheme)!;
        var reference = codec as ReferenceScheme;
        IReadOnlyList<MethodInfo> methods = GeneratedKernels.Of(s_codecs.Value[codec]);
        Assert.Superset(new HashSet<string> { "Scan1", "Decode", "EncodeValues", "Accumulate" }, methods.Select(method => method.Name).ToHashSet());
        foreach ((MethodInfo method, PtxKernel kernel) in methods.Zip(PtxKernel.Compile(methods)))
        {
            AssertShape(kernel);
            bool isScan = method.Name.StartsWith("Scan", StringComparison.Ordinal);
            Assert.Equal(isScan && reference?.Grid is IntegerGrid, kernel.ByteDots > 0);

            // Where rows are whole words of 16 bytes, they are loaded as such.
            bool hasWords = isScan && method.GetParameters()[0].ParameterType.GetGenericArguments()[0].Name == "Words";
            Assert.Equal(hasWords, kernel.VectorLoads > 0);

            // Twice the product is taken from the sum of norms, and must not become one operation with that.
            Assert.True(kernel.RoundedProducts > 0 || !(isScan && reference is { StoresNorm2: true }));

            // Two products of doubles make the deviation of rotated codes.
            Assert.Equal(method.Name == "EncodeNumbers" ? 2 : 0, kernel.RoundedDoubles);

            // Nor must the product of a number and its scale with the difference to the query's: a vector has no distance from itself.
            bool sumsDistances = isScan && reference is { Metric: Metric.SquaredL2, StoresNorm2: false };
            Assert.True(kernel.RoundedProducts > 0 || !sumsDistances);
        }
#else
        Assert.Fail(scheme);
#endif
    }

    [RealIlgpuFact]
    public void Shared_kernels_compile()
    {
#if REAL_ILGPU
        MethodInfo[] methods = [.. GeneratedKernels.In(typeof(Int8Cosine).Assembly).Where(method => method.DeclaringType!.Name == "SharedKernels")];
        Assert.Equal(["AddPartials", "SelectTop"], methods.Select(method => method.Name).Order());
        Assert.All(PtxKernel.Compile(methods), AssertShape);
#endif
    }

#if REAL_ILGPU
    private static readonly Lazy<CodecAssembly> s_codecs = new(() => CodecAssembly.Generate(s_schemes, references: [IlgpuUnderTest.Assembly]));

    private static readonly string? s_assembler = Environment.GetEnvironmentVariable("KERNELGEN_PTXAS");

    private static void AssertShape(PtxKernel kernel)
    {
        // ILGPU passes what an instruction of ours returns through local memory, which the assembler removes. Nothing else is there.
        Assert.Equal((kernel.ByteDots, 2 * kernel.ByteDots), (kernel.LocalLoads, kernel.LocalStores));
        Assert.Equal(kernel.RoundedProductsInSource, kernel.RoundedProducts);
        Assert.Equal(kernel.RoundedDoublesInSource, kernel.RoundedDoubles);
        if (s_assembler is not null)
        {
            foreach (string architecture in (string[])["sm_80", "sm_90"])
            {
                string said = kernel.Assemble(s_assembler, architecture);
                Assert.Matches(Resources(), said);
                Assert.True(NoSpills().IsMatch(said), $"{kernel}, {architecture}: {said}");
            }
        }
    }

    [GeneratedRegex(@"Used \d+ registers", RegexOptions.CultureInvariant)]
    private static partial Regex Resources();

    [GeneratedRegex(@"\b0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads", RegexOptions.CultureInvariant)]
    private static partial Regex NoSpills();
#endif
}
