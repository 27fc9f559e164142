"""Ward's tree along a graph: only neighbours join, those first whose join adds least to the spread of the groups.

The same joins as scikit-learn's `ward_tree` (Ward 1963), without its import, which takes longer than the work.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Labels = NDArray[np.int64]


def ward_joins(rows: Floats, graph: Any, left: int) -> list[tuple[int, int]]:
    """Join the groups of a graph in one piece until `left` are left, and return who joined whom.

    `rows` has shape (n, d); the k-th join makes group n + k.
    """
    import numpy as np

    n = len(rows)
    total = 2 * n - left
    sums, sizes, gone = np.zeros((total, rows.shape[1])), np.zeros(total), np.zeros(total, bool)
    sums[:n], sizes[:n] = rows, 1.0
    beside: list[set[int]] = [
        set(graph.indices[a:b].tolist()) for a, b in zip(graph.indptr, graph.indptr[1:], strict=False)
    ]
    pairs = graph.tocoo()
    above = pairs.row > pairs.col
    first, second = pairs.row[above], pairs.col[above]
    heap = list(zip(_spread(sums, sizes, first, second).tolist(), first.tolist(), second.tolist(), strict=True))
    heapq.heapify(heap)
    done: list[tuple[int, int]] = []
    for made in range(n, total):
        a, b = _next(heap, gone)
        done.append((a, b))
        gone[a] = gone[b] = True
        sums[made], sizes[made] = sums[a] + sums[b], sizes[a] + sizes[b]
        near = sorted((beside[a] | beside[b]) - {a, b})
        beside[a] = beside[b] = set()
        beside.append(set(near))
        for other in near:
            beside[other] -= {a, b}
            beside[other].add(made)
        grown = _spread(sums, sizes, np.full(len(near), made), np.array(near, np.int64))
        for distance, other in zip(grown.tolist(), near, strict=True):
            heapq.heappush(heap, (distance, made, other))
    return done


def _next(heap: list[tuple[float, int, int]], gone: NDArray[np.bool_]) -> tuple[int, int]:
    while True:
        _, a, b = heapq.heappop(heap)
        if not (gone[a] or gone[b]):
            return a, b


def _spread(sums: Floats, sizes: Floats, first: Labels, second: Labels) -> Floats:
    """Return how much the sum of squares grows when groups join."""
    apart = sums[first] / sizes[first, None] - sums[second] / sizes[second, None]
    return (apart * apart).sum(axis=1) * sizes[first] * sizes[second] / (sizes[first] + sizes[second])  # type: ignore[no-any-return]
