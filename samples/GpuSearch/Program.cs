using System.CommandLine;
using DefinitionSearch;
using GpuSearch;
using KernelGen;
using Shared;

var deviceOption = new Option<Device[]>("--device")
{
    Description = "Where to search: auto, cpu or gpu; may be repeated. Default: cpu, then auto.",
    HelpName = "device",
    AllowMultipleArgumentsPerToken = true,
};
var indexOption = new Option<int?>("--device-index")
{
    Description = "Use this one of the devices that are listed, instead of the best one. An emulator answers with --device gpu only.",
    HelpName = "number",
};
var queryOption = new Option<string>("--query")
{
    Description = "Show the nearest definitions of this text, one of samples/DefinitionSearch/data/queries.txt.",
    HelpName = "text",
    DefaultValueFactory = _ => "a long narrow inlet of the sea between steep cliffs; common in Norway",
};
var rowsOption = new Option<int>("--rows")
{
    Description = "Repeat the 7,000 definitions to so many rows; repetitions are scrambled, so that they are nobody's neighbour.",
    HelpName = "count",
    DefaultValueFactory = _ => 700_000,
};
var batchOption = new Option<int>("--batch")
{
    Description = "Queries of a batch.",
    HelpName = "count",
    DefaultValueFactory = _ => 64,
};
var secondsOption = new Option<double>("--seconds")
{
    Description = "How long to search on each device with single queries, and again with batches.",
    HelpName = "count",
    DefaultValueFactory = _ => 3,
};
var command = new RootCommand("Searches definitions on the CPU, on a GPU, or wherever it is faster.")
{
    deviceOption, indexOption, queryOption, rowsOption, batchOption, secondsOption,
};
return UserCommand.Run(command, args, Console.Error.WriteLine, Run);

int Run(ParseResult arguments)
{
    // Under Device.Auto the CPU answers whatever a GPU cannot. This tells why, once.
    GpuDiagnostics.Reported += report => Console.Error.WriteLine($"The CPU answers: {report.Message}");
    try
    {
        Dataset data = Dataset.Load();
        int shown = QueryText.Find(data.Queries, arguments.GetValue(queryOption)!);
        int rows = InRange(arguments, rowsOption, data.Glosses.Count * data.Glosses.Dimensions);
        int batch = InRange(arguments, batchOption, data.Queries.Count);
        int? index = arguments.GetValue(indexOption) is not < 0
            ? arguments.GetValue(indexOption)
            : throw new UserException("--device-index must not be negative.");
        Device[] devices = arguments.GetValue(deviceOption) is { Length: > 0 } chosen ? [.. chosen.Distinct()] : [Device.Cpu, Device.Auto];

        using VectorSet<DefinitionCodec> set = DefinitionSet.Create(data.Glosses, rows);
        ShowDevices(set.Codec, index);
        Console.WriteLine($"{rows:N0} rows of {DefinitionCodec.Layout.CodeBytes} bytes: {(long)rows * DefinitionCodec.Layout.CodeBytes / 1e6:N0} MB");
        Console.WriteLine();
        Console.WriteLine($"| device | first query, ms | one query, ms | sent to the GPU | {batch} queries, ms |");
        Console.WriteLine("| ------ | --------------: | ------------: | --------------: | --------------: |");
        List<Measurement> measurements = [];
        foreach (Device device in devices)
        {
            Measurement measured = Measurement.Take(set, device, index, data.Queries, shown, batch, arguments.GetValue(secondsOption));
            measurements.Add(measured);
            Console.WriteLine(
                $"| {device,-6} | {measured.FirstMilliseconds,15:F1} | {measured.OneMilliseconds,13:F2} | {measured.SentToGpu,5} of {measured.Searches,6} | {measured.BatchMilliseconds,15:F1} |");
        }

        Console.WriteLine();
        Console.WriteLine(data.Queries.Texts[shown]);
        foreach (Hit hit in measurements[0].Hits)
        {
            Console.WriteLine($"  {hit.Score:F3}  {(hit.Id < data.Glosses.Count ? data.Glosses.Texts[hit.Id] : "(a scrambled repetition)")}");
        }

        // Integer codes: scores are equal bit for bit.
        if (measurements.Exists(other => !other.Hits.SequenceEqual(measurements[0].Hits)))
        {
            Console.Error.WriteLine("The devices disagree, which must not happen.");
            return 1;
        }

        return 0;
    }
    catch (GpuException error)
    {
        // Only --device gpu gets here.
        Console.Error.WriteLine($"The GPU cannot search ({error.Failure}): {error.Message}");
        return 1;
    }
}

static int InRange(ParseResult arguments, Option<int> option, int maximum)
{
    int value = arguments.GetValue(option);
    return value >= 1 && value <= maximum ? value : throw new UserException($"{option.Name} must be 1 to {maximum}, but is {value}.");
}

static void ShowDevices(DefinitionCodec codec, int? index)
{
    IReadOnlyList<GpuDeviceInfo> found;
    try
    {
        found = Gpu.FindDevices(codec);
    }
    catch (GpuException error)
    {
        Console.WriteLine($"No devices can be listed: {error.Message}");
        return;
    }

    foreach (GpuDeviceInfo device in found)
    {
        string kind = device.Kind == GpuKind.Emulator ? "emulator on the CPU" : $"{device.Kind}, {device.MemoryBytes >> 20:N0} MiB";
        Console.WriteLine($"Device {device.Index}: {device.Name} ({kind})");
    }

    if (index is null && found.All(device => device.Kind == GpuKind.Emulator))
    {
        Console.WriteLine("There is no GPU here. With --device auto the CPU answers; nothing else changes.");
    }
}
