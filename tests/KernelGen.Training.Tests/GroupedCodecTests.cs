using KernelGen.Reference;

namespace KernelGen.Training.Tests;

/// <summary>Codecs that declare codebooks per group of rows, from attributes to scores.</summary>
public sealed class GroupedCodecTests
{
    /// <summary>Vectors whose groups lie apart, in an order that mixes the groups.</summary>
    private static (float[] Vectors, int[] Map) Sample(int count, int dimensions, int groups)
    {
        float[] vectors = Gaussian.Correlated(count, dimensions, seed: 70);
        int[] map = [.. Enumerable.Range(0, count).Select(i => (int)((i * 2_654_435_761L >> 7) % groups))];
        for (int i = 0; i < vectors.Length; i++)
        {
            vectors[i] += 20 * map[i / dimensions] * (1 + (i % dimensions % 3));
        }

        return (vectors, map);
    }

    /// <summary>Fills a set and compares its scores, group by group, with what the oracle says of the group's own codebooks.</summary>
    private static void CheckScores<TCodec>(GroupedVectorSet<TCodec> set, float[] vectors, int[] map, Func<TCodec, IReferenceCodec> oracleOf)
        where TCodec : class, IVectorCodec<TCodec>
    {
        int dimensions = TCodec.Layout.Dimensions;
        set.AddRange([.. map.Select(static (_, i) => (long)i)], vectors, map);
        float[] query = vectors.AsSpan(3 * dimensions, dimensions).ToArray();
        var ids = new long[map.Length];
        var scores = new float[map.Length];
        Assert.Equal(map.Length, set.Scores(query, ids, scores));
        int place = 0;
        for (int group = 0; group < set.Groups; group++)
        {
            IReferenceCodec oracle = oracleOf(set.Codec(group));
            int[] rows = [.. Enumerable.Range(0, map.Length).Where(i => map[i] == group)];
            byte[][] codes = [.. rows.Select(row =>
            {
                var code = new byte[oracle.CodeBytes];
                oracle.Encode(vectors.AsSpan(row * dimensions, dimensions), code);
                return code;
            })];
            float[] expected = [.. oracle.Scores(query, codes).Select(static score => (float)score.Value)];
            Assert.Equal(rows.Select(static row => (long)row), ids[place..(place + rows.Length)]);
            Assert.Equal(expected, scores[place..(place + rows.Length)]);
            place += rows.Length;
            Hit best = set.Search(query, 1, group)[0];
            Assert.Equal(expected.Max(), best.Score);
        }
    }

    [Fact]
    public void Product_codes_score_by_the_codebooks_of_their_group()
    {
        (float[] vectors, int[] map) = Sample(700, 20, GroupedProductCodec.Groups);
        using GroupedVectorSet<GroupedProductCodec> set = GroupedProductCodec.TrainSet(vectors, map);
        Assert.Equal(3, set.Groups);
        CheckScores(set, vectors, map, static codec => new ReferenceProductCodec(new(20, Metric.SquaredL2, 5, 4), codec.Codebooks.ToArray()));

        // One codec for all of them fits none.
        using GroupedVectorSet<GroupedProductCodec> single = GroupedVectorSet<GroupedProductCodec>.Train(vectors, new int[map.Length], 1);
        single.AddRange([.. map.Select(static (_, i) => (long)i)], vectors, new int[map.Length]);
        Assert.InRange(Error(set, vectors), 0, 0.8 * Error(single, vectors));
    }

    [Fact]
    public void Residual_codes_score_by_the_codebooks_of_their_group()
    {
        (float[] vectors, int[] map) = Sample(300, 12, GroupedResidualCodec.Groups);
        using GroupedVectorSet<GroupedResidualCodec> set = GroupedResidualCodec.TrainSet(vectors, map);
        CheckScores(
            set, vectors, map, static codec => new ReferenceAdditiveCodec(ReferenceAdditiveScheme.Residual(12, Metric.InnerProduct, 2, 3, 2), codec.Codebooks.ToArray()));
    }

    [Fact]
    public void Sets_of_codebooks_that_are_given_equal_those_that_were_trained()
    {
        (float[] vectors, int[] map) = Sample(300, 12, GroupedAdditiveCodec.Groups);
        using GroupedVectorSet<GroupedAdditiveCodec> trained = GroupedAdditiveCodec.TrainSet(vectors, map, new KMeansOptions { Seed = 3 });
        float[] codebooks = [.. trained.Codec(0).Codebooks.Span, .. trained.Codec(1).Codebooks.Span];
        using GroupedVectorSet<GroupedAdditiveCodec> given = GroupedAdditiveCodec.CreateSet(codebooks, [trained.Codec(0).Transforms, trained.Codec(1).Transforms]);
        long[] ids = [.. map.Select(static (_, i) => (long)i)];
        trained.AddRange(ids, vectors, map);
        given.AddRange(ids, vectors, map);
        using var stream = new MemoryStream();
        given.Save(stream);
        stream.Position = 0;
        using GroupedVectorSet<GroupedAdditiveCodec> loaded = GroupedVectorSet<GroupedAdditiveCodec>.Load(stream);
        float[] query = vectors.AsSpan(0, 12).ToArray();
        Hit[] expected = trained.Search(query, 20);
        Assert.Equal(expected, given.Search(query, 20));
        Assert.Equal(expected, loaded.Search(query, 20));
        Assert.NotEqual(trained.Search(query, 5, group: 0), trained.Search(query, 5, group: 1));
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        int values = GroupedProductCodec.Layout.ParameterCount;
        float[] codebooks = new float[3 * values];
        Assert.Equal(3, GroupedProductCodec.CreateSet(codebooks).Groups);
        Refuses("codebooks", $"Expected 3 * {values} = {3 * values} values, but got {2 * values}", () => GroupedProductCodec.CreateSet(codebooks.AsSpan(0, 2 * values)));
        codebooks[(2 * values) + 1] = float.NaN;
        Refuses("codebooks", "Group 2: ", () => GroupedProductCodec.CreateSet(codebooks));

        (float[] vectors, int[] map) = Sample(120, 20, 3);
        map[5] = 3;
        Refuses("map", "Expected groups of 0 to 2, but that of vector 5 is 3", () => GroupedProductCodec.TrainSet(vectors, map));
        Refuses("map", "group 2 has none", () => GroupedProductCodec.TrainSet(vectors, [.. map.Select(static group => group % 2)]));
        Refuses("sample", "Expected 120 * 20", () => GroupedProductCodec.TrainSet(vectors.AsSpan(1), map));
        Refuses("sample", "Group 1 with 3 vectors", () => GroupedProductCodec.TrainSet(vectors, [.. Enumerable.Range(0, 120).Select(static i => i < 3 ? 1 : i % 2 * 2)]));

        (vectors, map) = Sample(120, 12, 2);
        using GroupedVectorSet<GroupedAdditiveCodec> set = GroupedAdditiveCodec.TrainSet(vectors, map);
        codebooks = [.. set.Codec(0).Codebooks.Span, .. set.Codec(1).Codebooks.Span];
        Refuses("transforms", "Expected 2 transforms, but got 1", () => GroupedAdditiveCodec.CreateSet(codebooks, [set.Codec(0).Transforms]));
        Assert.Throws<ArgumentNullException>(() => GroupedAdditiveCodec.CreateSet(codebooks, null!));
        Refuses("transforms", "Group 1: ", () => GroupedAdditiveCodec.CreateSet(codebooks, [set.Codec(0).Transforms, null!]));

        static void Refuses(string parameter, string message, Action action)
        {
            var error = Assert.ThrowsAny<ArgumentException>(action);
            Assert.Equal(parameter, error.ParamName);
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Mean squared distance of vectors to what a set decodes them to.</summary>
    private static double Error<TCodec>(GroupedVectorSet<TCodec> set, float[] vectors)
        where TCodec : class, IVectorCodec<TCodec>
    {
        int dimensions = TCodec.Layout.Dimensions;
        int count = vectors.Length / dimensions;
        var decoded = new float[dimensions];
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            set.GetVector(i, decoded);
            for (int d = 0; d < dimensions; d++)
            {
                sum += Math.Pow(vectors[(i * dimensions) + d] - (double)decoded[d], 2);
            }
        }

        return sum / count;
    }
}
