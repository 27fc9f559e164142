"""Themes: what texts of one category group into by themselves, how many there are, and what stays alone.

The steps of `group`, each deterministic and blind to the order of the texts:

1. `space.build`: sentence vectors beside word vectors (tf-idf and truncated SVD), then smoothed over the graph of nearest
   neighbours, which draws the members of a theme together.
2. A Ward tree along that graph makes small pieces; a second tree joins the pieces by average linkage, weighted so that big
   heaps are slower to swallow others. How many themes there are is read off the plain average-linkage tree: as many groups
   as stay apart when no two groups may be joined whose members are less alike than `APART`.
3. Each text moves to its nearest theme in the directions that tell the themes apart (linear discriminants of the themes
   found so far; Ding and Li 2007, "Adaptive dimension reduction using discriminant analysis and k-means").
4. Those that are near none, or as near to two, get none, and the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]
    Labels = NDArray[np.int64]

ROUNDS = 3
WORDS = 0.5
APART = 0.68
LEAN = 0.4
REFINED = 3
PIECES = 1000
NEAR = 0.3
TIE = 0.02
MOST_ALONE = 0.04


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """What `group` found.

    `labels` has shape (n,), -1 for none; `reasons` says why for each without a theme and is empty for the others;
    `order` holds for each theme the positions of its members, the most typical first; `centroids` has shape
    (themes, d), rows of length 1. Themes are numbered by size, the biggest first.
    """

    labels: Labels
    reasons: list[str]
    order: list[list[int]]
    centroids: Matrix


def group(texts: Sequence[str], vectors: Matrix, *, smallest: int = 3, random_state: int = 0) -> Grouping:
    """Group texts, given as unit vectors of shape (n, d), into as many themes as they fall into.

    A theme has at least `smallest` members (2 where there are fewer than 60 texts). Equal texts share a theme.
    """
    import numpy as np
    from threadpoolctl import threadpool_limits

    if len(texts) != len(vectors):
        raise ValueError(f"{len(texts)} texts and {len(vectors)} vectors")
    words, first, back, counts = np.unique(
        np.asarray(texts, dtype=object), return_index=True, return_inverse=True, return_counts=True
    )
    with threadpool_limits(limits=1):
        unique = np.asarray(vectors, dtype=np.float32)[first]
        labels, reasons = _group(list(words), unique, counts, 2 if len(texts) < 60 else smallest, random_state)
        return _grouping(texts, np.asarray(vectors, dtype=np.float32), labels[back], [reasons[i] for i in back])


def _group(
    texts: list[str], vectors: Matrix, counts: Labels, smallest: int, random_state: int
) -> tuple[Labels, list[str]]:
    import numpy as np

    from icp_voice.analysis import theme_space, theme_tree

    n = len(texts)
    if n < 2:
        labels = np.full(n, 0 if counts.sum() >= smallest else -1)
        return labels, ["" if label == 0 else "alone: nothing else was said" for label in labels]
    space = theme_space.build(texts, vectors, neighbours=neighbours(n), rounds=ROUNDS, words=WORDS, seed=random_state)
    pieces = theme_tree.pieces(space, PIECES)
    labels = theme_tree.cut(
        space.vectors, pieces, counts, apart=APART, lean=LEAN, smallest=smallest, most=most_themes(int(counts.sum()))
    )
    labels = _settle(space.vectors, labels, counts, smallest)
    for _ in range(REFINED):
        labels = _settle(theme_space.telling(space.plain, labels), labels, counts, smallest)
    return _leave_alone(vectors, labels, counts, smallest)


def neighbours(n: int) -> int:
    """Return how many neighbours of each text the smoothing looks at: 5 of 60 texts, 15 of 900, 40 of 10,000."""
    return max(1, min(int(0.6 * n**0.5), int(n**0.4), n - 1))


def most_themes(n: int) -> int:
    """Return how many themes a reader can use: one for every 5 texts up to 12, and from 300 on one for every 25."""
    return max(1, n // 5 if n < 60 else max(12, n // 25))


def _settle(vectors: Matrix, labels: Labels, counts: Labels, smallest: int) -> Labels:
    """Move every text to its nearest theme, a few times; groups that are too small are given up."""
    import numpy as np

    for _ in range(5):
        sizes = np.bincount(labels, weights=counts)
        kept = np.flatnonzero(sizes >= smallest)
        if not len(kept):
            return np.full(len(labels), -1)
        nearest = (vectors @ means(vectors, labels, counts)[kept].T).argmax(axis=1)
        _, labels = np.unique(nearest, return_inverse=True)
    labels[np.bincount(labels, weights=counts)[labels] < smallest] = -1
    return labels


def means(vectors: Matrix, labels: Labels, counts: Labels | None = None) -> Matrix:
    """Return the mean direction of each label 0, 1, ...: shape (themes, d), rows of length 1."""
    import numpy as np
    import scipy.sparse as sp

    kept = np.flatnonzero(labels >= 0)
    weight = np.ones(len(kept)) if counts is None else counts[kept]
    member = sp.csr_matrix((weight, (labels[kept], kept)), (int(labels.max(initial=-1)) + 1, len(labels)))
    total = np.asarray(member @ vectors.astype(np.float64))
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12), dtype=np.float32)


def _leave_alone(vectors: Matrix, labels: Labels, counts: Labels, smallest: int) -> tuple[Labels, list[str]]:
    """Take out of its theme what is near to none, or hardly nearer to one than to another, with the reason."""
    import numpy as np

    n = len(labels)
    reasons = ["" if label >= 0 else "alone: nothing else like it was said" for label in labels]
    if labels.max(initial=-1) < 0:
        return labels, reasons
    near = vectors @ means(vectors, labels, counts).T
    own = near[np.arange(n), np.maximum(labels, 0)]
    other = near.copy()
    other[np.arange(n), np.maximum(labels, 0)] = -1.0
    second = other.max(axis=1)
    doubt = np.where(labels >= 0, np.maximum(NEAR - own, 0) + 0.5 * np.maximum(second - own - TIE, 0), 0)
    most = int(max(MOST_ALONE * n, n**0.5))
    labels = labels.copy()
    sizes = np.bincount(labels[labels >= 0], weights=counts[labels >= 0])
    for i in sorted(np.flatnonzero(doubt > 0), key=lambda i: (-doubt[i], i))[:most]:
        if sizes[labels[i]] - counts[i] < smallest:
            continue
        sizes[labels[i]] -= counts[i]
        if own[i] < NEAR:
            reasons[i] = "alone: nothing else like it was said"
        else:
            reasons[i] = f"between {labels[i]} and {int(other[i].argmax())}"
        labels[i] = -1
    return labels, reasons


def _grouping(texts: Sequence[str], vectors: Matrix, labels: Labels, reasons: list[str]) -> Grouping:
    """Number the themes by size, and put their most typical members first."""
    import numpy as np

    old = sorted(set(labels[labels >= 0].tolist()))
    firsts = {label: min(texts[i] for i in np.flatnonzero(labels == label)) for label in old}
    ranked = sorted(old, key=lambda label: (-int((labels == label).sum()), firsts[label]))
    number = {label: rank for rank, label in enumerate(ranked)}
    renumbered = np.array([number.get(int(label), -1) for label in labels], dtype=np.int64)
    centroids = means(vectors, renumbered) if ranked else np.zeros((0, vectors.shape[1]), np.float32)
    order = [typical(texts, vectors, np.flatnonzero(renumbered == rank), centroids[rank]) for rank in range(len(ranked))]
    return Grouping(renumbered, [_renumber(reason, number) for reason in reasons], order, centroids)


def typical(texts: Sequence[str], vectors: Matrix, members: Labels, centroid: Matrix) -> list[int]:
    """Return positions of members, those nearest to the centroid first; ties go by the text."""
    import numpy as np

    near = np.round(vectors[members] @ centroid, 5)
    return [int(i) for _, _, i in sorted(zip(-near, (texts[int(i)] for i in members), members, strict=True))]


def _renumber(reason: str, number: dict[int, int]) -> str:
    if not reason.startswith("between "):
        return reason
    a, b = (int(word) for word in reason.split()[1::2])
    return f"between {number[a]} and {number[b]}"
