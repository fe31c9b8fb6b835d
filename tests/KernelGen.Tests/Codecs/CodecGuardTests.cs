using KernelGen.Kernels;
using Xunit;

namespace KernelGen.Tests.Codecs;

public class CodecGuardTests
{
    private static readonly CodecLayout s_layout = new()
    {
        Dimensions = 3,
        Metric = Metric.InnerProduct,
        Scheme = "Test",
        CodeBytes = 7,
        BlockRows = 4,
        BlockBytes = 128,
        QueryBytes = 64,
        ParameterCount = 0,
    };

    private static void Throws(string parameter, string message, Action action)
    {
        ArgumentException exception = Assert.ThrowsAny<ArgumentException>(action);
        Assert.Equal(parameter, exception.ParamName);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RightArgumentsGiveCounts()
    {
        CodecGuard.TrainSample(s_layout, new float[6]);
        Assert.Equal(0, CodecGuard.EncodeCount(s_layout, 0, 0));
        Assert.Equal(2, CodecGuard.EncodeCount(s_layout, 6, 14));
        Assert.Equal(2, CodecGuard.DecodeCount(s_layout, 14, 6));
        Assert.Equal(2, CodecGuard.PrepareCount(s_layout, 6, 128));
        Assert.Equal(3, CodecGuard.Pack(s_layout, 21, 128, 1));
        Assert.Equal(0, CodecGuard.Pack(s_layout, 0, 128, 4));
        Assert.Equal(2, CodecGuard.Scan(s_layout, 128, 128, 1, 3, 6));
        Assert.Equal(0, CodecGuard.Scan(s_layout, 0, 128, 0, 4, 0));
        Assert.Equal(2, CodecGuard.Search(s_layout, 128, 128, 4, 2));
        CodecGuard.ScorePair(s_layout, 7, 7);
        CodecGuard.Accumulate(s_layout, 128, [0, 3, 3], 3, 3);
        CodecGuard.CheckFinite([float.MaxValue, float.MinValue, float.Epsilon, -0f], 2, "values");
    }

    [Fact]
    public void WrongArgumentsAreNamedWithExpectationAndActualValue()
    {
        Throws("sample", "at least one vector of 3 values, but got none", () => CodecGuard.TrainSample(s_layout, []));
        Throws("sample", "a multiple of 3 values, but got 4", () => CodecGuard.TrainSample(s_layout, new float[4]));
        Throws("tops", "number 1 is null", () => CodecGuard.CheckCollectors([new TopK(1), null!]));
        Throws("options", "Expected a Quantile in (0, 1]", () => CodecGuard.TrainSample(s_layout, new float[6], new TrainingOptions { Quantile = 0 }));
        Throws("sample", "vector 1 has NaN at dimension 0", () => CodecGuard.TrainSample(s_layout, [1, 2, 3, float.NaN, 5, 6]));
        Throws("vectors", "a multiple of 3 values, but got 4", () => CodecGuard.EncodeCount(s_layout, 4, 7));
        Throws("codes", "2 * 7 = 14 bytes, but got 13", () => CodecGuard.EncodeCount(s_layout, 6, 13));
        Throws("codes", "a multiple of 7 bytes, but got 8", () => CodecGuard.DecodeCount(s_layout, 8, 3));
        Throws("vectors", "Expected 3 values, but got 6", () => CodecGuard.DecodeCount(s_layout, 7, 6));
        Throws("queries", "a multiple of 3 values, but got 2", () => CodecGuard.PrepareCount(s_layout, 2, 64));
        Throws("prepared", "2 * 64 = 128 bytes, but got 64", () => CodecGuard.PrepareCount(s_layout, 6, 64));
        Throws("codes", "a multiple of 7 bytes, but got 8", () => CodecGuard.Pack(s_layout, 8, 128, 0));
        Throws("block", "Expected 128 bytes, but got 127", () => CodecGuard.Pack(s_layout, 7, 127, 0));
        Throws("codes", "0 to 1 rows", () => CodecGuard.Pack(s_layout, 14, 128, 3));
        Throws("firstRow", "0 to 4 rows", () => CodecGuard.Pack(s_layout, 7, 128, 5));
        Throws("firstRow", "0 to 4 rows", () => CodecGuard.Scan(s_layout, 64, 128, -1, 1, 1));
        Throws("rows", "0 to 3 rows", () => CodecGuard.Scan(s_layout, 64, 128, 1, 4, 4));
        Throws("rows", "0 to 3 rows", () => CodecGuard.Scan(s_layout, 64, 128, 1, -1, 0));
        Throws("scores", "2 * 3 = 6 values, but got 5", () => CodecGuard.Scan(s_layout, 128, 128, 1, 3, 5));
        Throws("prepared", "a multiple of 64 bytes, but got 65", () => CodecGuard.Scan(s_layout, 65, 128, 1, 3, 3));
        Throws("block", "Expected 128 bytes, but got 64", () => CodecGuard.Scan(s_layout, 64, 64, 1, 3, 3));
        Throws("prepared", "a multiple of 64 bytes, but got 1", () => CodecGuard.Search(s_layout, 1, 128, 4, 1));
        Throws("block", "Expected 128 bytes, but got 0", () => CodecGuard.Search(s_layout, 64, 0, 4, 1));
        Throws("ids", "at most 4 ids, but got 5", () => CodecGuard.Search(s_layout, 64, 128, 5, 1));
        Throws("tops", "Expected 1 collectors, but got 2", () => CodecGuard.Search(s_layout, 64, 128, 4, 2));
        Throws("first", "Expected 7 bytes, but got 6", () => CodecGuard.ScorePair(s_layout, 6, 7));
        Throws("second", "Expected 7 bytes, but got 8", () => CodecGuard.ScorePair(s_layout, 7, 8));
        Throws("block", "Expected 128 bytes, but got 1", () => CodecGuard.Accumulate(s_layout, 1, [0], 1, 3));
        Throws("weights", "Expected 2 values, but got 1", () => CodecGuard.Accumulate(s_layout, 128, [0, 1], 1, 3));
        Throws("destination", "Expected 3 values, but got 4", () => CodecGuard.Accumulate(s_layout, 128, [0], 1, 4));
        Throws("rows", "from 0 to 3, but number 1 is not", () => CodecGuard.Accumulate(s_layout, 128, [0, 4], 2, 3));
        Throws("rows", "from 0 to 3, but number 0 is not", () => CodecGuard.Accumulate(s_layout, 128, [-1], 1, 3));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void ValuesThatAreNotFiniteAreFoundAnywhere(float value)
    {
        for (int length = 3; length <= 60; length += 3)
        {
            for (int at = 0; at < length; at++)
            {
                var values = new float[length];
                values[at] = value;
                string message = $"vector {at / 3} has {value} at dimension {at % 3}";
                Throws("data", message, () => CodecGuard.CheckFinite(values, 3, "data"));
                Throws("data", message, () => CodecGuard.ThrowNotFinite(values, 3, at / 3, "data"));
            }
        }
    }
}
