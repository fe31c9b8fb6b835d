using System.CommandLine;
using System.Text.RegularExpressions;
using KernelGen;
using KernelGen.GpuBenchmarks;

var deviceOption = new Option<int>("--device") { Description = "Number of the device, as Gpu.FindDevices counts; 0 is the best one." };
var mebibytesOption = new Option<int>("--mebibytes") { Description = "Codes per scheme, 1 to 1023.", DefaultValueFactory = _ => 512 };
var schemesOption = new Option<string>("--schemes") { Description = "Regular expression of the schemes to measure, by their classes.", DefaultValueFactory = _ => "" };
var noSearchesOption = new Option<bool>("--no-searches") { Description = "Without whole searches, on which most of the time goes." };
var quickOption = new Option<bool>("--quick") { Description = "One round of everything, to see that it works; the figures mean nothing." };
var command = new RootCommand("Measures scans, Encode, Decode and searches on a GPU and prints a table in Markdown.")
{
    deviceOption, mebibytesOption, schemesOption, noSearchesOption, quickOption,
};
command.SetAction(parsed => Run(
    parsed.GetValue(deviceOption),
    parsed.GetValue(mebibytesOption),
    parsed.GetValue(schemesOption)!,
    !parsed.GetValue(noSearchesOption),
    new Timing(parsed.GetValue(quickOption))));
return command.Parse(args).Invoke();

static int Run(int deviceIndex, int mebibytes, string schemes, bool searches, Timing timing)
{
    Int8 int8 = Int8.Train(new float[768]);
    IReadOnlyList<GpuDeviceInfo> devices = Gpu.FindDevices(int8);
    if (deviceIndex < 0 || deviceIndex >= devices.Count)
    {
        Console.Error.WriteLine($"There is no device {deviceIndex}; {devices.Count} were found.");
        return 1;
    }

    if (mebibytes is < 1 or > 1023)
    {
        Console.Error.WriteLine("--mebibytes must be from 1 to 1023.");
        return 1;
    }

    GpuDeviceInfo device = devices[deviceIndex];
    long bytes = (long)mebibytes << 20;
    var figures = new DeviceFigures(device, timing);
    double copy = figures.CopyBytesPerSecond(bytes);
    Console.WriteLine(
        $"{device.Name} ({device.Kind}, {device.MemoryBytes >> 20} MiB). Codes: {mebibytes} MiB per scheme, 768 dimensions. Copy within the device: {copy / 1e9:F0} GB/s (read and written).");
    figures.Print(int8);
    var benchmark = new GpuBenchmark(device, bytes, copy, timing, searches);
    benchmark.Begin();

    // Codecs that learn something learn it from any vectors: what they take does not depend on it.
    float[] sample = RandomVectors.Create(768 * 64, seed: 2);
    void Measure<TCodec>(Func<TCodec> create)
        where TCodec : class, IVectorCodec<TCodec>
    {
        if (Regex.IsMatch(typeof(TCodec).Name, schemes, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)))
        {
            benchmark.Measure(create());
        }
    }

    Measure(() => int8);
    Measure(() => Int8Channel.Train(sample));
    Measure(() => Int6.Train(sample));
    Measure(() => Int5.Train(sample));
    Measure(() => Int4.Train(sample));
    Measure(() => Int4Block32.Train(sample));
    Measure(() => Int3.Train(sample));
    Measure(() => Int2.Train(sample));
    Measure(() => Int1.Train(sample));
    Measure(() => Single768.Train(sample));
    Measure(() => Half768.Train(sample));
    Measure(() => E4M3.Train(sample));
    Measure(() => Product192x4.FromCodebooks(sample.AsSpan(0, 768 * 16)));
    Measure(() => Product96x4.FromCodebooks(sample.AsSpan(0, 768 * 16)));
    Measure(() => Product96x8.FromCodebooks(RandomVectors.Create(768 * 256, seed: 3)));
    Measure(() => Product32x8.FromCodebooks(RandomVectors.Create(768 * 256, seed: 3)));
    Measure(() => Signs.Train(sample));
    Measure(() => SignsHamming.Train(sample));
    Measure(() => Rotated1.Train(sample));
    return 0;
}
