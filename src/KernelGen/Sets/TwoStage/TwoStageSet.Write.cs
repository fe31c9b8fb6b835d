using System.Buffers;
using KernelGen.Kernels;

namespace KernelGen;

/// <content>Adding, replacing and removing. Both sets get the same calls in the same order, so that a vector has the same row in both; the coarse
/// one, whose count readers go by, comes last where rows are added.</content>
public sealed partial class TwoStageSet<TCoarse, TFine>
{
    /// <summary>Adds a vector.</summary>
    /// <param name="id">Its id; any number that is not in the set.</param>
    /// <param name="vector">Its values, as many as the codecs have dimensions.</param>
    /// <exception cref="ArgumentException">The id is in the set, the length is wrong, or a value is not finite, in the vector or in what its fine code stands for; the set is as
    /// before.</exception>
    /// <exception cref="NotSupportedException">The set is read-only.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public void Add(long id, ReadOnlySpan<float> vector)
    {
        using SetGate.WriteScope scope = _gate.Write();
        VectorSet<TFine> fine = Changeable();
        fine.Add(id, vector);
        AddCoarse(fine, new ReadOnlySpan<long>(in id), threads: 1, progress: null, CancellationToken.None);
    }

    /// <summary>Adds many vectors: all of them or, if anything fails, none.</summary>
    /// <param name="ids">Their ids, none of them twice or in the set.</param>
    /// <param name="vectors">Their values, one vector after another.</param>
    /// <param name="parallelism">Number of threads that encode; -1 for all cores.</param>
    /// <param name="progress">Receives the number of vectors that have both codes; with several threads from each of them, perhaps not in order.</param>
    /// <param name="cancellationToken">Ends the call with the set as before.</param>
    /// <exception cref="ArgumentException">An id is there twice or in the set, the length is wrong, or a value is not finite, in a vector or in what its fine code stands
    /// for; the set is as before.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Wrong parallelism.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the set is as before.</exception>
    /// <exception cref="InvalidOperationException">The set would have more than 805,306,368 vectors.</exception>
    /// <exception cref="NotSupportedException">The set is read-only.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public void AddRange(
        ReadOnlySpan<long> ids,
        ReadOnlySpan<float> vectors,
        int parallelism = 1,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        int threads = ParallelPass.Threads(parallelism);
        using SetGate.WriteScope scope = _gate.Write();
        VectorSet<TFine> fine = Changeable();
        fine.AddRange(ids, vectors, parallelism, progress: null, cancellationToken);
        AddCoarse(fine, ids, threads, progress, cancellationToken);
    }

    /// <summary>Gives an id another vector.</summary>
    /// <param name="id">An id in the set.</param>
    /// <param name="vector">The new values, as many as the codecs have dimensions.</param>
    /// <exception cref="KeyNotFoundException">The id is not in the set.</exception>
    /// <exception cref="ArgumentException">The length is wrong, or a value is not finite, in the vector or in what its fine code stands for; the set is as before.</exception>
    /// <exception cref="NotSupportedException">The set is read-only.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public void Replace(long id, ReadOnlySpan<float> vector)
    {
        CheckVector(vector, nameof(vector));
        CodecGuard.CheckFinite(vector, vector.Length, nameof(vector));
        using SetGate.WriteScope scope = _gate.Write();
        VectorSet<TFine> fine = Changeable();
        int row = _coarse.FindRow(id, _coarse.Rows());
        byte[] fineCode = new byte[TFine.Layout.CodeBytes];
        byte[] coarseCode = new byte[TCoarse.Layout.CodeBytes];
        float[] decoded = new float[vector.Length];
        FineCodec.Encode(vector, fineCode);
        FineCodec.Decode(fineCode, decoded);
        CoarseCodec.Encode(decoded, coarseCode);
        _fine.Norms.Include(decoded);
        using SetGate.ExclusiveScope exclusive = _gate.Exclude();
        fine.SetCode(row, fineCode);
        _coarse.SetCode(row, coarseCode);
    }

    /// <summary>Removes a vector. Its memory is used by the next one that is added; see <see cref="TrimExcess"/>.</summary>
    /// <param name="id">Any id.</param>
    /// <returns>Whether it was in the set.</returns>
    /// <exception cref="NotSupportedException">The set is read-only.</exception>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public bool Remove(long id)
    {
        using SetGate.WriteScope scope = _gate.Write();
        VectorSet<TFine> fine = Changeable();
        using SetGate.ExclusiveScope exclusive = _gate.Exclude();
        return _coarse.Remove(id) && fine.Remove(id);
    }

    /// <summary>Frees memory that is reserved for growth or was left by removed vectors, as <see cref="VectorSet{TCodec}.TrimExcess"/> does.</summary>
    /// <exception cref="ObjectDisposedException">The set is disposed.</exception>
    public void TrimExcess()
    {
        using SetGate.WriteScope scope = _gate.Write();
        using SetGate.ExclusiveScope exclusive = _gate.Exclude();
        _idlePasses.Clear();
        _coarse.TrimExcess();
        (_fine as FineMemory<TFine>)?.Set.TrimExcess();
    }

    /// <summary>Encodes the rows that the fine set has and the coarse one lacks; takes them from the fine set if that fails.</summary>
    private void AddCoarse(VectorSet<TFine> fine, ReadOnlySpan<long> ids, int threads, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        try
        {
            _coarse.AddRangeFrom(ids, _fine, threads, progress, cancellationToken);
        }
        catch
        {
            for (int i = ids.Length - 1; i >= 0; i--)
            {
                fine.Remove(ids[i]);
            }

            throw;
        }
    }

    private VectorSet<TFine> Changeable() => _fine is FineMemory<TFine> memory
        ? memory.Set
        : throw new NotSupportedException("The set is read-only because its fine codes stay in a file. TwoStageSet.Load reads a file to memory, where it can be changed.");
}
