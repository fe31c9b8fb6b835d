namespace KernelGen;

/// <summary>Vectors by the numbers of their rows, read by several threads at once.</summary>
internal interface IRowVectors
{
    /// <summary>Reads the vectors of neighbouring rows, as many as there is room for.</summary>
    void Read(int firstRow, Span<float> vectors);
}
