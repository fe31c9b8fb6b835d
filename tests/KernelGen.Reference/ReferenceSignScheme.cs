namespace KernelGen.Reference;

/// <summary>A quantizer of signs as run-time data.</summary>
/// <param name="IsUnit">Whether decoded vectors have norm 1: under Cosine, also where transforms stand in front and the metric here is InnerProduct.</param>
public sealed record ReferenceSignScheme(int Dimensions, Metric Metric, BitOrder Order, SignBit Ones, bool IsUnit) : IReferenceScheme
{
    public ReferenceSignScheme(int dimensions, Metric metric, BitOrder order = BitOrder.LsbFirst, SignBit ones = SignBit.Positive)
        : this(dimensions, metric, order, ones, IsUnit: metric == Metric.Cosine)
    {
    }

    public string Text => $"BinaryQuantizer({Order}, {Ones}) Metric({Metric}) Dimensions({Dimensions})";

    public int ParameterCount => 0;

    /// <summary>What a bit stands for: this, or its negative.</summary>
    public float Value => IsUnit ? (float)(1 / Math.Sqrt(Dimensions)) : 1;
}
