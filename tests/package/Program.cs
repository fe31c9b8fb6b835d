using KernelGen;

SentenceCodec codec = SentenceCodec.Train(new float[384]);
byte[] code = new byte[SentenceCodec.Layout.CodeBytes];
codec.Encode(new float[384], code);
Console.WriteLine($"{SentenceCodec.Layout.Scheme}: {code.Length} bytes");

[VectorCodec(384, Metric = Metric.Cosine)]
[ScalarQuantizer(8)]
internal sealed partial class SentenceCodec;
