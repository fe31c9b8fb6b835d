using System.CommandLine;
using KernelGen;
using KernelGen.GpuBenchmarks;

var deviceOption = new Option<int>("--device") { Description = "Number of the device, as Gpu.FindDevices counts; 0 is the best one." };
var mebibytesOption = new Option<int>("--mebibytes") { Description = "Codes per scheme.", DefaultValueFactory = _ => 512 };
var quickOption = new Option<bool>("--quick") { Description = "One round of everything, to see that it works; the figures mean nothing." };
var command = new RootCommand("Measures scans and searches on a GPU and prints a table in Markdown.") { deviceOption, mebibytesOption, quickOption };
command.SetAction(parsed => Run(parsed.GetValue(deviceOption), parsed.GetValue(mebibytesOption), parsed.GetValue(quickOption)));
return command.Parse(args).Invoke();

static int Run(int deviceIndex, int mebibytes, bool isQuick)
{
    IReadOnlyList<GpuDeviceInfo> devices = Gpu.FindDevices(Int8.Train(new float[768]));
    if (deviceIndex < 0 || deviceIndex >= devices.Count)
    {
        Console.Error.WriteLine($"There is no device {deviceIndex}; {devices.Count} were found.");
        return 1;
    }

    if (mebibytes < 1)
    {
        Console.Error.WriteLine("--mebibytes must be at least 1.");
        return 1;
    }

    var benchmark = new GpuBenchmark(devices[deviceIndex], (long)mebibytes << 20, isQuick);
    benchmark.Begin();
    benchmark.Measure(Int8.Train(new float[768]));
    benchmark.Measure(Int6.Train(new float[768]));
    benchmark.Measure(Int4.Train(new float[768]));
    benchmark.Measure(Int1.Train(new float[768]));
    benchmark.Measure(Half768.Train(new float[768]));
    benchmark.Measure(E4M3.Train(new float[768]));
    return 0;
}
