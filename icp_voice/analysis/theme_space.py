"""The space in which themes are looked for: what a text means and which words it uses, smoothed over its neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]
    Labels = NDArray[np.int64]

CELLS = 2**20  # cosines that one thread holds at once
THREADS = 2
ROWS = 2048
KEPT = 192
COMPANY = 5
SHARPNESS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """Unit vectors of shape (n, d), smoothed; the graph: symmetric sparse similarities, in one piece.

    `company` says for each text how much like it its five nearest are, by the mean of their cosines.
    """

    vectors: Matrix
    company: Matrix
    graph: Any


def build(meanings: Matrix, wordings: Matrix, *, neighbours: int, rounds: int, words: float) -> Space:
    """Lay the texts out: meaning beside words (so much of them), then `rounds` times half way to the neighbours' mean.

    The smoothing is a simplified graph convolution (Wu et al. 2019, "Simplifying Graph Convolutional Networks").
    """
    import numpy as np
    import scipy.sparse as sp

    laid = reduced(np.hstack([meanings, words * wordings]))
    graph, company = neighbour_graph(laid, neighbours)
    weight = graph.power(SHARPNESS)
    weight = sp.diags(1 / np.maximum(np.asarray(weight.sum(axis=1)).ravel(), 1e-9)) @ weight
    for _ in range(rounds):
        laid = unit(0.5 * laid + 0.5 * (weight @ laid))
    return Space(laid, company, _connected(laid, graph))


def unit(matrix: Matrix) -> Matrix:
    """Scale every row to length 1; a row of zeros stays."""
    import numpy as np

    return np.asarray(matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def reduced(matrix: Matrix) -> Matrix:
    """Keep the strongest directions (not centred, so that cosines stay what they are): unit rows."""
    import numpy as np

    if matrix.shape[1] <= KEPT or len(matrix) <= KEPT:
        return unit(matrix)
    product = np.zeros((matrix.shape[1], matrix.shape[1]))
    for start in range(0, len(matrix), ROWS):  # in double precision, but never all of it at once
        rows = matrix[start : start + ROWS].astype(np.float64)
        product += rows.T @ rows
    axes = np.linalg.eigh(product)[1][:, -KEPT:]
    return unit(matrix @ axes.astype(np.float32))


def neighbour_graph(vectors: Matrix, neighbours: int) -> tuple[Any, Matrix]:
    """Return the graph of the nearest neighbours by cosine, exact, blockwise: sparse, symmetric, weights above 0.

    Also returns the mean cosine of the five nearest of each row.
    """
    import numpy as np
    import scipy.sparse as sp

    n = len(vectors)
    with ThreadPoolExecutor(
        max_workers=THREADS
    ) as pool:  # each block is computed by one thread: same bits on any machine
        rows_at_once = max(16, CELLS // n)
        starts = range(0, n, rows_at_once)
        found = list(pool.map(lambda start: _nearest(vectors, start, rows_at_once, neighbours), starts))
    columns = np.concatenate([columns for columns, _ in found])
    alike = np.maximum(np.concatenate([alike for _, alike in found]), 1e-6)
    rows = np.repeat(np.arange(n), neighbours)
    graph = sp.csr_matrix((alike.ravel(), (rows, columns.ravel())), (n, n))
    return graph.maximum(graph.T).tocsr(), np.sort(alike, axis=1)[:, -COMPANY:].mean(axis=1)


def _nearest(vectors: Matrix, start: int, rows_at_once: int, neighbours: int) -> tuple[Labels, Matrix]:
    import numpy as np

    unlike = -vectors[start : start + rows_at_once] @ vectors.T
    rows = np.arange(len(unlike))
    unlike[rows, start + rows] = 2.0
    # The copy lets go of the whole table, of which this is a narrow part.
    columns = np.argpartition(unlike, neighbours - 1, axis=1)[:, :neighbours].copy()
    return columns, -np.take_along_axis(unlike, columns, axis=1)


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
