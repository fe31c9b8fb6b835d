namespace KernelGen;

/// <summary>The rows of a map sorted by group, and within a group by number: the map is walked twice, whatever the number of groups.</summary>
internal readonly struct RowsByGroup
{
    private readonly int[] _starts;
    private readonly int[] _rows;

    /// <summary>Sorts rows.</summary>
    /// <param name="map">The group of each row, 0 to <paramref name="groups"/> - 1.</param>
    /// <param name="groups">Number of groups.</param>
    internal RowsByGroup(ReadOnlySpan<int> map, int groups)
    {
        _starts = new int[groups + 1];
        _rows = new int[map.Length];
        foreach (int group in map)
        {
            _starts[group + 1]++;
        }

        for (int group = 0; group < groups; group++)
        {
            _starts[group + 1] += _starts[group];
        }

        int[] next = [.. _starts];
        for (int row = 0; row < map.Length; row++)
        {
            _rows[next[map[row]]++] = row;
        }
    }

    /// <summary>The rows of a group.</summary>
    internal ReadOnlySpan<int> this[int group] => _rows.AsSpan(_starts[group].._starts[group + 1]);

    /// <summary>What belongs to the rows of a group: so many values each.</summary>
    internal T[] Select<T>(ReadOnlySpan<T> values, int valuesPerRow, int group)
    {
        ReadOnlySpan<int> rows = this[group];
        T[] selected = GC.AllocateUninitializedArray<T>(rows.Length * valuesPerRow);
        for (int i = 0; i < rows.Length; i++)
        {
            values.Slice(rows[i] * valuesPerRow, valuesPerRow).CopyTo(selected.AsSpan(i * valuesPerRow));
        }

        return selected;
    }
}
