using Xunit;

namespace KernelGen.Tests.Sets;

public class RowIndexTests
{
    /// <summary>Ids for which a weak hash would give long chains.</summary>
    public static TheoryData<string> Patterns => ["sequential", "strided", "high bits", "random"];

    [Theory]
    [MemberData(nameof(Patterns))]
    public void BehavesAsADictionary(string pattern)
    {
        var random = new Random(9);
        using var storage = new BlockStorage(TestCodec.Layout);
        storage.Reserve(200);
        var index = new RowIndex();
        var rowsById = new Dictionary<long, int>();
        int count = 0;
        for (int step = 0; step < 6000; step++)
        {
            int n = random.Next(1000);
            long id = pattern switch
            {
                "sequential" => n,
                "strided" => n * 4096L,
                "high bits" => (long)n << 50,
                _ => new Random(n).NextInt64(long.MinValue, long.MaxValue),
            };
            RowView rows = storage.View(count);
            if (!rowsById.TryGetValue(id, out int row))
            {
                index.Reserve(count + 1);
                Assert.Equal(-1, index.Find(id, rows));
                Assert.Equal(-1, index.TryAdd(id, rows));
                rows.Id(count) = id;
                if (random.Next(4) == 0)
                {
                    index.UndoAdd(id, count);
                }
                else
                {
                    rowsById.Add(id, count++);
                }
            }
            else if (random.Next(2) == 0)
            {
                Assert.Equal(row, index.TryAdd(id, rows));
            }
            else
            {
                int last = --count;
                index.Remove(id, row);
                rowsById.Remove(id);
                if (row != last)
                {
                    long lastId = rows.Id(last);
                    index.Move(lastId, last, row);
                    rows.Id(row) = lastId;
                    rowsById[lastId] = row;
                }
            }
        }

        Assert.True(count > 300);
        Assert.All(rowsById, pair => Assert.Equal(pair.Value, index.Find(pair.Key, storage.View(count))));

        // Rows beyond the view are not found.
        Assert.All(rowsById, pair => Assert.Equal(-1, index.Find(pair.Key, storage.View(pair.Value))));
    }
}
