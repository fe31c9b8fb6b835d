"""Writes the files of this folder; see README.md."""

import json
import os
import struct
import warnings

import faiss
import numpy as np

os.chdir(os.path.dirname(os.path.abspath(__file__)))
for folder in "faiss", "npy", "safetensors":
    os.makedirs(folder, exist_ok=True)
faiss.omp_set_num_threads(1)
K = 5


def vectors(count, d, seed):
    return np.random.RandomState(seed).randn(count, d).astype("float32")


def save(name, array):
    np.save(name + ".npy", array)


def write_faiss(name, index):
    faiss.write_index(index, f"faiss/{name}.faiss")


def inner_of(index, queries):
    """The index of the product quantizer, and the queries as it sees them."""
    if not isinstance(index, faiss.IndexPreTransform):
        return index, queries
    for i in range(index.chain.size()):
        queries = queries if queries is None else index.chain.at(i).apply(queries)
    return faiss.downcast_index(index.index), queries


def as_flat(index):
    """An IndexPQ with the quantizer and the vectors of the index: searches exactly, where fast scan rounds its tables."""
    flat = faiss.IndexPQ(index.d, index.pq.M, index.pq.nbits, index.metric_type)
    flat.pq = index.pq
    flat.is_trained = True
    if index.ntotal > 0:
        rows = index.pq.compute_codes(index.reconstruct_n(0, index.ntotal))
        assert np.array_equal(index.pq.decode(rows), index.reconstruct_n(0, index.ntotal))
        faiss.copy_array_to_vector(rows.ravel(), flat.codes)
        flat.ntotal = index.ntotal
    return flat


def write(name, index, queries=None):
    """The index, what its codes decode to and, with queries, its hits: ids and distances, the best first."""
    write_faiss(name, index)
    name = "faiss/" + name
    index = faiss.read_index(name + ".faiss")
    inner, seen = inner_of(index, queries)
    save(name + ".reconstructed", inner.reconstruct_n(0, inner.ntotal).reshape(inner.ntotal, inner.d))
    if queries is None:
        return
    flat = as_flat(inner)
    distances, ids = flat.search(seen, K + 1)
    # No ties and no near ties: then the order does not depend on how a searcher rounds and breaks ties.
    assert np.all(np.abs(np.diff(distances)) > 1e-4 * np.abs(distances[:, :-1])), name
    save(name + ".queries", queries)
    if seen is not queries:
        save(name + ".transformed", seen)
    save(name + ".ids", ids[:, :K].astype("float64"))
    save(name + ".distances", distances[:, :K])
    if not isinstance(inner, faiss.IndexPQFastScan):
        assert np.array_equal(index.search(queries, K)[1], ids[:, :K]), name


def trained(index, count, seed, sample=2000):
    index.train(vectors(sample, index.d, seed))
    if count > 0:
        index.add(vectors(count, index.d, seed + 1))
    return index


def searched(name, index, count=100, seed=1):
    index = trained(index, count, seed)
    write(name, index, vectors(4, index.d, seed + 2))
    if not isinstance(index, faiss.IndexPreTransform):
        save(f"faiss/{name}.vectors", vectors(count, index.d, seed + 1))


L2, IP = faiss.METRIC_L2, faiss.METRIC_INNER_PRODUCT

# IndexPQ. 12 dimensions, 3 subspaces of 6 bits: rows have 6 unused bits. 10 bits: a code crosses a byte.
searched("pq8-l2", faiss.IndexPQ(8, 4, 8, L2))
searched("pq4-ip", faiss.IndexPQ(16, 8, 4, IP))
searched("pq6-l2", faiss.IndexPQ(12, 3, 6, L2))
searched("pq5-ip", faiss.IndexPQ(14, 7, 5, IP), seed=2)
searched("pq10-l2", faiss.IndexPQ(2, 2, 10, L2), seed=7)
searched("pq1-l2", faiss.IndexPQ(40, 40, 1, L2), seed=0)
write("pq4-empty", trained(faiss.IndexPQ(8, 2, 4, L2), 0, 1))

# IndexPQFastScan. M even and odd; counts about the 32 of a group and bbs; bbs of two and three groups.
for m, d in (8, 16), (5, 10):
    for count in 0, 1, 31, 32, 33:
        write(f"fs-m{m}-n{count}", trained(faiss.IndexPQFastScan(d, m, 4, L2), count, 3))
searched("fs-m8-l2", faiss.IndexPQFastScan(16, 8, 4, L2))
searched("fs-m8-ip", faiss.IndexPQFastScan(16, 8, 4, IP))
searched("fs-m5-l2", faiss.IndexPQFastScan(10, 5, 4, L2))
write("fs-m1-n40", trained(faiss.IndexPQFastScan(4, 1, 4, L2), 40, 3))
for bbs in 64, 96:
    # FAISS 1.7.3 cannot reconstruct from such blocks (it skips the groups of 32), so the expected values are those of the source.
    source = trained(faiss.IndexPQ(10, 5, 4, L2), 100, 4)
    write_faiss(f"fs-bbs{bbs}", faiss.IndexPQFastScan(source, bbs))
    save(f"faiss/fs-bbs{bbs}.reconstructed", source.reconstruct_n(0, 100))

# Transforms before either.
for name, factory, d in [
    ("opq", "OPQ4_8,PQ4x4", 12),
    ("pca", "PCA8,PQ4x4", 12),
    ("pcar", "PCAR8,PQ4x4", 12),
    ("pcaw", "PCAW8,PQ4x4", 12),
    ("rr", "RR8,PQ4x4", 12),
    ("rr-up", "RR16,PQ4x4", 12),
    ("norm", "L2norm,PQ4x4", 8),
    ("pad", "Pad12,PQ4x4", 9),
    ("norm-opq-fs", "L2norm,OPQ4_8,PQ4x4fs", 12),
    ("pca-rr-fs", "PCA10,RR8,PQ4x4fs", 12),
]:
    searched("pt-" + name, faiss.index_factory(d, factory, L2), seed=5)
searched("pt-opq-ip", faiss.index_factory(12, "OPQ4_8,PQ4x4", IP), seed=8)
searched("pt-center", faiss.IndexPreTransform(faiss.CenteringTransform(8), faiss.IndexPQ(8, 4, 4, L2)), seed=5)
searched("pt-itqm", faiss.IndexPreTransform(faiss.ITQMatrix(8), faiss.IndexPQ(8, 4, 4, L2)), seed=6)
linear = faiss.LinearTransform(6, 4, True)
faiss.copy_array_to_vector(vectors(4, 6, 1).ravel(), linear.A)
faiss.copy_array_to_vector(vectors(1, 4, 2).ravel(), linear.b)
linear.is_trained = True
searched("pt-bias", faiss.IndexPreTransform(linear, faiss.IndexPQ(4, 4, 4, L2)), seed=6)

# What is rejected.

def rejected(name, index, count=40):
    write_faiss("rejected-" + name, trained(index, count, 6))


rejected("flat-l2", faiss.IndexFlatL2(4), 3)
rejected("flat-ip", faiss.IndexFlatIP(4), 3)
rejected("ivfpq", faiss.index_factory(4, "IVF2,PQ2x4"))
rejected("ivfpqfs", faiss.index_factory(4, "IVF2,PQ2x4fs"))
rejected("sq8", faiss.index_factory(4, "SQ8"), 3)
rejected("idmap", faiss.index_factory(4, "IDMap,PQ2x4"), 0)
rejected("lsh", faiss.IndexLSH(4, 8), 3)
rejected("hnsw", faiss.index_factory(4, "HNSW4"), 2)
rejected("rq", faiss.index_factory(4, "RQ2x4"), 3)
rejected("refine", faiss.index_factory(4, "PQ2x4,RFlat"), 3)
rejected("pca-flat", faiss.index_factory(4, "PCA2,Flat"), 3)
rejected("itq", faiss.index_factory(4, "ITQ2,PQ2x4"), 3)
write_faiss("rejected-untrained", faiss.IndexPQ(4, 2, 4))
rejected("l1", faiss.IndexPQ(4, 2, 4, faiss.METRIC_L1), 3)

# Arrays. The values are small multiples of 1/4, which every type holds.
array = (np.arange(24) / 4 - 3).reshape(2, 3, 4)
for dtype in "<f2", ">f2", "<f4", ">f4", "<f8", ">f8":
    order = "little" if dtype[0] == "<" else "big"
    save(f"npy/{dtype[1:]}-{order}", array.astype(dtype))
    save(f"npy/{dtype[1:]}-{order}-fortran", np.asfortranarray(array.astype(dtype)))
for version in (2, 0), (3, 0):
    with open(f"npy/version{version[0]}.npy", "wb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        np.lib.format.write_array(file, array.astype("<f4"), version)
save("npy/scalar", np.array(2.5, "<f4"))
save("npy/empty", np.zeros((0, 4), "<f4"))
save("npy/vector", np.arange(3, dtype="<f4"))
save("npy/matrix-fortran", np.asfortranarray(np.arange(6, dtype="<f4").reshape(2, 3)))
special = [np.inf, -np.inf, np.nan, 65504, 6e-8, -0.0]
save("npy/f2-special", np.array(special, "<f2"))
save("npy/f8-special", np.array(special[:3] + [1e300, 1e-300, 0.1], "<f8"))
save("npy/rejected-i8", np.arange(3))
save("npy/rejected-bool", np.array([True]))
save("npy/rejected-complex", np.array([1j]))
save("npy/rejected-structured", np.zeros(2, [("x", "<f4"), ("y", "<f4")]))
save("npy/rejected-text", np.array(["a"]))


def safetensors(name, tensors, metadata=None):
    """By the definition of the format; bfloat16, which NumPy lacks, comes as uint16 bits."""
    header, data = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for key, (dtype, values) in tensors.items():
        header[key] = {"dtype": dtype, "shape": list(values.shape), "data_offsets": [len(data), len(data) + values.nbytes]}
        data += values.tobytes()
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(f"safetensors/{name}.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


safetensors("all-types", {
    "embedding.weight": ("F32", array.astype("<f4")),
    "half": ("F16", array.astype("<f2")),
    "brain": ("BF16", (array.astype("<f4").view("<u4") >> 16).astype("<u2")),
    "double": ("F64", array.astype("<f8")),
    "scalar": ("F32", np.array(2.5, "<f4")),
    "empty": ("F32", np.zeros((0, 4), "<f4")),
    "ids": ("I64", np.arange(3, dtype="<i8")),
    "größe": ("F32", np.arange(3, dtype="<f4")),
}, {"format": "pt"})
