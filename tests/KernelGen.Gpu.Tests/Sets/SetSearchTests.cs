using KernelGen.GpuTests.Conformance;
using KernelGen.GpuTests.Infrastructure;

namespace KernelGen.GpuTests.Sets;

/// <summary>How much of a set stays on the device.</summary>
public enum Residence
{
    All,
    Half,
    Nothing,
}

/// <summary>Sets of generated codecs answer on a GPU what they answer on the CPU, on every device under test.</summary>
public sealed class SetSearchTests
{
    // The package's emulator gives each thread of a group one of the system.
    private const int Blocks = IlgpuUnderTest.IsReal ? 2 : 4;

    public static TheoryData<string, Residence> Cases
    {
        get
        {
            var cases = new TheoryData<string, Residence>();
            foreach (string codec in DeclaredCodecs.Names)
            {
                foreach (Residence residence in Enum.GetValues<Residence>())
                {
                    cases.Add(codec, residence);
                }
            }

            return cases;
        }
    }

    public static TheoryData<string> Codecs => [.. DeclaredCodecs.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Searches_are_those_of_the_cpu(string codec, Residence residence) =>
        DeclaredCodecs.Over<Checks>(codec, typeof(ChecksOf<>)).Searches(residence);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Changes_reach_the_device(string codec, Residence residence) =>
        DeclaredCodecs.Over<Checks>(codec, typeof(ChecksOf<>)).Changes(residence);

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Default_sizes_serve_as_well(string codec) => DeclaredCodecs.Over<Checks>(codec, typeof(ChecksOf<>)).DefaultSizes();

    private abstract class Checks
    {
        public abstract void Searches(Residence residence);

        public abstract void Changes(Residence residence);

        public abstract void DefaultSizes();
    }

    private sealed class ChecksOf<TCodec> : Checks
        where TCodec : class, IVectorCodec<TCodec>
    {
        private static readonly int s_blockRows = TCodec.Layout.BlockRows;

        public override void Searches(Residence residence) => OnEachDevice(residence, set =>
        {
            foreach (int k in new[] { 1, 2, 31, 256, 257, 300 })
            {
                set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 1, k);
            }

            set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 1, k: set.Set.Count + 5);

            // Groups of five share a pass; of these four share a kernel.
            set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 7, k: 10);
            set.AssertScoresLikeTheCpu(Device.Gpu);

            IdFilter[] filters = [IdFilter.Where(id => id % 3 == 0), IdFilter.Where(_ => false), IdFilter.In(new IdBitmap([1, 2, 3, 40_000]))];
            foreach (IdFilter filter in filters)
            {
                set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 2, k: 20, filter);
            }

            const int seed = 99;
            foreach (float minimum in (float[])[set.ScoreOfRank(1, seed), set.ScoreOfRank(11, seed), float.PositiveInfinity])
            {
                // A score that differs in its last bits on the device may miss a minimum that is one of the CPU's scores.
                float below = float.IsFinite(minimum) ? minimum - (1e-4f * Math.Abs(minimum)) : minimum;
                set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 1, k: 30, minimumScore: below, seed: seed);
                set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 1, k: 30, filters[0], below, seed);
            }
        });

        public override void Changes(Residence residence) => OnEachDevice(residence, set =>
        {
            set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 1, k: 10);
            set.Add(s_blockRows / 2);
            set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 1, k: 10);
            set.Replace(20);
            set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 2, k: 100);
            set.Remove(20);
            set.AssertScoresLikeTheCpu(Device.Gpu);
            set.Remove(set.Set.Count - (s_blockRows / 2));
            set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 1, k: 10);
            set.Set.TrimExcess();
            set.Add(s_blockRows);
            set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 1, k: 10);
            set.Remove(set.Set.Count - 1);
            set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 5, k: 3);
        });

        public override void DefaultSizes()
        {
            foreach (int device in DevicesUnderTest.Of<TCodec>())
            {
                using var set = new TestSet<TCodec>(s_blockRows + 100, new GpuOptions { DeviceIndex = device });
                set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 6, k: 10);
            }
        }

        private static void OnEachDevice(Residence residence, Action<TestSet<TCodec>> check)
        {
            foreach (int device in DevicesUnderTest.Of<TCodec>())
            {
                GpuOptions options = TestSet<TCodec>.SmallSizes with
                {
                    DeviceIndex = device,
                    MemoryBytes = residence switch
                    {
                        Residence.All => null,
                        Residence.Half => Blocks / 2 * TestSet<TCodec>.BlockBytes,
                        _ => 0,
                    },
                };
                using var set = new TestSet<TCodec>((Blocks * s_blockRows) - 77, options);
                check(set);
            }
        }
    }
}
