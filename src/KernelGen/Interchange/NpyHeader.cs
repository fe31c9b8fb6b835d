namespace KernelGen.Interchange;

/// <summary>The header of a <c>.npy</c> file.</summary>
/// <param name="Format">How a value is stored.</param>
/// <param name="BigEndian">The byte order of a value.</param>
/// <param name="FortranOrder">Whether the first dimension runs fastest.</param>
/// <param name="Shape">The size of each dimension.</param>
internal readonly record struct NpyHeader(StoredFloat Format, bool BigEndian, bool FortranOrder, int[] Shape)
{
    /// <summary>NumPy 2 has no arrays of more dimensions.</summary>
    private const int MaximumDimensions = 64;

    /// <summary>Reads the text: a Python dictionary of exactly the keys descr, fortran_order and shape.</summary>
    /// <exception cref="InvalidDataException">Corrupt, or of a type that is not supported.</exception>
    public static NpyHeader Parse(BinarySource source, string text)
    {
        var parser = new Parser(source, text);
        (StoredFloat, bool)? type = null;
        bool? fortranOrder = null;
        int[]? shape = null;
        parser.Expect('{');
        while (!parser.Accept('}'))
        {
            string key = parser.ReadString();
            parser.Expect(':');
            switch (key)
            {
                case "descr" when type is null:
                    type = ParseType(parser.ReadType());
                    break;
                case "fortran_order" when fortranOrder is null:
                    fortranOrder = parser.ReadBoolean();
                    break;
                case "shape" when shape is null:
                    shape = parser.ReadShape(MaximumDimensions);
                    break;
                default:
                    throw source.Corrupt($"expected the keys descr, fortran_order and shape once each, but got '{key}'.");
            }

            if (!parser.Accept(','))
            {
                parser.Expect('}');
                break;
            }
        }

        parser.ExpectEnd();
        return type is (StoredFloat format, bool bigEndian) && fortranOrder is { } order && shape is not null
            ? new NpyHeader(format, bigEndian, order, shape)
            : throw source.Corrupt($"expected the keys descr, fortran_order and shape, but got {text.TrimEnd()}.");
    }

    private static (StoredFloat Format, bool BigEndian) ParseType(string type) => type switch
    {
        "<f2" => (StoredFloat.Half, false),
        ">f2" => (StoredFloat.Half, true),
        "<f4" => (StoredFloat.Single, false),
        ">f4" => (StoredFloat.Single, true),
        "<f8" => (StoredFloat.Double, false),
        ">f8" => (StoredFloat.Double, true),
        _ => throw new InvalidDataException(
            $"Expected a NumPy array of the type f2, f4 or f8 (float16, float32, float64), but its type is {type}."),
    };

    /// <summary>Reads the few Python literals that a header is made of.</summary>
    private ref struct Parser(BinarySource source, string text)
    {
        private int _position;

        public bool Accept(char expected)
        {
            SkipSpace();
            bool found = _position < text.Length && text[_position] == expected;
            _position += found ? 1 : 0;
            return found;
        }

        public void Expect(char expected)
        {
            if (!Accept(expected))
            {
                throw Unexpected($"'{expected}'");
            }
        }

        public void ExpectEnd()
        {
            SkipSpace();
            if (_position < text.Length)
            {
                throw Unexpected("nothing more");
            }
        }

        public string ReadString()
        {
            char quote = Accept('\'') ? '\'' : Accept('"') ? '"' : throw Unexpected("a string");
            int end = text.IndexOf(quote, _position);
            if (end < 0)
            {
                throw source.Corrupt($"expected {quote} in its header, which ends in a string.");
            }

            string value = text[_position..end];
            _position = end + 1;
            return value;
        }

        /// <summary>A string; what is none describes the fields of a record, and stays text for the message.</summary>
        public string ReadType()
        {
            SkipSpace();
            return _position < text.Length && text[_position] is '\'' or '"'
                ? ReadString()
                : $"a structure ({text[_position..].TrimEnd()})";
        }

        public bool ReadBoolean() => AcceptWord("True") || (AcceptWord("False") ? false : throw Unexpected("True or False"));

        public int[] ReadShape(int maximumDimensions)
        {
            var shape = new List<int>();
            Expect('(');
            while (!Accept(')'))
            {
                shape.Add(ReadSize());
                if (shape.Count > maximumDimensions)
                {
                    throw source.Corrupt($"expected at most {maximumDimensions} dimensions, but it has more.");
                }

                if (!Accept(','))
                {
                    Expect(')');
                    break;
                }
            }

            return [.. shape];
        }

        private int ReadSize()
        {
            SkipSpace();
            int start = _position;
            while (_position < text.Length && char.IsAsciiDigit(text[_position]))
            {
                _position++;
            }

            if (_position == start)
            {
                throw Unexpected("a number");
            }

            ReadOnlySpan<char> digits = text.AsSpan(start, _position - start);
            AcceptWord("L"); // Python 2 wrote longs so.
            return int.TryParse(digits, out int size)
                ? size
                : throw new InvalidDataException(
                    $"The NumPy array is too large: expected dimensions of at most {int.MaxValue}, but one is {digits}.");
        }

        private bool AcceptWord(string word)
        {
            SkipSpace();
            bool found = text.AsSpan(_position).StartsWith(word, StringComparison.Ordinal);
            _position += found ? word.Length : 0;
            return found;
        }

        private void SkipSpace()
        {
            while (_position < text.Length && text[_position] is ' ' or '\n' or '\t' or '\r')
            {
                _position++;
            }
        }

        private readonly InvalidDataException Unexpected(string expected)
        {
            string actual = _position < text.Length ? $"'{text[_position]}'" : "its end";
            return source.Corrupt($"expected {expected} in its header, but got {actual}.");
        }
    }
}
