using KernelGen.Reference;
using KernelGen.Tests.Numerics;

namespace KernelGen.Tests.Prefixes;

/// <summary>Compares a codec that has prefixes with the oracle: by every check of a codec without, and prefix by prefix.</summary>
internal sealed class PrefixConformance<TCodec> : ICodecConformance
    where TCodec : class, IPrefixCodec<TCodec>
{
    private readonly ICodecConformance _whole;
    private readonly PrefixChecks<TCodec> _prefixes;

    public PrefixConformance(IReferenceScheme scheme)
    {
        _whole = scheme is ReferenceProductScheme product
            ? new ProductConformance<TCodec>(product, isThorough: false)
            : new CodecConformance<TCodec>((ReferenceScheme)scheme);
        var random = new Random(SampledSchemes.Seed + scheme.Dimensions);
        _prefixes = scheme is ReferenceProductScheme ? PrefixChecks<TCodec>.OfProduct((ReferenceProductScheme)scheme, random) : PrefixChecks<TCodec>.OfValues((ReferenceScheme)scheme, random);
    }

    public void Run(CpuTier tier, params Placement[] placements)
    {
        Placement[] tried = placements is [] ? Enum.GetValues<Placement>() : placements;
        _whole.Run(tier, tried);
        _prefixes.Run(tier, tried);
    }

    public void RunWithoutTier()
    {
        _whole.RunWithoutTier();
        _prefixes.CheckContract();
    }
}
