using System.CommandLine;
using DefinitionSearch;
using KernelGen;
using Shared;

var queryOption = new Option<string?>("--query")
{
    Description = "Show the nearest definitions of this text, one of data/queries.txt, and nothing else.",
    HelpName = "text",
};
var schemeOption = new Option<string[]>("--scheme")
{
    Description = $"Use only this scheme; may be repeated. One of {string.Join(", ", Scheme.All.Select(scheme => scheme.Name))}.",
    HelpName = "name",
};
var countOption = new Option<int>("--k")
{
    Description = "How many definitions to show for a query.",
    HelpName = "count",
    DefaultValueFactory = _ => 3,
};
var command = new RootCommand(
    "Finds the nearest of 7,000 dictionary definitions through kernels that were generated from attributes, then compares the schemes.")
{
    queryOption, schemeOption, countOption,
};

var screen = new Screen();
return UserCommand.Run(command, args, screen.Error, Run);

int Run(ParseResult arguments)
{
    string? query = arguments.GetValue(queryOption);
    int count = arguments.GetValue(countOption);
    Scheme[] schemes = [.. (arguments.GetValue(schemeOption) ?? []).Select(Scheme.Find)];
    Dataset data = Dataset.Load();
    if (count < 1 || count > data.Glosses.Count)
    {
        throw new UserException($"--k must be 1 to {data.Glosses.Count}, but is {count}.");
    }

    int[] rows = [.. (query is null ? Examples : [query]).Select(text => QueryText.Find(data.Queries, text))];
    ShowNearest(data, rows, schemes is [] ? [Scheme.Find("int8")] : schemes, count);
    if (query is null)
    {
        Compare(data, schemes is [] ? Scheme.All : schemes);
    }

    return 0;
}

void ShowNearest(Dataset data, int[] rows, Scheme[] schemes, int count)
{
    var hits = new Hit[count];
    foreach (Scheme scheme in schemes)
    {
        screen.Title($"Nearest definitions, {scheme.Name}: {scheme.Bytes} bytes instead of {scheme.Dimensions * sizeof(float)}");
        DefinitionSearch.Index index = screen.Progress(["Encode"], steps => scheme.Build(data.Glosses, steps[0]));
        foreach (int row in rows)
        {
            screen.Say(data.Queries.Texts[row]);
            int found = index.Search(data.Queries.Vector(row), hits);
            screen.Hits(data.Glosses, hits.AsSpan(0, found));
        }
    }
}

void Compare(Dataset data, IReadOnlyList<Scheme> schemes)
{
    Result[] results = screen.Progress(
        ["Exact search for comparison", "Encode", "Recall", "Speed"],
        steps => new Comparison(data, schemes).Run(steps[0], steps[1], steps[2], steps[3]));
    screen.Title($"{data.Queries.Count} queries against {data.Glosses.Count} definitions of {data.Glosses.Dimensions} dimensions, one thread, {CpuTiers.Default}");
    screen.Results(results);
    screen.Say("error: squared distance between vector and decoded code, relative to the vector's squared length.");
    screen.Say("recall@k: share of the k nearest by exact float32 search that is found. ns/vector: a whole search for the best ten.");
    screen.Say("signs, hamming: a bit per dimension of centred vectors, with queries of floats and of bits; hamming decodes to 1 and -1, so its error says nothing.");
    screen.Say("planesU: U signs per dimension, of what the ones before leave over; queries are such codes too.");
    screen.Say("rotatedB: B bits of vectors that are centred and rotated; lloydB: with levels that suit normal values. pqMxB, opqMxB: M subspaces of B bits, of vectors rotated to suit them for opq; prqMxSxB: S stages of them. Codebooks were trained on the definitions; their 2048 * 2^B bytes per set, or stage, are not counted.");
    screen.Say("A+B: a scan of codes A, whose 40 best (400 for recall@100) are scored by codes B; bytes are those of both, the error is that of B.");
    screen.Say("speed-up: against a loop of TensorPrimitives.Dot over float32 vectors, measured in turns with it.");
}

internal static partial class Program
{
    private static readonly string[] Examples =
    [
        "a rectangular quarter pound block of butter or margarine",
        "a transformer that increases voltage",
        "any of various long-tailed rodents similar to but larger than a mouse",
        "a long narrow inlet of the sea between steep cliffs; common in Norway",
    ];
}
