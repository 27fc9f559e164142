"""Themes: what texts of one category group into by themselves, how many there are, and what stays alone.

The steps of `group`, each deterministic and blind to the order of the texts:

1. `theme_space.build`: sentence vectors beside word vectors (`theme_words`: tf-idf and truncated SVD), smoothed over the graph of
   nearest neighbours, which draws the members of a theme together. Three such spaces weigh words and neighbours
   differently.
2. In each, a Ward tree along the graph makes small pieces, and a second tree joins them. How many themes there are is
   read off plain average linkage in a fourth space with more neighbours: as many as stay apart when none may join
   that are less alike than `APART`.
3. The spaces vote: texts that were grouped together in most of them, at three levels of detail, make a theme.
4. Those that have no like among the texts, or are as near to two themes, get none, and the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from icp_voice.analysis import theme_space, theme_tree
from icp_voice.analysis.theme_words import word_vectors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]
    Labels = NDArray[np.int64]

ROUNDS = 3
FEW = 60
APART = 0.74
LEAN_AGREED = 0.2
LEVELS = (0.7, 1.0, 1.4)
COUNTING = (0.5, 60)  # weight of words, most neighbours
VIEWS = ((0.3, 10, 0.4), (0.6, 12, 1.0), (0.5, 20, 0.4))  # the same, and the lean of the tree
PIECES = 1000
LONELY = 0.48
LESS = 0.62
MOST_ALONE = 0.04
TIE = 0.005
MOST_TORN = 0.005
ALONE = "alone: nothing else like it was said"
FAR = "alone: like others, but far from what they have in common"
STRAY = 0.27
WELCOME = 0.36


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


def group(
    texts: Sequence[str], vectors: Matrix, *, smallest: int = 3, random_state: int = 0, beside: int = 0
) -> Grouping:
    """Group texts, given as unit vectors of shape (n, d), into as many themes as they fall into.

    A theme has at least `smallest` members, or 2 where there are fewer than 60 texts, counting also those that stand
    `beside` these in themes already. Equal texts share a theme.
    """
    import numpy as np
    from threadpoolctl import threadpool_limits

    if len(texts) != len(vectors):
        raise ValueError(f"{len(texts)} texts and {len(vectors)} vectors")
    least = 2 if len(texts) + beside < FEW else smallest
    words, first, back, counts = np.unique(
        np.asarray(texts, dtype=object), return_index=True, return_inverse=True, return_counts=True
    )
    with threadpool_limits(limits=1):
        unique = np.asarray(vectors, dtype=np.float32)[first]
        labels, reasons = _group(list(words), unique, counts, least, random_state)
        rows = np.asarray(vectors, dtype=np.float32)
        told = [reasons[i] for i in back]
        return numbered(texts, rows, *without_strays(rows, labels[back], told))


def _group(
    texts: list[str], vectors: Matrix, counts: Labels, smallest: int, random_state: int
) -> tuple[Labels, list[str]]:
    import numpy as np

    n = len(texts)
    if n < 2:
        labels = np.full(n, 0 if counts.sum() >= smallest else -1)
        return labels, ["" if label == 0 else "alone: nothing else was said" for label in labels]
    wordings = word_vectors(texts, random_state)

    @cache
    def laid(words: float, near: int) -> theme_space.Space:
        return theme_space.build(vectors, wordings, neighbours=near, rounds=ROUNDS, words=words)

    def lay(words: float, most: int) -> theme_space.Space:
        return laid(words, min(most, neighbours(n)))

    total = int(counts.sum())
    telling = max(smallest, int(total**0.5 / 6))
    views = [
        (space, theme_tree.pieces(space, PIECES), lean) for words, most, lean in VIEWS for space in [lay(words, most)]
    ]
    counted = lay(*COUNTING)
    heaps = theme_tree.heap(counted.vectors, views[-1][1], counts)
    number = theme_tree.number_apart(heaps, apart=APART, smallest=telling)
    number = max(1, min(number, most_themes(total)))
    numbers = sorted({max(1, round(level * number)) for level in LEVELS})
    votes = [
        _settle(space.vectors, labels, counts, smallest)
        for space, pieces, lean in views
        for labels in theme_tree.cut(
            theme_tree.heap(space.vectors, pieces, counts), numbers, lean=lean, smallest=smallest
        )
    ]
    rows, agreed = theme_tree.agreement(votes, counts, PIECES)
    labels = theme_tree.cut(agreed, [number], lean=LEAN_AGREED, smallest=telling)[0]
    labels = _settle(rows, labels, counts, smallest)
    return _leave_alone(counted, labels, counts, smallest)


def neighbours(n: int) -> int:
    """Return how many neighbours of each text the smoothing looks at: 5 of 60 texts, 15 of 900, 40 of 10,000."""
    return max(1, min(int(0.6 * n**0.5), int(n**0.4), n - 1))


def most_themes(n: int) -> int:
    """Return how many themes a reader can use: one for every 4 texts up to 12, and from 300 on one for every 25."""
    return max(1, min(n // 4, max(12, n // 25)))


def _settle(vectors: Any, labels: Labels, counts: Labels, smallest: int) -> Labels:
    """Move every text to its nearest theme, a few times; groups that are too small are given up."""
    import numpy as np

    for _ in range(5):
        sizes = np.bincount(labels, weights=counts)
        kept = np.flatnonzero(sizes >= smallest)
        if not len(kept):
            return np.full(len(labels), -1)
        nearest = np.asarray(vectors @ means(vectors, labels, counts)[kept].T.astype(vectors.dtype)).argmax(axis=1)
        _, labels = np.unique(nearest, return_inverse=True)
    labels[np.bincount(labels, weights=counts)[labels] < smallest] = -1
    return labels


def means(vectors: Any, labels: Labels, counts: Labels | None = None) -> Matrix:
    """Return the mean direction of each label 0, 1, ...: shape (themes, d), rows of length 1."""
    import numpy as np
    import scipy.sparse as sp

    kept = np.flatnonzero(labels >= 0)
    weight = np.ones(len(kept)) if counts is None else counts[kept]
    member = sp.csr_matrix((weight, (labels[kept], kept)), (int(labels.max(initial=-1)) + 1, len(labels)))
    total = member @ vectors.astype(np.float64)
    total = np.asarray(total.todense() if sp.issparse(total) else total)
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12), dtype=np.float32)


def _leave_alone(space: theme_space.Space, labels: Labels, counts: Labels, smallest: int) -> tuple[Labels, list[str]]:
    """Take out of its theme what has no like anywhere, or is as near to another theme, with the reason.

    "No like" is measured against the texts at hand: how much like it its nearest are, by an absolute
    bound and, where all are far apart, by one relative to the median.
    """
    import numpy as np

    reasons = ["" if label >= 0 else ALONE for label in labels]
    labels = labels.copy()
    if labels.max(initial=-1) < 0:
        return labels, reasons
    sizes = np.bincount(labels[labels >= 0], weights=counts[labels >= 0])

    def leave(doubt: Matrix, share: float, reason: Callable[[int], str]) -> None:
        most = int(max(share * len(labels), share * 10 * len(labels) ** 0.5))
        for i in sorted(np.flatnonzero((doubt > 0) & (labels >= 0)), key=lambda i: (-doubt[i], i))[:most]:
            if sizes[labels[i]] - counts[i] >= smallest:
                sizes[labels[i]] -= counts[i]
                reasons[i] = reason(int(i))
                labels[i] = -1

    lonely = np.round(min(LONELY, LESS * float(np.median(space.company))) - space.company, 4)
    near = space.vectors @ means(space.vectors, labels, counts).T
    best = np.argsort(-near, axis=1, kind="stable")[:, :2]
    leave(lonely * (counts < smallest), MOST_ALONE, lambda i: ALONE)
    if near.shape[1] > 1:
        margin = near[np.arange(len(near)), best[:, 0]] - near[np.arange(len(near)), best[:, 1]]
        leave(np.round(TIE - margin, 4), MOST_TORN, lambda i: f"between {best[i, 0]} and {best[i, 1]}")
    return labels, reasons


def without_strays(vectors: Matrix, labels: Labels, reasons: list[str]) -> tuple[Labels, list[str]]:
    """Take out of its theme what is far from the middle of the others; a theme of which one is left is none.

    A name is given to a theme for all of its members: who does not fit it goes where it fits better, or stays out.
    """
    import numpy as np

    labels, reasons, middles = labels.copy(), list(reasons), means(vectors, labels)
    for label in sorted(set(labels[labels >= 0].tolist())):
        members = np.flatnonzero(labels == label)
        others = vectors[members].sum(axis=0) - vectors[members]
        middle = others / np.maximum(np.linalg.norm(others, axis=1, keepdims=True), 1e-9)
        strays = members[np.round((vectors[members] * middle).sum(axis=1), 5) < STRAY]
        gone = members if len(members) - len(strays) < 2 else strays
        labels[gone] = -1
        for i in gone:
            reasons[int(i)] = FAR
    left = [i for i, reason in enumerate(reasons) if reason == FAR]
    standing = np.unique(labels[labels >= 0])
    if left and len(standing):
        close = np.round(vectors[left] @ middles[standing].T, 5)
        for i, near, best in zip(left, close.max(axis=1), standing[close.argmax(axis=1)], strict=True):
            if near >= WELCOME:
                labels[i], reasons[i] = best, ""
    return labels, reasons


def numbered(texts: Sequence[str], vectors: Matrix, labels: Labels, reasons: list[str]) -> Grouping:
    """Give the themes numbers by size, and put their most typical members first."""
    import numpy as np

    old = sorted(set(labels[labels >= 0].tolist()))
    firsts = {label: min(texts[int(i)] for i in np.flatnonzero(labels == label)) for label in old}
    ranked = sorted(old, key=lambda label: (-int((labels == label).sum()), firsts[label]))
    number = {label: rank for rank, label in enumerate(ranked)}
    renumbered = np.array([number.get(int(label), -1) for label in labels], dtype=np.int64)
    centroids = means(vectors, renumbered) if ranked else np.zeros((0, vectors.shape[1]), np.float32)
    order = [
        typical(texts, vectors, np.flatnonzero(renumbered == rank), centroids[rank]) for rank in range(len(ranked))
    ]
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
