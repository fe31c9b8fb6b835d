using System.ComponentModel;
using KernelGen.Transforms;

namespace KernelGen.Kernels;

/// <summary>Makes the codecs of groups of rows from what was trained elsewhere. Called by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class GroupedCodecs
{
    /// <summary>Creates an empty set.</summary>
    /// <param name="codebooks">The codebooks of all groups, one group after another.</param>
    /// <param name="groups">Number of groups.</param>
    /// <param name="values">Values of the codebooks of a group.</param>
    /// <param name="create">Makes a codec from codebooks.</param>
    /// <typeparam name="TCodec">The codec's class.</typeparam>
    /// <exception cref="ArgumentException">Another number of values, or codebooks that are refused.</exception>
    public static GroupedVectorSet<TCodec> CreateSet<TCodec>(
        ReadOnlySpan<float> codebooks, int groups, int values, Func<ReadOnlySpan<float>, TCodec> create)
        where TCodec : class, IVectorCodec<TCodec>
    {
        ArgumentNullException.ThrowIfNull(create);
        CodecGuard.CheckLength(codebooks.Length, groups, values, nameof(codebooks), "values");
        var codecs = new TCodec[groups];
        for (int group = 0; group < groups; group++)
        {
            try
            {
                codecs[group] = create(codebooks.Slice(group * values, values));
            }
            catch (ArgumentException exception)
            {
                throw new ArgumentException($"Group {group}: {exception.Message}", exception.ParamName, exception);
            }
        }

        return new GroupedVectorSet<TCodec>(codecs);
    }

    /// <summary>Creates an empty set.</summary>
    /// <param name="codebooks">The codebooks of all groups, one group after another.</param>
    /// <param name="transforms">The transforms of all groups.</param>
    /// <param name="groups">Number of groups.</param>
    /// <param name="values">Values of the codebooks of a group.</param>
    /// <param name="create">Makes a codec from codebooks and transforms.</param>
    /// <typeparam name="TCodec">The codec's class.</typeparam>
    /// <exception cref="ArgumentException">Another number of values or transforms, or some that are refused.</exception>
    public static GroupedVectorSet<TCodec> CreateSet<TCodec>(
        ReadOnlySpan<float> codebooks,
        IReadOnlyList<TransformChain> transforms,
        int groups,
        int values,
        Func<ReadOnlySpan<float>, TransformChain, TCodec> create)
        where TCodec : class, IVectorCodec<TCodec>
    {
        ArgumentNullException.ThrowIfNull(transforms);
        ArgumentNullException.ThrowIfNull(create);
        CodecGuard.CheckLength(transforms.Count, groups, 1, nameof(transforms), "transforms");
        int group = 0;
        return CreateSet<TCodec>(codebooks, groups, values, some => create(some, transforms[group++]));
    }
}
