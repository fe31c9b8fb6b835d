using System.Reflection;
using KernelGen.GpuTests.Infrastructure;

namespace KernelGen.GpuTests.StandIn;

/// <summary>A kernel that ILGPU rejects takes the GPU from its codec only, and its context from all, which get another one.</summary>
public sealed class CompileFailureTests : StandInTests
{
    public static TheoryData<string> SearchKernels { get; } = ["Scan1", "Scan4"];

    public static TheoryData<string, string> CodecKernels
    {
        get
        {
            // A scheme that normalises, and one that stores norms: together they have every kernel.
            var cases = new TheoryData<string, string>();
            foreach (Type codec in (Type[])[typeof(Int8Cosine), typeof(Int5L2)])
            {
                foreach (MethodInfo kernel in GeneratedKernels.Of(codec))
                {
                    if (!kernel.Name.StartsWith("Scan", StringComparison.Ordinal))
                    {
                        cases.Add(codec.Name, kernel.Name);
                    }
                }

                cases.Add(codec.Name, "AddPartials");
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(SearchKernels))]
    public void The_cpu_answers_for_its_codec_and_says_so_once(string kernel)
    {
        using TestSet<Int8Cosine> set = CreateSet<Int8Cosine>();
        using TestSet<HalfL2> other = CreateSet<HalfL2>();
        SearchInEveryWay(other, Device.Gpu);
        Reject<Int8Cosine>(kernel);
        GpuDiagnostic report = Assert.Single(Reports(() =>
        {
            SearchInEveryWay(set, Device.Auto);
            SearchInEveryWay(set, Device.Auto);
            SearchInEveryWay(other, Device.Auto);
        }));
        Assert.Equal((GpuFailure.CompileFailed, Int8Cosine.Layout.Scheme), (report.Failure, report.Scheme));
        Assert.Contains(kernel, report.Message, StringComparison.Ordinal);
        Assert.Equal(1, Counters.LiveContexts);
        SearchInEveryWay(other, Device.Gpu);
    }

    [Theory]
    [MemberData(nameof(SearchKernels))]
    public void The_gpu_throws_for_its_codec_until_it_is_reset(string kernel)
    {
        using TestSet<Int8Cosine> set = CreateSet<Int8Cosine>();
        using TestSet<HalfL2> other = CreateSet<HalfL2>();
        Reject<Int8Cosine>(kernel);
        for (int i = 0; i < 3; i++)
        {
            AssertFails(GpuFailure.CompileFailed, () => set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 7, k: 10));
            SearchInEveryWay(other, Device.Gpu);
        }

        // What is known is not tried again, which would cost all others their context.
        long before = Counters.BytesUp;
        AssertFails(GpuFailure.CompileFailed, () => set.AssertSearchesLikeTheCpu(Device.Gpu, queries: 7, k: 10));
        Assert.Equal(before, Counters.BytesUp);

        Options.FailCompilation = null;
        AssertFails(GpuFailure.CompileFailed, () => SearchInEveryWay(set, Device.Gpu));
        Gpu.Reset();
        SearchInEveryWay(set, Device.Gpu);
    }

    [Fact]
    public void Without_a_shared_kernel_the_cpu_answers_for_all_codecs()
    {
        Options.FailCompilation = static method => method.Name == "SelectTop";
        using TestSet<Int8Cosine> set = CreateSet<Int8Cosine>();
        using TestSet<HalfL2> other = CreateSet<HalfL2>();
        List<GpuDiagnostic> reports = Reports(() =>
        {
            SearchInEveryWay(set, Device.Auto);
            SearchInEveryWay(other, Device.Auto);
            SearchInEveryWay(set, Device.Auto);
        });
        Assert.Equal(
            [(GpuFailure.CompileFailed, Int8Cosine.Layout.Scheme), (GpuFailure.CompileFailed, HalfL2.Layout.Scheme)],
            reports.Select(report => (report.Failure, report.Scheme!)));
        AssertFails(GpuFailure.CompileFailed, () => SearchInEveryWay(set, Device.Gpu));
    }

    [Theory]
    [MemberData(nameof(CodecKernels))]
    public void Kernels_for_data_of_the_host_throw(string codec, string kernel)
    {
        if (codec == nameof(Int8Cosine))
        {
            CheckCodec<Int8Cosine>(kernel);
        }
        else
        {
            CheckCodec<Int5L2>(kernel);
        }
    }

    private void CheckCodec<TCodec>(string kernel)
        where TCodec : class, IVectorCodec<TCodec>
    {
        TCodec codec = TCodec.Train(TestSet<TCodec>.Queries(10));
        Work(codec);
        Gpu.Reset();
        Options.FailCompilation = method => method.Name == kernel;
        AssertFails(GpuFailure.CompileFailed, () => Work(codec));
        Assert.Equal(0, Counters.LiveContexts);
        using TestSet<HalfL2> other = CreateSet<HalfL2>();
        SearchInEveryWay(other, Device.Gpu);
        AssertFails(GpuFailure.CompileFailed, () => Work(codec));
        using TestSet<TCodec> set = CreateSet<TCodec>();
        Assert.Equal(GpuFailure.CompileFailed, Assert.Single(Reports(() => SearchInEveryWay(set, Device.Auto))).Failure);
        Options.FailCompilation = null;
        Gpu.Reset();
        Work(codec);
    }

    private static void Work<TCodec>(TCodec codec)
        where TCodec : class, IVectorCodec<TCodec>
    {
        CodecLayout layout = TCodec.Layout;
        using GpuCodec<TCodec> gpu = GpuCodec<TCodec>.Open(codec);
        var codes = new byte[3 * layout.CodeBytes];
        gpu.Encode(TestSet<TCodec>.Queries(3), codes);
        var vectors = new float[3 * layout.Dimensions];
        gpu.Decode(codes, vectors);
        var block = new byte[layout.BlockBytes];
        codec.Pack(codes, block, 0);
        gpu.Accumulate(block, [0, 2], [1f, 2f], vectors.AsSpan(0, layout.Dimensions));
    }

    private void Reject<TCodec>(string kernel)
    {
        MethodInfo rejected = GeneratedKernels.Of(typeof(TCodec)).Single(method => method.Name == kernel);
        Options.FailCompilation = method => method == rejected;
    }
}
