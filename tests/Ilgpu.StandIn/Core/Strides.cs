namespace ILGPU;

public interface IStride<TIndex>
    where TIndex : struct, IGenericIndex<TIndex>
{
    TIndex StrideExtent { get; }

    Stride1D.General To1DStride();
}

public interface IStride<TIndex, TLongIndex> : IStride<TIndex>
    where TIndex : struct, IIntIndex<TIndex, TLongIndex>
    where TLongIndex : struct, ILongIndex<TLongIndex, TIndex>
{
    int ComputeElementIndex(TIndex index);

    long ComputeElementIndex(TLongIndex index);

    int ComputeBufferLength(TIndex extent);

    long ComputeBufferLength(TLongIndex extent);
}

public interface IStride1D : IStride<Index1D, LongIndex1D>
{
    int XStride { get; }

    Stride1D.General AsGeneral();
}

public static class Stride1D
{
    public readonly struct Dense : IStride1D
    {
        public Index1D StrideExtent => Index1D.One;

        public int XStride => 1;

        public int ComputeElementIndex(Index1D index) => index;

        public long ComputeElementIndex(LongIndex1D index) => index;

        public int ComputeBufferLength(Index1D extent) => extent;

        public long ComputeBufferLength(LongIndex1D extent) => extent;

        public General AsGeneral() => new(XStride);

        public General To1DStride() => AsGeneral();

        public override string ToString() => "<dense>";
    }

    public readonly struct General(Index1D stride) : IStride1D
    {
        public Index1D StrideExtent { get; } = stride;

        public int XStride => StrideExtent.X;

        public int ComputeElementIndex(Index1D index) => index.X * XStride;

        public long ComputeElementIndex(LongIndex1D index) => index.X * XStride;

        public int ComputeBufferLength(Index1D extent) => extent.X == 0 ? 0 : ((extent.X - 1) * XStride) + 1;

        public long ComputeBufferLength(LongIndex1D extent) => extent.X == 0 ? 0 : ((extent.X - 1) * XStride) + 1;

        public General AsGeneral() => this;

        public General To1DStride() => this;

        public override string ToString() => StrideExtent.ToString();
    }
}
