"""Trains residual quantizers of FAISS on the sets of this folder; see README.md."""

import json
import sys

import faiss
import numpy as np

from figures import SETS, read_own

# Subspaces, stages and bits.
SIZES = {"glove100": [(1, 6, 6), (2, 4, 6)], "fmnist784": [(1, 4, 6)], "use512wn": [(1, 4, 6)]}
BEAM = 5


def residual(dimensions, subspaces, stages, bits, seed):
    quantizer = (
        faiss.ResidualQuantizer(dimensions, stages, bits)
        if subspaces == 1
        else faiss.ProductResidualQuantizer(dimensions, subspaces, stages, bits)
    )
    parts = [quantizer] if subspaces == 1 else [faiss.downcast_AdditiveQuantizer(quantizer.subquantizer(m)) for m in range(subspaces)]
    for part in parts:
        # A k-means of all dimensions per stage, with the defaults of faiss.Clustering.
        part.train_type = faiss.ResidualQuantizer.Train_default
        part.max_beam_size = BEAM
        part.cp.niter = 25
        part.cp.max_points_per_centroid = 256
        part.cp.seed = seed
    return quantizer


def figures(name, seeds):
    vectors = read_own(name, "base")
    if SETS[name][0] == "cosine":
        vectors = (vectors / np.linalg.norm(vectors.astype("float64"), axis=1, keepdims=True)).astype("float32")
    for subspaces, stages, bits in SIZES[name]:
        errors = []
        for seed in range(1, seeds + 1):
            quantizer = residual(vectors.shape[1], subspaces, stages, bits, seed)
            quantizer.train(vectors)
            decoded = quantizer.decode(quantizer.compute_codes(vectors))
            errors.append(float(((vectors.astype("float64") - decoded) ** 2).sum(1).mean()))
        figure = {"set": name, "rows": len(vectors), "subspaces": subspaces, "stages": stages, "bits": bits, "beam": BEAM}
        figure["error"] = float(f"{np.mean(errors):.6g}")
        figure["errorDeviation"] = float(f"{np.std(errors, ddof=1):.2g}")
        print(json.dumps(figure), file=sys.stderr, flush=True)
        yield figure


if __name__ == "__main__":
    result = [figure for name in SIZES for figure in figures(name, int(sys.argv[1]))]
    print("[\n  " + ",\n  ".join(json.dumps(figure) for figure in result) + "\n]")
