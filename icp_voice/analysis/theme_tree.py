"""Trees of groups: small pieces first, pieces joined into themes, and where to cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from icp_voice.analysis.theme_space import Space

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
    from sklearn.cluster import ward_tree
    from sklearn.decomposition import PCA

    n = len(space.vectors)
    if n <= FEW:
        return np.arange(n)
    reduced = PCA(REDUCED, svd_solver="covariance_eigh").fit_transform(space.vectors)
    children = ward_tree(reduced.astype(np.float64), connectivity=space.graph)[0]
    wanted = min(max(n // 4, FEW), most)
    return apply([Join(int(a), int(b), 0.0) for a, b in children[: n - wanted]], n)


def cut(
    vectors: Matrix, pieces: Labels, counts: Labels, *, apart: float, lean: float, smallest: int, most: int
) -> Labels:
    """Join the pieces to themes: as many as average linkage leaves apart at similarity `apart`, but `most` at most.

    The number comes from plain average linkage (`lean` 0); the groups come from a tree whose distances are multiplied
    by (a b / (a + b)) ** lean for groups of a and b texts: 0 is average linkage, 1 is close to Ward's.
    """
    import numpy as np
    import scipy.sparse as sp

    member = sp.csr_matrix((counts.astype(float), (pieces, np.arange(len(pieces)))))
    sums = np.asarray(member @ vectors.astype(np.float64))
    sizes = np.asarray(member.sum(axis=1)).ravel()
    m = len(sizes)
    plain = joins(sums, sizes, 0.0)
    number = _groups([join for join in plain if join.distance <= 1 - apart], sizes, smallest)
    leaning = joins(sums, sizes, lean)
    return apply(leaning[: _steps(leaning, sizes, smallest, min(max(number, 1), most))], m)[pieces]


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


def _groups(done: list[Join], sizes: Floats, smallest: int) -> int:
    """Count the groups of at least `smallest` after these joins."""
    return _counts(done, sizes, smallest)[-1]


def _steps(done: list[Join], sizes: Floats, smallest: int, number: int) -> int:
    """Return after how many joins there are `number` groups that are big enough: the latest such point."""
    counts = _counts(done, sizes, smallest)
    return max((step for step, count in enumerate(counts) if count >= number), default=len(done))


def _counts(done: list[Join], sizes: Floats, smallest: int) -> list[int]:
    held = [float(size) for size in sizes]
    big: Callable[[float], int] = lambda size: int(size >= smallest)  # noqa: E731
    counts = [sum(big(size) for size in held)]
    for join in done:
        size = held[join.a] + held[join.b]
        counts.append(counts[-1] + big(size) - big(held[join.a]) - big(held[join.b]))
        held.append(size)
    return counts



