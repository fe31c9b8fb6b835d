using KernelGen.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace KernelGen.Generators.Schemes;

/// <summary>Reads the scheme that the attributes declare and fills in its defaults.</summary>
internal static class SchemeParser
{
    private const int MaxDimensions = 16_384;
    private const int MaxBits = 8;
    private const int MaxCodebookBits = 12;

    // AdditiveShape's limits.
    private const int MaxAdditiveCodes = 16_384;
    private const int MaxAdditiveValues = 1 << 26;
    private const int MaxBeam = 64;
    private const int DefaultBeam = 5;
    private const int MaxGroups = 65_536;

    private const string PlanesProperty = "Planes";

    /// <summary>Null where there is no grid; else a scheme, which counts only if no problem is an error.</summary>
    public static Scheme? Parse(INamedTypeSymbol type, SchemeAttribute codec, DeclaredAttributes attributes, ProblemList problems)
    {
        int dimensions = codec.Argument;
        if (dimensions is < 1 or > MaxDimensions)
        {
            problems.Add(Rules.Dimensions, codec.ArgumentLocation, MaxDimensions, dimensions);
        }

        Metric metric = Property(codec, nameof(Metric), Metric.InnerProduct, problems);
        if (attributes.Quantizers.Count == 0)
        {
            problems.Add(Rules.NoQuantizer, codec.Location, type.Name);
            return null;
        }

        foreach (SchemeAttribute other in attributes.Quantizers.Skip(1))
        {
            problems.Add(Rules.SeveralQuantizers, other.Location, type.Name);
        }

        // What is quantized are transformed vectors. Those of unit vectors need not have norm 1, and their inner products are the cosines.
        TransformSpec? transforms = ParseTransforms(attributes, dimensions, metric, problems);
        int quantized = transforms?.OutputDimensions ?? dimensions;
        Metric inner = transforms is not null && metric == Metric.Cosine ? Metric.InnerProduct : metric;
        Grid grid = ParseGrid(attributes.Quantizers[0], quantized, metric, problems);
        if (metric == Metric.Hamming && grid is RecurrentGrid)
        {
            problems.Add(Rules.HammingOfPlanes, codec.PropertyLocation(nameof(Metric)));
        }
        else if (metric == Metric.Hamming && grid is not SignGrid)
        {
            problems.Add(Rules.HammingOfValues, codec.PropertyLocation(nameof(Metric)), attributes.Quantizers[0].ShortName);
        }

        ScaleSpec? scale = attributes.Scale is { } attribute
            ? ParseScale(attribute, grid, quantized, problems)
            : DefaultScale(grid);
        IReadOnlyList<int> prefixes = codec.Values(PrefixParser.Property);
        Scheme scheme = new(quantized, inner, grid, scale, transforms, ParseGroups(attributes.Quantizers[0], problems), new EquatableArray<int>([.. prefixes]));
        if (prefixes.Count > 0)
        {
            PrefixParser.Check(scheme, codec.PropertyLocation(PrefixParser.Property), problems);
        }

        return scheme;
    }

    private static TransformSpec? ParseTransforms(DeclaredAttributes attributes, int dimensions, Metric metric, ProblemList problems)
    {
        if (!attributes.HaveTransforms)
        {
            return null;
        }

        if (attributes.Normalize is { } normalize && metric == Metric.Cosine)
        {
            problems.Add(Rules.NeedlessNormalize, normalize.Location);
        }

        int? components = attributes.Pca?.Argument;
        if (components < 1 || components > dimensions)
        {
            problems.Add(Rules.Components, attributes.Pca!.ArgumentLocation, dimensions, components);
        }

        SchemeAttribute? rotated = attributes.RotatedQuantizer;
        if (rotated is not null && attributes.Center is { } center)
        {
            problems.Add(Rules.NeedlessCenter, center.Location);
        }

        Rotation? rotation = attributes.Rotate is { } rotate
            ? Argument<Rotation>(rotate, problems)
            : rotated is null ? null : Rotation.Hadamard;
        bool centers = rotated is null ? attributes.Center is not null : rotated.Flag("Center") ?? true;
        return new TransformSpec(dimensions, metric, attributes.Normalize is not null, centers, components, rotation);
    }

    private static Grid ParseGrid(SchemeAttribute quantizer, int dimensions, Metric metric, ProblemList problems) => quantizer.Name switch
    {
        "ProductQuantizerAttribute" => ParseCodebookGrid(quantizer, dimensions, problems),
        "ResidualQuantizerAttribute" => ParseResidualGrid(quantizer, dimensions, metric, problems),
        "AdditiveQuantizerAttribute" => ParseAdditiveGrid(quantizer, dimensions, metric, problems),
        "BinaryQuantizerAttribute" => ParseBinaryGrid(quantizer, metric, problems),
        "ScalarQuantizerAttribute" => ParseIntegerGrid(quantizer, problems),
        "RotatedQuantizerAttribute" => ParseRotatedGrid(quantizer, problems),
        "FloatQuantizerAttribute" => new FloatGrid(Argument<FloatFormat>(quantizer, problems)),
        _ => throw new InvalidOperationException($"{quantizer.Name} is not known as a quantizer."),
    };

    private static IntegerGrid ParseIntegerGrid(SchemeAttribute quantizer, ProblemList problems)
    {
        int bits = ParseBits(quantizer, problems);
        ZeroMode defaultZero = bits == MaxBits ? ZeroMode.Symmetric : ZeroMode.MidRise;
        ZeroMode zero = Property(quantizer, "Zero", defaultZero, problems);
        if (bits == 1 && zero == ZeroMode.Symmetric)
        {
            problems.Add(Rules.SymmetricBit, quantizer.PropertyLocation("Zero"));
        }

        return new IntegerGrid(bits, zero);
    }

    private static RotatedGrid ParseRotatedGrid(SchemeAttribute quantizer, ProblemList problems)
    {
        int bits = ParseBits(quantizer, problems);
        GridLevels levels = Property(quantizer, "Levels", GridLevels.Uniform, problems);
        if (levels == GridLevels.LloydMax && bits is > RotatedGrid.MaxLookedUpBits and <= MaxBits)
        {
            problems.Add(Rules.BitsOfLevels, quantizer.PropertyLocation("Levels"), RotatedGrid.MaxLookedUpBits, bits);
        }

        // Two levels are signs, whatever they are called.
        return new(bits, Property(quantizer, nameof(ScaleSearch), ScaleSearch.Exact, problems), bits == 1 ? GridLevels.Uniform : levels);
    }

    private static int ParseBits(SchemeAttribute quantizer, ProblemList problems)
    {
        CheckBits(quantizer.Argument, quantizer.ArgumentLocation, problems);
        return quantizer.Argument;
    }

    private static void CheckBits(int bits, Location location, ProblemList problems)
    {
        if (bits is < 1 or > MaxBits)
        {
            problems.Add(Rules.Bits, location, MaxBits, bits);
        }
    }

    private static Grid ParseBinaryGrid(SchemeAttribute quantizer, Metric metric, ProblemList problems)
    {
        int planes = quantizer.Property(PlanesProperty) ?? 1;
        CheckBits(planes, quantizer.PropertyLocation(PlanesProperty), problems);
        if (planes <= 1)
        {
            return ParseSignGrid(quantizer, metric, problems);
        }

        foreach (string property in new[] { nameof(BitOrder), nameof(SignBit) }.Where(name => quantizer.Property(name) is not null))
        {
            problems.Add(Rules.OrderOfPlanes, quantizer.PropertyLocation(property), property);
        }

        return new RecurrentGrid(planes);
    }

    private static SignGrid ParseSignGrid(SchemeAttribute quantizer, Metric metric, ProblemList problems)
    {
        if (metric == Metric.SquaredL2)
        {
            problems.Add(Rules.DistanceOfSigns, quantizer.Location);
        }

        return new SignGrid(
            Property(quantizer, nameof(BitOrder), BitOrder.LsbFirst, problems), Property(quantizer, nameof(SignBit), SignBit.Positive, problems));
    }

    private static CodebookGrid ParseCodebookGrid(SchemeAttribute quantizer, int dimensions, ProblemList problems)
    {
        int subspaces = quantizer.ArgumentAt(0);
        CheckSubspaces(subspaces, dimensions, quantizer.ArgumentLocationAt(0), problems);
        return new CodebookGrid(subspaces, ParseCodebookBits(quantizer, problems));
    }

    private static AdditiveGrid ParseResidualGrid(SchemeAttribute quantizer, int dimensions, Metric metric, ProblemList problems)
    {
        int subspaces = quantizer.Property("Subspaces") ?? 1;
        CheckSubspaces(subspaces, dimensions, quantizer.PropertyLocation("Subspaces"), problems);
        return ParseAdditiveCodes(quantizer, Math.Max(1, subspaces), groupSize: 0, dimensions, metric, problems);
    }

    private static AdditiveGrid ParseAdditiveGrid(SchemeAttribute quantizer, int dimensions, Metric metric, ProblemList problems)
    {
        int groupSize = quantizer.Property("GroupSize") ?? 0;
        if (groupSize < 0 || groupSize > dimensions)
        {
            problems.Add(Rules.GroupSize, quantizer.PropertyLocation("GroupSize"), dimensions, groupSize);
        }

        int size = Math.Max(1, groupSize == 0 ? dimensions : groupSize);
        return ParseAdditiveCodes(quantizer, ((Math.Max(1, dimensions) - 1) / size) + 1, size, size, metric, problems);
    }

    /// <summary>The rest of a quantizer that adds centroids.</summary>
    /// <param name="quantizer">The attribute.</param>
    /// <param name="groups">Groups of dimensions.</param>
    /// <param name="groupSize">Dimensions of a group if all share the codebooks, else 0.</param>
    /// <param name="valuesPerStage">Values of one centroid of each codebook of a stage.</param>
    /// <param name="metric">The codec's metric.</param>
    /// <param name="problems">Receives what is wrong.</param>
    private static AdditiveGrid ParseAdditiveCodes(
        SchemeAttribute quantizer, int groups, int groupSize, int valuesPerStage, Metric metric, ProblemList problems)
    {
        int stages = quantizer.ArgumentAt(0);
        int bits = ParseCodebookBits(quantizer, problems);
        int maxStages = Math.Max(1, MaxAdditiveCodes / groups);
        if (stages < 1 || stages > maxStages)
        {
            problems.Add(Rules.Stages, quantizer.ArgumentLocationAt(0), groups, maxStages, stages);
        }
        else if (bits is >= 1 and <= MaxCodebookBits && (long)valuesPerStage * stages << bits > MaxAdditiveValues)
        {
            problems.Add(Rules.CodebookValues, quantizer.Location, (long)valuesPerStage * stages << bits, MaxAdditiveValues);
        }

        int beam = quantizer.Property("Beam") ?? DefaultBeam;
        if (beam is < 1 or > MaxBeam)
        {
            problems.Add(Rules.Beam, quantizer.PropertyLocation("Beam"), MaxBeam, beam);
        }

        Norm norm = Property(quantizer, nameof(Norm), Norm.None, problems);
        if (norm != Norm.None && metric == Metric.Cosine)
        {
            problems.Add(Rules.NormOfCosine, quantizer.PropertyLocation(nameof(Norm)));
        }

        return new AdditiveGrid(stages, bits, groups, groupSize, beam, norm);
    }

    private static void CheckSubspaces(int subspaces, int dimensions, Location location, ProblemList problems)
    {
        if (subspaces < 1 || subspaces > dimensions)
        {
            problems.Add(Rules.Subspaces, location, dimensions, subspaces);
        }
    }

    private static int ParseCodebookBits(SchemeAttribute quantizer, ProblemList problems)
    {
        int bits = quantizer.ArgumentAt(1);
        if (bits is < 1 or > MaxCodebookBits)
        {
            problems.Add(Rules.Bits, quantizer.ArgumentLocationAt(1), MaxCodebookBits, bits);
        }

        return bits;
    }

    private static int ParseGroups(SchemeAttribute quantizer, ProblemList problems)
    {
        int groups = quantizer.Property(DeclaredAttributes.GroupsProperty) ?? Scheme.DefaultGroups;
        if (groups is < 1 or > MaxGroups)
        {
            problems.Add(Rules.Groups, quantizer.PropertyLocation(DeclaredAttributes.GroupsProperty), MaxGroups, groups);
        }

        return groups;
    }

    private static ScaleSpec? DefaultScale(Grid grid) =>
        grid is IntegerGrid ? new ScaleSpec(Granularity.Vector, BlockSize: 0, ScaleFormat.Single) : null;

    private static ScaleSpec ParseScale(SchemeAttribute scale, Grid grid, int dimensions, ProblemList problems)
    {
        if (grid is FloatGrid { Format: var wide and (FloatFormat.Single or FloatFormat.Half or FloatFormat.BFloat16) })
        {
            problems.Add(Rules.NeedlessScale, scale.Location, $"FloatFormat.{wide}", ", or use E4M3 or E5M2");
        }
        else if (grid is RotatedGrid)
        {
            problems.Add(Rules.NeedlessScale, scale.Location, "A rotated quantizer, which has a scale per vector,", "");
        }
        else if (grid is RecurrentGrid)
        {
            problems.Add(Rules.NeedlessScale, scale.Location, "A quantizer of several planes, which has a scale per vector,", "");
        }
        else if (grid is SignGrid)
        {
            problems.Add(Rules.NeedlessScale, scale.Location, "A quantizer of signs", "");
        }
        else if (grid is CodebookGrid or AdditiveGrid)
        {
            problems.Add(Rules.NeedlessScale, scale.Location, "A quantizer with codebooks", "");
        }

        Granularity granularity = Argument<Granularity>(scale, problems);
        int blockSize = ParseBlockSize(scale, granularity, dimensions, problems);
        ScaleSpec spec = new(granularity, blockSize, Property(scale, "Format", ScaleFormat.Single, problems));
        if (spec is { IsLearned: true, Format: not ScaleFormat.Single })
        {
            problems.Add(Rules.LearnedScaleFormat, scale.PropertyLocation("Format"), granularity);
        }

        return spec;
    }

    private static int ParseBlockSize(SchemeAttribute scale, Granularity granularity, int dimensions, ProblemList problems)
    {
        int? size = scale.Property("Size");
        if (granularity != Granularity.Block)
        {
            if (size is not null)
            {
                problems.Add(Rules.SizeWithoutBlock, scale.PropertyLocation("Size"), granularity);
            }

            return 0;
        }

        if (size is not (16 or 32 or 64 or 128 or 256))
        {
            problems.Add(Rules.BlockSize, scale.PropertyLocation("Size"));
        }
        else if (size >= dimensions)
        {
            problems.Add(Rules.OneBlock, scale.PropertyLocation("Size"), size, dimensions);
        }

        return size ?? 0;
    }

    private static T Argument<T>(SchemeAttribute attribute, ProblemList problems)
        where T : struct, Enum =>
        Defined<T>(attribute.Argument, attribute.ArgumentLocation, problems);

    private static T Property<T>(SchemeAttribute attribute, string name, T defaultValue, ProblemList problems)
        where T : struct, Enum =>
        attribute.Property(name) is { } value ? Defined<T>(value, attribute.PropertyLocation(name), problems) : defaultValue;

    private static T Defined<T>(int value, Location location, ProblemList problems)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(typeof(T), value))
        {
            problems.Add(Rules.UndefinedValue, location, typeof(T).Name, value);
        }

        return (T)Enum.ToObject(typeof(T), value);
    }
}
