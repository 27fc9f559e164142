"""Trees of groups: small pieces first, pieces joined into themes, and where to cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from icp_voice.analysis.theme_space import Space
from icp_voice.analysis.theme_ward import ward_joins

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]
    Floats = NDArray[np.float64]
    Labels = NDArray[np.int64]

FEW = 400
REDUCED = 50


@dataclass(frozen=True, slots=True)
class Join:
    """Two groups, by number, become one, at a distance; the n-th join of m pieces makes group m + n."""

    a: int
    b: int
    distance: float


def pieces(space: Space, most: int) -> Labels:
    """Cut the texts into at most `most` small pieces by Ward's tree along the graph; few texts stay one piece each."""
    import numpy as np

    n = len(space.vectors)
    if n <= FEW:
        return np.arange(n)
    centred = space.vectors - space.vectors.mean(axis=0, dtype=np.float64)
    axes = np.linalg.eigh(centred.T @ centred)[1][:, -REDUCED:]
    left = min(max(n // 4, FEW), most)
    return apply([Join(a, b, 0.0) for a, b in ward_joins(centred @ axes, space.graph, left)], n)


@dataclass(frozen=True, slots=True, eq=False)
class Heaps:
    """Pieces as heaps of unit vectors: `sums` of shape (pieces, d), `sizes` in texts, and `of`, each text's piece."""

    of: Labels
    sums: Floats
    sizes: Floats


def heap(vectors: Any, of: Labels, counts: Labels) -> Heaps:
    """Heap up vectors (dense or sparse) by piece, each counted as often as its text was said."""
    import numpy as np
    import scipy.sparse as sp

    member = sp.csr_matrix((counts.astype(float), (of, np.arange(len(of)))))
    sums = member @ vectors
    return Heaps(
        of,
        np.asarray(sums.todense() if sp.issparse(sums) else sums, np.float64),
        np.asarray(member.sum(axis=1)).ravel(),
    )


def number_apart(heaps: Heaps, *, apart: float, smallest: int) -> int:
    """Count the groups of at least `smallest` that average linkage leaves, joining down to similarity `apart`."""
    plain = joins(heaps.sums, heaps.sizes, 0.0)
    return _counts([join for join in plain if join.distance <= 1 - apart], heaps.sizes, smallest)[-1]


def cut(heaps: Heaps, numbers: Sequence[int], *, lean: float, smallest: int) -> list[Labels]:
    """Join the heaps until so many groups of at least `smallest` are left, once for each of the numbers.

    Distances are multiplied by (a b / (a + b)) ** lean for groups of a and b texts: 0 is average linkage, 1 close to
    Ward's.
    """
    done = joins(heaps.sums, heaps.sizes, lean)
    steps = [_steps(done, heaps.sizes, smallest, number) for number in numbers]
    return [apply(done[:step], len(heaps.sizes))[heaps.of] for step in steps]


def agreement(groupings: Sequence[Labels], counts: Labels, most: int) -> tuple[Any, Heaps]:
    """Say each text by the groups it was put into: a sparse unit row, whose products are shares of agreement.

    Texts that were always put together are one heap; beyond the `most` commonest, a text goes to the most agreeing one.
    (Fred and Jain 2005, "Combining multiple clusterings using evidence accumulation".)
    """
    import numpy as np
    import scipy.sparse as sp

    n = len(counts)
    parts = [
        sp.csr_matrix((np.ones(len(held)), (held, labels[held])), (n, int(labels.max(initial=0)) + 1))
        for labels in groupings
        for held in [np.flatnonzero(labels >= 0)]
    ]
    rows = (sp.hstack(parts) / len(parts) ** 0.5).tocsr()
    _, first, of, times = np.unique(
        np.stack(groupings, axis=1), axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    of = of.ravel()
    if len(first) > most:
        kept = np.sort(np.argsort(-times, kind="stable")[:most])
        nearest = np.asarray((rows[first] @ rows[first[kept]].T).todense()).argmax(axis=1)
        nearest[kept] = np.arange(most)
        of = nearest[of]
    return rows, heap(rows, of, counts)


def joins(sums: Floats, sizes: Floats, lean: float) -> list[Join]:
    """Join the nearest two groups until one is left. Similarity of two groups is the mean over all pairs of members."""
    import numpy as np

    m = len(sizes)
    sums, sizes, alive, number = sums.copy(), sizes.copy(), np.ones(m, bool), np.arange(m)
    means = sums / sizes[:, None]
    table = (1 - means @ means.T) * (np.outer(sizes, sizes) / np.add.outer(sizes, sizes)) ** lean
    np.fill_diagonal(table, np.inf)
    best, nearest = table.argmin(axis=1), table.min(axis=1)
    done: list[Join] = []
    for step in range(m - 1):
        a = int(nearest.argmin())
        b = int(best[a])
        done.append(Join(int(number[a]), int(number[b]), float(nearest[a])))
        sums[a] += sums[b]
        sizes[a] += sizes[b]
        means[a] = sums[a] / sizes[a]
        alive[b], number[a] = False, m + step
        row = np.where(alive, (1 - means @ means[a]) * (sizes * sizes[a] / (sizes + sizes[a])) ** lean, np.inf)
        row[a] = np.inf
        table[b, :] = table[:, b] = nearest[b] = np.inf
        table[a, :] = table[:, a] = row
        stale = np.flatnonzero(alive & ((best == a) | (best == b)))
        best[stale], nearest[stale] = table[stale].argmin(axis=1), table[stale].min(axis=1)
        closer = alive & (row < nearest)
        best[closer], nearest[closer] = a, row[closer]
        best[a], nearest[a] = int(row.argmin()), row.min()
    return done


def apply(done: list[Join], n: int) -> Labels:
    """Return the group of each of n items after these joins, numbered 0, 1, ... by their first item."""
    import numpy as np

    parent = list(range(n + len(done)))
    for step, join in enumerate(done):
        parent[join.a] = parent[join.b] = n + step
    for i in range(len(parent) - 1, -1, -1):  # a group's number is higher than its parts': top down, one look each
        parent[i] = parent[parent[i]]
    _, first, labels = np.unique(parent[:n], return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return np.asarray(rank[labels], dtype=np.int64)


def _steps(done: list[Join], sizes: Floats, smallest: int, number: int) -> int:
    """Return after how many joins there are `number` groups that are big enough: the latest such point."""
    counts = _counts(done, sizes, smallest)
    return max((step for step, count in enumerate(counts) if count >= number), default=len(done))


def _counts(done: list[Join], sizes: Floats, smallest: int) -> list[int]:
    held = [float(size) for size in sizes]

    def big(size: float) -> int:
        return int(size >= smallest)

    counts = [sum(big(size) for size in held)]
    for join in done:
        size = held[join.a] + held[join.b]
        counts.append(counts[-1] + big(size) - big(held[join.a]) - big(held[join.b]))
        held.append(size)
    return counts
