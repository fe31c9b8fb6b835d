using System.CommandLine;
using System.Numerics.Tensors;
using EmbeddingBag;
using KernelGen;
using Shared;

var sentenceOption = new Option<string[]>("--sentence")
{
    Description = "Show the words nearest to this sentence, and nothing else; may be repeated.",
    HelpName = "text",
};
var countOption = new Option<int>("--k")
{
    Description = "How many words to show for a sentence.",
    HelpName = "count",
    DefaultValueFactory = _ => 6,
};
var command = new RootCommand(
    "Compresses a table of 10,000 word vectors with product quantizers, and sums the words of sentences from the compressed table.")
{
    sentenceOption, countOption,
};

var screen = new Screen();
return UserCommand.Run(command, args, screen.Error, Run);

int Run(ParseResult arguments)
{
    TextVectors words = TextVectors.Load("words");
    int count = arguments.GetValue(countOption);
    if (count < 1 || count > words.Count)
    {
        throw new UserException($"--k must be 1 to {words.Count}, but is {count}.");
    }

    string[] sentences = arguments.GetValue(sentenceOption) ?? [];
    ShowNearest(words, sentences is [] ? Examples : sentences, count);
    if (sentences is [])
    {
        Compare(words);
    }

    return 0;
}

void ShowNearest(TextVectors words, string[] sentences, int count)
{
    var vocabulary = new Vocabulary(words);
    (Bag Bag, string[] Unknown)[] bags = [.. sentences.Select(sentence => (vocabulary.Read(sentence, out string[] unknown), unknown))];
    var table = new FloatTable(words);
    (CompressedTable<Pq25x8> compressed, WordIndex<ExactWords> exactIndex, WordIndex<CompressedWords> compressedIndex) = screen.Progress(
        ["Train the table", "Index of floats", "Train the index"],
        steps => (
            new CompressedTable<Pq25x8>("pq25x8", words, steps[0]),
            new WordIndex<ExactWords>(words, steps[1]),
            new WordIndex<CompressedWords>(words, steps[2])));

    screen.Title($"Words nearest to the weighted sum of a sentence, pq25x8: {compressed.RowBytes} bytes per word instead of {table.RowBytes}");
    for (int i = 0; i < bags.Length; i++)
    {
        Bag bag = bags[i].Bag;
        float[] exact = bag.Sum(table, words.Dimensions);
        float[] sum = bag.Sum(compressed, words.Dimensions);
        screen.Nearest(
            sentences[i],
            bags[i].Unknown,
            TensorPrimitives.CosineSimilarity<float>(exact, sum),
            exactIndex.Nearest(bag, exact, count),
            compressedIndex.Nearest(bag, sum, count));
    }
}

void Compare(TextVectors words)
{
    Result[] results = screen.Progress(
        ["int8", "int4", "pq50x8", "pq25x8", "pq50x4", "Bags", "Speed"],
        steps =>
        {
            IEmbeddingTable[] tables =
            [
                new FloatTable(words),
                new CompressedTable<Int8>("int8", words, steps[0]),
                new CompressedTable<Int4>("int4", words, steps[1]),
                new CompressedTable<Pq50x8>("pq50x8", words, steps[2]),
                new CompressedTable<Pq25x8>("pq25x8", words, steps[3]),
                new CompressedTable<Pq50x4>("pq50x4", words, steps[4]),
            ];
            return new Comparison(words, tables).Run(steps[5], steps[6]);
        });
    screen.Title(
        $"{Comparison.Bags} bags of {Comparison.BagSize} of {words.Count} random words, {words.Dimensions} dimensions, one thread, {CpuTiers.Default}");
    screen.Results(results);
    screen.Say("table: codes and codebooks. pqMxB: M subspaces of B bits, trained on these words; int8 and int4: a scale per word.");
    screen.Say("error: squared distance between vector and decoded code, relative to the vector's squared length.");
    screen.Say("cosine of bags: between weighted sums from the table and from float32, the mean and the least of all bags.");
    screen.Say("M rows/s: million words summed per second, with the sorting by block that Accumulate asks for.");
    screen.Say("speed-up: against a loop of TensorPrimitives.MultiplyAdd over float32 vectors, measured in turns with it.");
}

internal static partial class Program
{
    private static readonly string[] Examples =
    [
        "The ferry sailed from the harbour to an island in the sea.",
        "The cook baked bread with wine and cakes.",
        "Students played a song on the violin.",
        "Shares of oil companies fell on the news.",
        "The internet connects users to computer networks.",
        "Surgery cured the patient of the disease.",
    ];
}
