using KernelGen.Tests.Codecs;

namespace KernelGen.Tests.Interchange;

/// <summary>The files of <c>Data</c>, and what is asked of every reader.</summary>
internal static class TestFiles
{
    public static string PathOf(string folder, string file) =>
        Path.Combine(AppContext.BaseDirectory, "Interchange", "Data", folder, file);

    public static byte[] Bytes(string folder, string file) => File.ReadAllBytes(PathOf(folder, file));

    /// <summary>The names of the files of a folder with an ending, without it.</summary>
    public static IEnumerable<string> Names(string folder, string ending) =>
        Directory.EnumerateFiles(PathOf(folder, ""), "*" + ending)
            .Select(path => Path.GetFileName(path)[..^ending.Length])
            .Order(StringComparer.Ordinal);

    /// <summary>No beginning of the bytes may be taken for the whole, whether the stream knows its length or not.</summary>
    public static void RejectsEveryTruncation(byte[] bytes, Action<Stream> read, bool seekableOnly = false)
    {
        for (int length = 0; length < bytes.Length; length++)
        {
            byte[] part = bytes[..length];
            Stream[] streams = seekableOnly ? [new MemoryStream(part)] : [new MemoryStream(part), new TrickleStream(part)];
            foreach (Stream stream in streams)
            {
                string message = Assert.Throws<InvalidDataException>(() => read(stream)).Message;
                Assert.Contains("truncated", message, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>Whatever a byte is changed to, the file is read or rejected as data, without taking memory for what is not
    /// there.</summary>
    public static void SurvivesEveryChange(byte[] bytes, Action<Stream> read)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            byte original = bytes[i];
            foreach (int change in (ReadOnlySpan<int>)[0, 1, 0x7F, 0x80, 0xFF, original ^ 1, original + 1, original - 1])
            {
                bytes[i] = (byte)change;
                long before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    read(new MemoryStream(bytes));
                }
                catch (InvalidDataException)
                {
                    // As it should be; what else is thrown fails the test.
                }

                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
            }

            bytes[i] = original;
        }
    }
}
