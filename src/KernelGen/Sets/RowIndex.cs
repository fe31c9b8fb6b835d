using System.Diagnostics;
using System.Numerics;

namespace KernelGen;

/// <summary>
/// Finds the row of an id: a hash table with linear probing whose slots hold row number and hash, 8 bytes each, while the ids
/// themselves stay with the rows. That is less than half the memory of a dictionary, which counts beside codes of few bytes.
/// </summary>
/// <remarks>One thread may add (<see cref="TryAdd"/>, <see cref="UndoAdd"/>, <see cref="Reserve"/>) while others call
/// <see cref="Find"/>; a slot is written in one piece, and a table that grew replaces the old one. The other methods need to be
/// alone.</remarks>
internal sealed class RowIndex
{
    /// <summary>Three quarters of the greatest table, 2^30 slots.</summary>
    public const int MaximumCount = 3 << 28;

    // hash << 32 | row + 1; 0 is an empty slot.
    private ulong[] _slots = new ulong[16];
    private int _count;

    /// <summary>Bytes of the table.</summary>
    public long MemoryBytes => (long)_slots.Length * sizeof(ulong);

    /// <summary>The row of an id, or -1 if it is in none of the rows of the view.</summary>
    public int Find(long id, RowView rows)
    {
        ulong[] slots = Volatile.Read(ref _slots);
        uint hash = Hash(id);
        for (uint i = Home(hash, slots); ; i = Next(i, slots))
        {
            ulong slot = Volatile.Read(ref slots[i]);
            if (slot == 0)
            {
                return -1;
            }

            int row = Row(slot);
            if (HashIn(slot) == hash && row < rows.Count && rows.Id(row) == id)
            {
                return row;
            }
        }
    }

    /// <summary>Makes room for so many ids, at most <see cref="MaximumCount"/>.</summary>
    public void Reserve(int count)
    {
        Debug.Assert(count <= MaximumCount, "The caller checks.");
        uint length = BitOperations.RoundUpToPowerOf2((uint)((count * 4L / 3) + 1));
        if (length <= (uint)_slots.Length)
        {
            return;
        }

        var grown = new ulong[length];
        foreach (ulong slot in _slots)
        {
            if (slot != 0)
            {
                grown[EmptySlot(HashIn(slot), grown)] = slot;
            }
        }

        Volatile.Write(ref _slots, grown);
    }

    /// <summary>Adds an id, for which there is room, as the row <c>rows.Count</c>.</summary>
    /// <returns>-1, or the row that has the id already; then nothing is added.</returns>
    public int TryAdd(long id, RowView rows)
    {
        int existing = Find(id, rows);
        if (existing < 0)
        {
            Debug.Assert((_count + 1) * 4L <= _slots.Length * 3L, "No room was reserved.");
            uint hash = Hash(id);
            Volatile.Write(ref _slots[EmptySlot(hash, _slots)], Slot(hash, rows.Count));
            _count++;
        }

        return existing;
    }

    /// <summary>Removes the id that was added last. Called for one after another, the latest first, it restores the table without
    /// ever breaking a chain of probes that a reader may follow.</summary>
    public void UndoAdd(long id, int row)
    {
        Volatile.Write(ref _slots[SlotOf(id, row)], 0);
        _count--;
    }

    /// <summary>Tells that an id has moved to another row.</summary>
    public void Move(long id, int from, int to) => _slots[SlotOf(id, from)] = Slot(Hash(id), to);

    /// <summary>Removes any id.</summary>
    public void Remove(long id, int row)
    {
        // Closes the gap by moving back later slots of the chain, so that no tombstones remain.
        ulong[] slots = _slots;
        uint gap = SlotOf(id, row);
        for (uint i = Next(gap, slots); slots[i] != 0; i = Next(i, slots))
        {
            uint mask = (uint)slots.Length - 1;
            uint displacement = (i - Home(HashIn(slots[i]), slots)) & mask;
            if (displacement >= ((i - gap) & mask))
            {
                slots[gap] = slots[i];
                gap = i;
            }
        }

        slots[gap] = 0;
        _count--;
    }

    private static uint EmptySlot(uint hash, ulong[] slots)
    {
        uint i = Home(hash, slots);
        while (slots[i] != 0)
        {
            i = Next(i, slots);
        }

        return i;
    }

    private uint SlotOf(long id, int row)
    {
        ulong slot = Slot(Hash(id), row);
        uint i = Home(Hash(id), _slots);
        while (_slots[i] != slot)
        {
            Debug.Assert(_slots[i] != 0, "The id is not in the index.");
            i = Next(i, _slots);
        }

        return i;
    }

    private static ulong Slot(uint hash, int row) => ((ulong)hash << 32) | ((uint)row + 1);

    private static int Row(ulong slot) => (int)(uint)slot - 1;

    private static uint HashIn(ulong slot) => (uint)(slot >> 32);

    /// <summary>Fibonacci hashing: consecutive ids, the usual ones, spread evenly.</summary>
    private static uint Hash(long id) => (uint)((((ulong)id ^ ((ulong)id >> 32)) * 0x9E37_79B9_7F4A_7C15) >> 32);

    private static uint Home(uint hash, ulong[] slots) => hash >> (BitOperations.LeadingZeroCount((uint)slots.Length) + 1);

    private static uint Next(uint i, ulong[] slots) => (i + 1) & ((uint)slots.Length - 1);
}
