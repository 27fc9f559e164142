"""The space in which themes are looked for: what a text means and which words it uses, smoothed over its neighbours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]
    Labels = NDArray[np.int64]

BLOCK = 512
DIMENSIONS = 200
SHARPNESS = 3
SHRUNK = 0.5
MOST_AXES = 80


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """Unit vectors of shape (n, d), smoothed and plain, and the graph: symmetric sparse similarities, in one piece."""

    vectors: Matrix
    plain: Matrix
    graph: Any


def build(texts: Sequence[str], vectors: Matrix, *, neighbours: int, rounds: int, words: float, seed: int) -> Space:
    """Lay the texts out: meaning beside words, then `rounds` times half way to the mean of the nearest neighbours.

    The smoothing is that of a simplified graph convolution (Wu et al. 2019, "Simplifying Graph Convolutional Networks").
    """
    import numpy as np
    import scipy.sparse as sp

    laid = plain = unit(np.hstack([vectors, words * word_vectors(texts, seed)]))
    graph = neighbour_graph(laid, neighbours)
    weight = graph.power(SHARPNESS)
    weight = sp.diags(1 / np.maximum(np.asarray(weight.sum(axis=1)).ravel(), 1e-9)) @ weight
    for _ in range(rounds):
        laid = unit(0.5 * laid + 0.5 * (weight @ laid))
    return Space(laid, plain, _connected(laid, graph))


def unit(matrix: Matrix) -> Matrix:
    """Scale every row to length 1; a row of zeros stays."""
    import numpy as np

    return np.asarray(matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def word_vectors(texts: Sequence[str], seed: int) -> Matrix:
    """Return tf-idf of words and pairs of words, in at most 200 dimensions: shape (n, d), rows of length 1 or 0."""
    import numpy as np
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2 if len(texts) > 200 else 1)
    try:
        table = vectorizer.fit_transform(texts)
    except ValueError:  # no text holds a word
        return np.zeros((len(texts), 1), np.float32)
    most = min(DIMENSIONS, min(table.shape) - 1)
    if most < 2:
        return unit(table.toarray())
    return unit(TruncatedSVD(most, random_state=seed).fit_transform(table))


def telling(vectors: Matrix, labels: Labels) -> Matrix:
    """Turn the vectors into the directions that tell these groups apart (linear discriminants): unit rows.

    The spread within groups is mixed half and half with its mean in all directions. Label -1 is in no group.
    """
    import numpy as np
    import scipy.sparse as sp

    held = np.flatnonzero(labels >= 0)
    groups, number, sizes = np.unique(labels[held], return_inverse=True, return_counts=True)
    if len(groups) < 2:
        return vectors
    member = sp.csr_matrix((np.ones(len(held)), (number, np.arange(len(held)))))
    middles = np.asarray(member @ vectors[held].astype(np.float64)) / sizes[:, None]
    inner = vectors[held] - middles[number]
    spread = inner.T @ inner / len(held)
    floor = np.trace(spread) / len(spread)
    spread = (1 - SHRUNK) * spread + (SHRUNK * floor + 1e-9) * np.eye(len(spread))
    whiten = np.linalg.inv(np.linalg.cholesky(spread)).T
    middle = (middles * sizes[:, None]).sum(axis=0) / len(held)
    between = ((middles - middle) @ whiten) * np.sqrt(sizes)[:, None]
    axes = np.linalg.svd(between, full_matrices=False)[2][: min(len(groups) - 1, MOST_AXES)]
    return unit((vectors - middle) @ (whiten @ axes.T))


def neighbour_graph(vectors: Matrix, neighbours: int) -> Any:
    """Return the graph of the nearest neighbours by cosine, exact, blockwise: sparse, symmetric, weights above 0."""
    import numpy as np
    import scipy.sparse as sp

    n = len(vectors)
    with ThreadPoolExecutor(max_workers=4) as pool:  # each block is computed by one thread: same bits on any machine
        found = list(pool.map(lambda start: _nearest(vectors, start, neighbours), range(0, n, BLOCK)))
    columns = np.concatenate([columns for columns, _ in found])
    alike = np.maximum(np.concatenate([alike for _, alike in found]), 1e-6)
    rows = np.repeat(np.arange(n), neighbours)
    graph = sp.csr_matrix((alike.ravel(), (rows, columns.ravel())), (n, n))
    return graph.maximum(graph.T).tocsr()


def _nearest(vectors: Matrix, start: int, neighbours: int) -> tuple[Labels, Matrix]:
    import numpy as np

    alike = vectors[start : start + BLOCK] @ vectors.T
    rows = np.arange(len(alike))
    alike[rows, start + rows] = -2.0
    columns = np.argpartition(-alike, neighbours - 1, axis=1)[:, :neighbours]
    return columns, np.take_along_axis(alike, columns, axis=1)


def _connected(vectors: Matrix, graph: Any) -> Any:
    """Tie the parts of the graph together, each part by its middle to the nearest text outside it, until it is one."""
    import scipy.sparse as sp
    from scipy.sparse.csgraph import connected_components

    while True:
        parts, label = connected_components(graph, directed=False)
        if parts == 1:
            return graph
        ties = list(_ties(vectors, label, parts))
        rows, columns = zip(*ties, strict=True)
        extra = sp.csr_matrix(([1e-6] * len(ties), (rows, columns)), graph.shape)
        graph = graph.maximum(extra).maximum(extra.T).tocsr()


def _ties(vectors: Matrix, label: Labels, parts: int) -> Iterator[tuple[int, int]]:
    import numpy as np

    order = np.argsort(label, kind="stable")
    borders = np.searchsorted(label[order], np.arange(parts + 1))
    for part in range(parts):
        members = order[borders[part] : borders[part + 1]]
        alike = vectors @ vectors[members].mean(axis=0)
        outside = np.where(label == part, -2.0, alike)
        yield int(members[alike[members].argmax()]), int(outside.argmax())
