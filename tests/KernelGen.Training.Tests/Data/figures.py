"""Cuts the sets of this folder, and trains product quantizers of FAISS on them; see README.md."""

import json
import os
import sys

import faiss
import numpy as np

FOLDER = os.path.dirname(os.path.abspath(__file__))
SAMPLE = os.path.join(FOLDER, "../../../samples/DefinitionSearch/data")

# Metric (cosine: of vectors scaled to norm 1), and the subspaces and bits.
SETS = {
    "use512wn": ("cosine", [(64, 8), (128, 4)]),
    "glove100": ("cosine", [(20, 8), (50, 4)]),
    "fmnist784": ("l2", [(49, 8), (98, 4)]),
    "sift128": ("l2", [(16, 8), (32, 4)]),
}

# Rows of the base and queries that this folder has of a set: what fits into less than two megabytes.
CUTS = {"glove100": (3000, 300), "fmnist784": (1200, 150)}


def read_fvecs(path):
    words = np.fromfile(path, "<f4")
    return words.reshape(-1, 1 + words.view("<i4")[0])[:, 1:].copy()


def cut(data):
    """Evenly spaced rows, because words lie in the order of their frequency. Pixels are bytes."""
    for name, counts in CUTS.items():
        for part, count in zip(("base", "query"), counts):
            vectors = read_fvecs(f"{data}/{name}.{part}.fvecs")
            vectors = vectors[np.arange(count) * len(vectors) // count]
            if name == "fmnist784":
                vectors.astype("u1").tofile(f"{FOLDER}/{name}.{part}.u8")
            else:
                np.save(f"{FOLDER}/{name}.{part}.npy", vectors.astype("<f2"))


def read_own(name, part):
    if name == "use512wn":
        with open(f"{SAMPLE}/{'glosses' if part == 'base' else 'queries'}.f16", "rb") as file:
            shape = np.fromfile(file, "<i4", 2)
            return np.fromfile(file, "<f2").reshape(shape).astype("float32")
    if name == "fmnist784":
        return np.fromfile(f"{FOLDER}/{name}.{part}.u8", "u1").reshape(-1, 784).astype("float32")
    return np.load(f"{FOLDER}/{name}.{part}.npy").astype("float32")


def recall(vectors, queries, decoded, metric):
    """The share of the 10 rows nearest by decoded vectors that are among the 10 nearest, or as near as the tenth."""
    def scores(rows):
        products = queries.astype("float64") @ rows.astype("float64").T
        return products if metric == "cosine" else 2 * products - (rows.astype("float64") ** 2).sum(1)

    exact = scores(vectors)
    tenth = np.partition(exact, -10, axis=1)[:, -10]
    found = np.argsort(-scores(decoded), axis=1, kind="stable")[:, :10]
    hits = np.take_along_axis(exact, found, 1) >= (tenth - 1e-9 * np.abs(tenth))[:, None]
    return hits.mean()


def figures(name, vectors, queries, seeds):
    metric, sizes = SETS[name]
    if metric == "cosine":
        vectors, queries = (x / np.linalg.norm(x.astype("float64"), axis=1, keepdims=True) for x in (vectors, queries))
        vectors, queries = vectors.astype("float32"), queries.astype("float32")
    for subspaces, bits in sizes:
        errors, recalls = [], []
        for seed in range(1, seeds + 1):
            pq = faiss.ProductQuantizer(vectors.shape[1], subspaces, bits)
            assert (pq.cp.niter, pq.cp.max_points_per_centroid) == (25, 256)
            pq.cp.seed = seed
            pq.train(vectors)
            decoded = pq.decode(pq.compute_codes(vectors))
            errors.append(float(((vectors.astype("float64") - decoded) ** 2).sum(1).mean()))
            recalls.append(float(recall(vectors, queries, decoded, metric)))
        figure = {"set": name, "rows": len(vectors), "queries": len(queries), "metric": metric, "subspaces": subspaces, "bits": bits}
        for what, values in ("error", errors), ("recall", recalls):
            figure[what] = float(f"{np.mean(values):.6g}")
            figure[what + "Deviation"] = float(f"{np.std(values, ddof=1):.2g}")
        print(json.dumps(figure), file=sys.stderr, flush=True)
        yield figure


def main(command, seeds, *arguments):
    """cut DIRECTORY | own SEEDS | full SEEDS DIRECTORY"""
    if command == "cut":
        return cut(seeds)
    if command == "own":
        sets = [(name, read_own(name, "base"), read_own(name, "query")) for name in ("use512wn", *CUTS)]
    else:
        sets = [(name, *(read_fvecs(f"{arguments[0]}/{name}.{part}.fvecs") for part in ("base", "query"))) for name in SETS]
    result = [figure for base in sets for figure in figures(*base, int(seeds))]
    print("[\n  " + ",\n  ".join(json.dumps(figure) for figure in result) + "\n]")


if __name__ == "__main__":
    main(*sys.argv[1:])
