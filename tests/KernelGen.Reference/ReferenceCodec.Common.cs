namespace KernelGen.Reference;

/// <content>What all families of codes do alike.</content>
public sealed partial class ReferenceCodec
{
    int IReferenceCodec.CodeBytes => Layout.CodeBytes;

    int IReferenceCodec.BlockBytes(int blockRows) => Layout.BlockBytes(blockRows);

    void IReferenceCodec.Pack(ReadOnlySpan<byte> code, Span<byte> block, int blockRows, int row) =>
        Layout.Pack(code, block, blockRows, row);

    void IReferenceCodec.Unpack(ReadOnlySpan<byte> block, Span<byte> code, int blockRows, int row) =>
        Layout.Unpack(block, code, blockRows, row);

    ReferenceScore[] IReferenceCodec.Scores(ReadOnlySpan<float> query, IReadOnlyList<byte[]> codes)
    {
        ReferenceQuery prepared = Prepare(query);
        return [.. codes.Select(code => Score(prepared, code))];
    }

    ReferenceScore[] IReferenceCodec.Accumulate(
        IReadOnlyList<byte[]> codes, ReadOnlySpan<float> weights, ReadOnlySpan<float> destination) =>
        Accumulate([.. codes.Select(code => Layout.Read(code))], weights, destination);
}
