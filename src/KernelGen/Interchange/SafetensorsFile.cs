namespace KernelGen.Interchange;

/// <summary>
/// Reads the tensors of a <c>.safetensors</c> file, as the documentation of Hugging Face's library of that name defines the
/// format. The header is read and checked at once, a tensor when it is asked for. Not for several threads at once.
/// </summary>
/// <remarks>Types: <c>F16</c>, <c>BF16</c>, <c>F32</c> and <c>F64</c>; tensors of other types are listed, but not read. What
/// float32 does not hold is rounded to nearest even; beyond its range it becomes infinite.</remarks>
public sealed class SafetensorsFile : IDisposable
{
    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly long _start;
    private readonly Dictionary<string, SafetensorsEntry> _entries;
    private bool _disposed;

    private SafetensorsFile(Stream stream, bool leaveOpen)
    {
        _stream = stream;
        _leaveOpen = leaveOpen;
        List<SafetensorsEntry> entries = SafetensorsHeader.Read(Source(), stream);
        _start = stream.Position;
        _entries = entries.ToDictionary(entry => entry.Name);
        Names = [.. entries.Select(entry => entry.Name)];
    }

    /// <summary>The names of all tensors, in the order of the header.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Opens a file, which stays open until it is disposed.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">Truncated, corrupt, or longer than its tensors.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsFile Open(string path) => Open(File.OpenRead(path));

    /// <summary>Opens the file that reaches from the stream's position to its end.</summary>
    /// <param name="stream">A readable and seekable stream, which nobody else moves meanwhile.</param>
    /// <param name="leaveOpen">Whether the stream outlives this object; an error closes it as well if not.</param>
    /// <exception cref="ArgumentException">The stream is not seekable.</exception>
    /// <exception cref="InvalidDataException">Truncated, corrupt, or longer than its tensors.</exception>
    public static SafetensorsFile Open(Stream stream, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            return stream.CanSeek
                ? new SafetensorsFile(stream, leaveOpen)
                : throw new ArgumentException("Expected a seekable stream, but got one that is not.", nameof(stream));
        }
        catch when (!leaveOpen)
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads one tensor.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="KeyNotFoundException">There is no such tensor; the message lists some that there are.</exception>
    /// <exception cref="InvalidDataException">The tensor is of a type that is not supported, or larger than an array.</exception>
    /// <exception cref="ObjectDisposedException">The file is disposed.</exception>
    public Tensor Read(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_entries.TryGetValue(name, out SafetensorsEntry? entry))
        {
            throw new KeyNotFoundException($"Expected the name of a tensor of the file ({SomeNames()}), but got '{name}'.");
        }

        if (entry.Format is not { } format)
        {
            throw new InvalidDataException(
                $"Expected a tensor of the type F16, BF16, F32 or F64, but '{name}' is of the type {entry.Type}.");
        }

        _stream.Position = _start + entry.Begin;
        return new Tensor(entry.Shape, Source().ReadFloats(Tensor.CountOf(entry.Shape), format, $"tensor '{name}'"));
    }

    /// <summary>Closes the stream, unless it was asked to stay open.</summary>
    public void Dispose()
    {
        if (!_disposed && !_leaveOpen)
        {
            _stream.Dispose();
        }

        _disposed = true;
    }

    private BinarySource Source() => new(_stream, "safetensors file");

    private string SomeNames()
    {
        const int Some = 5;
        string names = Names.Count == 0 ? "it has none" : string.Join(", ", Names.Take(Some).Select(name => $"'{name}'"));
        return Names.Count <= Some ? names : $"{names} and {Names.Count - Some} more";
    }
}
