using KernelGen.Interchange;
using KernelGen.Transforms;

namespace KernelGen.Training.Tests.Faiss;

[VectorCodec(12, Metric = Metric.SquaredL2)]
[Pca(8)]
[ProductQuantizer(subspaces: 4, bits: 4)]
internal sealed partial class ComponentsProductL2;

[VectorCodec(12, Metric = Metric.SquaredL2)]
[Normalize]
[Pca(8)]
[ProductQuantizer(subspaces: 4, bits: 4)]
internal sealed partial class NormalizedComponentsProductL2;

[VectorCodec(8, Metric = Metric.SquaredL2)]
[Center]
[ProductQuantizer(subspaces: 4, bits: 4)]
internal sealed partial class CenteredProductL2;

[VectorCodec(8, Metric = Metric.SquaredL2)]
[Normalize]
[ProductQuantizer(subspaces: 4, bits: 4)]
internal sealed partial class NormalizedProductL2;

[VectorCodec(8, Metric = Metric.SquaredL2)]
[Rotate(Rotation.Learned)]
[ProductQuantizer(subspaces: 4, bits: 4)]
internal sealed partial class RotatedProductL2;

/// <summary>Indexes of FAISS behind transforms, as codecs that have these: queries as they come find what FAISS finds.</summary>
public sealed class ImportedTransformTests
{
    [Theory]
    [InlineData("pt-opq")]
    [InlineData("pt-rr")]
    [InlineData("pt-pca")]
    [InlineData("pt-pca-rr-fs")]
    public void Fewer_dimensions(string name) => Check(name, ComponentsProductL2.FromCodebooks, isExact: false);

    [Theory]
    [InlineData("pt-norm-opq-fs")]
    public void Norm_1_and_fewer_dimensions(string name) => Check(name, NormalizedComponentsProductL2.FromCodebooks, isExact: false);

    [Theory]
    [InlineData("pt-center")]
    public void Mean(string name) => Check(name, CenteredProductL2.FromCodebooks, isExact: true);

    [Theory]
    [InlineData("pt-norm")]
    public void Norm_1(string name) => Check(name, NormalizedProductL2.FromCodebooks, isExact: true);

    [Theory]
    [InlineData("pt-itqm")]
    public void Rotation(string name) => Check(name, RotatedProductL2.FromCodebooks, isExact: true);

    [Theory]
    [InlineData("pt-pcaw", "orthonormal")]
    [InlineData("pt-norm-opq-fs", "normalization first")]
    [InlineData("pt-center", "8 dimensions to 8")]
    public void Transforms_of_another_shape_are_refused(string name, string message)
    {
        FaissProductQuantizer index = FaissIndexFile.Read(ImportedIndex.PathOf(name + ".faiss"));
        var error = Assert.Throws<ArgumentException>(() => index.CreateTransforms(ComponentsProductL2.Layout.Transforms!));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mean_needs_its_attribute()
    {
        FaissProductQuantizer index = FaissIndexFile.Read(ImportedIndex.PathOf("pt-center.faiss"));
        var error = Assert.Throws<ArgumentException>(() => index.CreateTransforms(RotatedProductL2.Layout.Transforms!));
        Assert.Contains("a mean that is not zero", error.Message, StringComparison.Ordinal);
    }

    private delegate T Creator<T>(ReadOnlySpan<float> codebooks, TransformChain transforms);

    /// <param name="isExact">Whether distances are those of the index, which leaves out what a matrix drops.</param>
    private static void Check<T>(string name, Creator<T> create, bool isExact)
        where T : class, IVectorCodec<T>
    {
        FaissProductQuantizer index = FaissIndexFile.Read(ImportedIndex.PathOf(name + ".faiss"));
        T codec = create(index.Centroids.Span, index.CreateTransforms(T.Layout.Transforms!));
        var imported = new ImportedIndex<T>(index, codec);
        Tensor queries = Read("queries");
        Tensor ids = Read("ids");
        Tensor distances = Read("distances");
        int k = ids.Shape[1];
        for (int i = 0; i < queries.Shape[0]; i++)
        {
            Hit[] hits = imported.Search(queries.Values.Span.Slice(i * queries.Shape[1], queries.Shape[1]), k, CpuTier.Auto);
            Assert.Equal(ids.Values.Slice(i * k, k).ToArray(), hits.Select(static hit => (float)hit.Id));
            for (int j = 0; isExact && j < k; j++)
            {
                float expected = distances.Values.Span[(i * k) + j];
                Assert.InRange(-hits[j].Score, expected - (1e-5f * expected) - 1e-6f, expected + (1e-5f * expected) + 1e-6f);
            }
        }

        Tensor Read(string what) => NpyFile.Read(ImportedIndex.PathOf($"{name}.{what}.npy"));
    }
}
