using KernelGen.Kernels;
using KernelGen.Tests.Numerics;

namespace KernelGen.Tests.Prefixes;

/// <summary>The order in which codes with prefixes lie in segments.</summary>
public sealed class SegmentOrderTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Neighbours_lie_in_different_segments(int segments)
    {
        var random = new Random(1);
        for (int lanes = 1; lanes <= 70; lanes++)
        {
            byte[] expectedCodes = [.. Enumerable.Range(0, segments * lanes).Select(_ => (byte)random.Next(256))];
            byte[] expected = new byte[expectedCodes.Length];
            for (int i = 0; i < expected.Length; i++)
            {
                expected[((i % segments) * lanes) + (i / segments)] = expectedCodes[i];
            }

            foreach (Placement placement in Enum.GetValues<Placement>())
            {
                using var codes = GuardedMemory<byte>.Of(expectedCodes, placement);
                using var split = new GuardedMemory<byte>(expected.Length, placement);
                SegmentOrder.Split(ref codes.Span[0], segments, lanes, ref split.Span[0]);
                Assert.Equal(expected, split.Span.ToArray());

                using var joined = new GuardedMemory<byte>(expected.Length, placement);
                SegmentOrder.Join(ref split.Span[0], segments, lanes, ref joined.Span[0]);
                Assert.Equal(expectedCodes, joined.Span.ToArray());
            }

            // Fewer integers than places: the others are 0.
            int[] integers = [.. expectedCodes.SkipLast(segments - 1).Select(code => (int)code)];
            int[] ordered = [.. Enumerable.Repeat(-1, expected.Length)];
            SegmentOrder.Split(integers, segments, ordered);
            Assert.Equal(expected.Select((_, place) => IntegerAt(place)), ordered);

            int IntegerAt(int place)
            {
                (int segment, int lane) = Math.DivRem(place, lanes);
                int dimension = (lane * segments) + segment;
                return dimension < integers.Length ? integers[dimension] : 0;
            }
        }
    }
}
