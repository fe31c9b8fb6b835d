"""Writes the vectors of this folder and the binary codes that other tools make of them. See README.md."""
import json
import sqlite3
import subprocess
import sys

import faiss
import numpy as np

ROWS = 20
DIMENSIONS = [1, 7, 8, 64, 100, 768]
TINY = float(np.finfo(np.float32).smallest_subnormal)
SPECIAL = np.array([0.0, -0.0, TINY, -TINY, 1e-40, -1e-40, 1.17549435e-38, -1.17549435e-38, 3.4e38, -3.4e38], np.float32)


def vectors(dimensions):
    """Four rows of one value, one of alternating signs; then normal values, a fifth of them replaced by special ones."""
    random = np.random.default_rng(dimensions)
    x = random.standard_normal((ROWS, dimensions)).astype(np.float32)
    special = random.random(x.shape) < 0.2
    x[special] = random.choice(SPECIAL, int(special.sum()))
    for row, value in enumerate([0.0, -0.0, TINY, -TINY]):
        x[row] = value
    x[4] = np.where(np.arange(dimensions) % 2 == 0, 1, -1)
    return x


def faiss_sign(x):
    codes = np.zeros((len(x), (x.shape[1] + 7) // 8), np.uint8)
    faiss.fvecs2bitvecs(faiss.swig_ptr(x), faiss.swig_ptr(codes), x.shape[1], len(x))
    return codes


def faiss_from_float(x):
    codes = np.zeros((len(x), x.shape[1] // 8), np.uint8)
    faiss.real_to_binary(x.size, faiss.swig_ptr(x), faiss.swig_ptr(codes))
    return codes


def faiss_hamming(codes):
    """Distances between all pairs of codes, in the order of the rows."""
    index = faiss.IndexBinaryFlat(8 * codes.shape[1])
    index.add(codes)
    found, rows = index.search(codes, len(codes))
    distances = np.empty_like(found)
    np.put_along_axis(distances, rows, found, axis=1)
    return distances


def sqlite_vec(x, extension):
    database = sqlite3.connect(":memory:")
    database.enable_load_extension(True)
    database.load_extension(extension)
    codes = [database.execute("select vec_quantize_binary(?)", [row.tobytes()]).fetchone()[0] for row in x]
    return np.frombuffer(b"".join(codes), np.uint8).reshape(len(x), -1)


def pgvector(x):
    """Bit strings, whose first character PostgreSQL stores as the highest bit of the first byte."""
    texts = ["[" + ",".join(repr(float(value)) for value in row) + "]" for row in x]
    output = subprocess.run(["node", "pgvector.mjs"], input=json.dumps(texts), capture_output=True, text=True, check=True).stdout
    return np.packbits([[int(bit) for bit in text] for text in json.loads(output)], axis=1)


for d in DIMENSIONS:
    x = vectors(d)
    codes = {"numpy": np.packbits(x > 0, axis=1), "numpy-little": np.packbits(x > 0, axis=1, bitorder="little"),
             "faiss-sign": faiss_sign(x), "pgvector": pgvector(x)}
    if d % 8 == 0:  # the others refuse it
        codes |= {"faiss-from-float": faiss_from_float(x), "sqlite-vec": sqlite_vec(x, sys.argv[1]),
                  "faiss-hamming": faiss_hamming(codes["faiss-sign"])}
    np.save(f"d{d}.vectors.npy", x)
    for name, values in codes.items():
        np.save(f"d{d}.{name}.npy", values)
