using Shared;

namespace DefinitionSearch;

/// <summary>The 7,000 definitions to search in and the 500 to search for; vectors of unit length.</summary>
internal sealed record Dataset(TextVectors Glosses, TextVectors Queries)
{
    public static Dataset Load() => new(TextVectors.Load("glosses").Normalize(), TextVectors.Load("queries").Normalize());
}
