using Microsoft.CodeAnalysis;

namespace KernelGen.Generators.Diagnostics;

/// <summary>Every rule of the analyzer. An error keeps the generator from writing kernels.</summary>
internal static class Rules
{
    private const string Category = "KernelGen";
    private const string Pages = "https://github.com/kernelgen/kernelgen/blob/main/docs/diagnostics/";

    // The declaration of the class.
    public static readonly DiagnosticDescriptor NotPartial = new(
        "KG0001", "Codec is not partial", "The codec '{0}' must be partial, so that KernelGen can complete it",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0001.md");

    public static readonly DiagnosticDescriptor ContainingTypeNotPartial = new(
        "KG0002", "Containing type of a codec is not partial",
        "The type '{0}' must be partial because it contains the codec '{1}'",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0002.md");

    public static readonly DiagnosticDescriptor NotSealed = new(
        "KG0003", "Codec is not sealed", "The codec '{0}' must be sealed",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0003.md");

    public static readonly DiagnosticDescriptor UnsupportedKind = new(
        "KG0004", "Type cannot be a codec", "'{0}' cannot be a codec because it is {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0004.md");

    public static readonly DiagnosticDescriptor MemberClash = new(
        "KG0005", "Member clashes with a generated one",
        "The name '{0}' in the codec '{1}' belongs to a member that KernelGen generates",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0005.md");

    public static readonly DiagnosticDescriptor OwnConstruction = new(
        "KG0006", "Codec declares how it is constructed",
        "The codec '{0}' is created by Train and Load only and cannot declare {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0006.md");

    public static readonly DiagnosticDescriptor OldLanguageVersion = new(
        "KG0007", "Language version is too old", "KernelGen generates C# {0}, but this project is compiled as C# {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0007.md");

    // The scheme.
    public static readonly DiagnosticDescriptor Dimensions = new(
        "KG0008", "Number of dimensions is out of range", "A codec has 1 to {0} dimensions, not {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0008.md");

    public static readonly DiagnosticDescriptor NoQuantizer = new(
        "KG0009", "Codec has no quantizer", "The codec '{0}' needs a quantizer: add [ScalarQuantizer], [FloatQuantizer], [ProductQuantizer], [ResidualQuantizer] or [AdditiveQuantizer]",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0009.md");

    public static readonly DiagnosticDescriptor SeveralQuantizers = new(
        "KG0010", "Codec has several quantizers", "The codec '{0}' has more than one quantizer",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0010.md");

    public static readonly DiagnosticDescriptor Bits = new(
        "KG0011", "Bits of a code are out of range", "A code of this quantizer has 1 to {0} bits, not {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0011.md");

    public static readonly DiagnosticDescriptor SymmetricBit = new(
        "KG0012", "Symmetric grid of one bit",
        "A symmetric grid of 1 bit has no level but zero: use ZeroMode.MidRise, or more bits",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0012.md");

    public static readonly DiagnosticDescriptor UndefinedValue = new(
        "KG0013", "Undefined enum value", "{1} is not a member of {0}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0013.md");

    public static readonly DiagnosticDescriptor NeedlessScale = new(
        "KG0014", "Format takes no scale", "{0} takes no scale: remove [Scale]{1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0014.md");

    public static readonly DiagnosticDescriptor BlockSize = new(
        "KG0015", "Block size is missing or unsupported", "Granularity.Block needs a Size of 16, 32, 64, 128 or 256",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0015.md");

    public static readonly DiagnosticDescriptor SizeWithoutBlock = new(
        "KG0016", "Size without blocks", "Size is the size of a block and has no meaning with Granularity.{0}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0016.md");

    public static readonly DiagnosticDescriptor LearnedScaleFormat = new(
        "KG0017", "Format of a learned scale", "The scales of Granularity.{0} are learned and always ScaleFormat.Single",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0017.md");

    public static readonly DiagnosticDescriptor OneBlock = new(
        "KG0018", "One block holds the whole vector",
        "A block of {0} holds all {1} dimensions: Granularity.Vector is the same and faster",
        Category, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: Pages + "KG0018.md");

    public static readonly DiagnosticDescriptor Subspaces = new(
        "KG0022", "Number of subspaces is out of range", "{0} dimensions are cut into 1 to {0} subspaces, not {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0022.md");

    public static readonly DiagnosticDescriptor Components = new(
        "KG0024", "Number of principal components is out of range", "{0} dimensions have 1 to {0} principal components, not {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0024.md");

    public static readonly DiagnosticDescriptor NeedlessNormalize = new(
        "KG0025", "Metric.Cosine normalizes by itself", "Metric.Cosine scales vectors and queries to norm 1 by itself: remove [Normalize]",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0025.md");

    public static readonly DiagnosticDescriptor Stages = new(
        "KG0030", "Number of codes per group is out of range", "A vector of {0} groups has 1 to {1} codes for each of them, not {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0030.md");

    public static readonly DiagnosticDescriptor GroupSize = new(
        "KG0031", "Size of groups is out of range", "{0} dimensions are cut into groups of 1 to {0}, or of 0 for a single one, not of {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0031.md");

    public static readonly DiagnosticDescriptor Beam = new(
        "KG0032", "Width of the beam is out of range", "An encoder keeps 1 to {0} partial codes, not {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0032.md");

    public static readonly DiagnosticDescriptor CodebookValues = new(
        "KG0033", "Codebooks are too large", "The codebooks would have {0} values, more than {1}: take fewer bits, stages or codebooks",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0033.md");

    public static readonly DiagnosticDescriptor NormOfCosine = new(
        "KG0034", "Norm under Cosine", "Metric.Cosine compares directions and stores none of the norms: remove Norm",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0034.md");

    public static readonly DiagnosticDescriptor Groups = new(
        "KG0036", "Number of codebooks is out of range", "Rows have 1 to {0} codebooks, one for each group of them, not {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0036.md");

    public static readonly DiagnosticDescriptor NeedlessCenter = new(
        "KG0045", "Rotated quantizer centers by itself", "[RotatedQuantizer] takes the mean away by itself, unless Center = false says otherwise: remove [Center]",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0045.md");

    public static readonly DiagnosticDescriptor HammingOfValues = new(
        "KG0040", "Metric.Hamming compares bits", "Metric.Hamming counts bits that differ, and codes of [{0}] are no such bits: use [BinaryQuantizer], or another metric",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0040.md");

    public static readonly DiagnosticDescriptor DistanceOfSigns = new(
        "KG0041", "Signs have no squared distance", "Signs keep nothing of a vector's length, so they have no squared distance: use Metric.Cosine, InnerProduct or Hamming",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0041.md");

    public static readonly DiagnosticDescriptor HammingOfPlanes = new(
        "KG0055", "Metric.Hamming of several planes", "Metric.Hamming counts bits that differ, but bits of several planes have different weights: use Planes = 1, or Metric.Cosine or InnerProduct",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0055.md");

    public static readonly DiagnosticDescriptor OrderOfPlanes = new(
        "KG0056", "Bit order or sign bit of several planes", "{0} describes codes of one plane; those of several are integers, in an order of their own: remove it, or Planes",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0056.md");

    public static readonly DiagnosticDescriptor Prefixes = new(
        "KG0050", "Prefix is out of range or order", "Prefixes are numbers of dimensions from 1 to {0}, in ascending order: {1} does not belong there",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0050.md");

    public static readonly DiagnosticDescriptor PrefixEnd = new(
        "KG0051", "Prefix ends within what is stored together", "A prefix of {0} dimensions does not end where {1} ends in this scheme; the nearest that do: {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0051.md");

    public static readonly DiagnosticDescriptor PrefixesOfBlocks = new(
        "KG0052", "Prefixes of blocks", "Prefixes cannot be declared together with Granularity.Block: use Granularity.Vector or Granularity.Channel",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0052.md");

    public static readonly DiagnosticDescriptor PrefixesOfTransforms = new(
        "KG0053", "Prefixes of transformed vectors", "Prefixes are those of vectors as they come, but this codec stores them transformed by {0}: remove that, or the prefixes",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0053.md");

    public static readonly DiagnosticDescriptor PrefixesOfQuantizer = new(
        "KG0054", "Quantizer has no prefixes", "There are no kernels for prefixes of {0}: use [ScalarQuantizer], [FloatQuantizer], [BinaryQuantizer] with several Planes or, under another metric than Cosine, [ProductQuantizer]",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0054.md");

    public static readonly DiagnosticDescriptor BitsOfLevels = new(
        "KG0057", "Lloyd-Max levels of more than 4 bits", "GridLevels.LloydMax takes 1 to {0} bits, whose levels one shuffle looks up, not {1}: remove Levels, or take fewer bits",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Pages + "KG0057.md");

    public static readonly DiagnosticDescriptor NotACodec = new(
        "KG0019", "Scheme attribute without a codec", "[{0}] has no effect on '{1}', which has no [VectorCodec]",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Pages + "KG0019.md");

    /// <summary>Whether a generated part of the class would be an error of the compiler's, whatever stands in it.</summary>
    public static bool PreventsCompletion(DiagnosticDescriptor rule) =>
        rule.Equals(NotPartial) || rule.Equals(ContainingTypeNotPartial) || rule.Equals(UnsupportedKind)
        || rule.Equals(MemberClash) || rule.Equals(OldLanguageVersion);

    // What the project references.
    public static readonly DiagnosticDescriptor IlgpuVersion = new(
        "KG0021", "Version of ILGPU is not supported", "The codec '{0}' gets no kernels for GPUs: they need ILGPU {1}, but this project references {2}",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Pages + "KG0021.md");
}
