"""Which words a text uses, as a vector: tf-idf of words and pairs of words, reduced to the strongest directions.

The formulas are scikit-learn's (`TfidfVectorizer`, `TruncatedSVD`); they are written out here because importing it
takes longer than the work, and so that only NumPy's BLAS, which the caller keeps to one thread, has a part in them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]
    Floats = NDArray[np.float64]

DIMENSIONS = 200
SPARE = 10
POWER_STEPS = 5
MANY = 200
WORD = re.compile(r"\b\w\w+\b")
NOTHING = 1e-12


def word_vectors(texts: Sequence[str], seed: int) -> Matrix:
    """Return tf-idf of words and pairs of words, in at most 200 dimensions: shape (n, d), rows of length 1 or 0."""
    import numpy as np

    table = tf_idf(texts, fewest=2 if len(texts) > MANY else 1)
    if not table.nnz:
        return np.zeros((len(texts), 1), np.float32)
    most = min(DIMENSIONS, min(table.shape) - 1)
    reduced = table.toarray() if most < 2 else strongest(table, most, seed)
    return np.asarray(reduced / np.maximum(np.linalg.norm(reduced, axis=1, keepdims=True), 1e-9), np.float32)


def tf_idf(texts: Sequence[str], fewest: int) -> Any:
    """Return a sparse table of shape (n, terms), rows of length 1 or 0; terms are those that `fewest` texts hold."""
    import numpy as np
    import scipy.sparse as sp

    held = [Counter(_terms(text)) for text in texts]
    spread = Counter(term for counts in held for term in counts)
    terms = sorted(term for term, count in spread.items() if count >= fewest)
    column = {term: i for i, term in enumerate(terms)}
    rows = [[(column[term], count) for term, count in counts.items() if term in column] for counts in held]
    cells = np.array([cell for row in rows for cell in row], np.float64).reshape(-1, 2)
    borders = np.cumsum([0, *map(len, rows)])
    rare = np.log((1 + len(texts)) / (1 + np.array([spread[term] for term in terms], np.float64))) + 1
    columns = cells[:, 0].astype(np.int32)
    table = sp.csr_matrix(((1 + np.log(cells[:, 1])) * rare[columns], columns, borders), (len(texts), len(terms)))
    table.sort_indices()
    length = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    return (sp.diags(1 / np.maximum(length, NOTHING)) @ table).tocsr()


def _terms(text: str) -> list[str]:
    words = WORD.findall(text.lower())
    return words + [f"{one} {two}" for one, two in pairwise(words)]


def strongest(table: Any, most: int, seed: int) -> Floats:
    """Return a sparse table's rows in its `most` strongest directions: shape (n, most).

    Randomized range finding with power steps (Halko, Martinsson and Tropp 2011, algorithm 4.4), on the shorter side.
    """
    import numpy as np

    wide = table.shape[0] < table.shape[1]
    long = table.T.tocsr() if wide else table
    back = long.T.tocsr()
    found = np.random.RandomState(seed).normal(size=(long.shape[1], min(most + SPARE, long.shape[1])))
    for _ in range(POWER_STEPS):
        found = _orthonormal(back @ (long @ found))
    small = back @ _orthonormal(long @ found)
    values, axes = np.linalg.eigh(small.T @ small)
    values, axes = values[::-1][:most], axes[:, ::-1][:, :most]
    if wide:
        return np.asarray(small @ axes)
    return np.asarray(table @ (small @ (axes / np.sqrt(np.maximum(values, NOTHING)))))


def _orthonormal(columns: Floats) -> Floats:
    """Return columns that span the same, without those directions in which there is nothing."""
    import numpy as np

    values, axes = np.linalg.eigh(columns.T @ columns)
    kept = values > values[-1] * NOTHING
    return np.asarray(columns @ (axes[:, kept] / np.sqrt(values[kept])))
