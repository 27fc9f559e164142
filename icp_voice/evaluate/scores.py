"""Precision, recall and F1, with bootstrap intervals: rows are drawn again and again, always in the same way.

The percentile bootstrap of Efron and Tibshirani (1993, An Introduction to the Bootstrap, chapter 13): as many rows as
there are, drawn with repetition, 1,000 times; the interval holds the middle 95% of what the draws give.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Booleans = NDArray[np.bool_]
    Numbers = NDArray[np.float64]

DRAWS = 1000
AT_ONCE = 2_000_000
MIDDLE = (2.5, 97.5)
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Score:
    """How well something is found; 0 where nothing was said, or nothing was to be found."""

    precision: float
    recall: float
    f1: float


def score(hits: float, said: float, true: float) -> Score:
    """Return precision, recall and F1 of `hits` rightly found of `said`, where `true` were to be found."""
    return Score(
        precision=hits / said if said else 0.0,
        recall=hits / true if true else 0.0,
        f1=2 * hits / (said + true) if said + true else 0.0,
    )


def draws(rows: int, *, count: int = DRAWS) -> Iterator[Numbers]:
    """Yield blocks of draws, of shape (some, rows): how often each row is in each draw."""
    import numpy as np

    generator = np.random.default_rng(0)
    block = max(1, min(count, AT_ONCE // max(rows, 1)))
    for first in range(0, count, block):
        share = np.full(rows, 1 / rows)
        yield generator.multinomial(rows, share, size=min(block, count - first)).astype(np.float64)


def drawn_scores(said: Booleans, truth: Booleans, judged: Booleans) -> Numbers:
    """Return precision, recall and F1 of each draw, of shape (draws, 3, categories), from (rows, categories).

    A row that is not judged counts for nothing; where a figure has no meaning in a draw, it is nan.
    """
    import numpy as np

    columns = np.concatenate([said & truth & judged, said & judged, truth & judged], axis=1).astype(np.float64)
    width = said.shape[1]
    sums = np.concatenate([weights @ columns for weights in draws(len(said))])
    hits, found, there = sums[:, :width], sums[:, width : 2 * width], sums[:, 2 * width :]
    with np.errstate(invalid="ignore"):
        figures: Numbers = np.stack([hits / found, hits / there, 2 * hits / (found + there)], axis=1)
    return figures


def interval(values: Numbers) -> Interval | None:
    """Return the bounds of the middle 95% of the draws in which the figure has a meaning; None if in none."""
    import numpy as np

    there = values[~np.isnan(values)]
    if not len(there):
        return None
    low, high = np.percentile(there, MIDDLE)
    return round(float(low), 4), round(float(high), 4)


def drawn_means(values: Numbers) -> Interval | None:
    """Return the interval of a mean over rows."""
    import numpy as np

    if not len(values):
        return None
    return interval(np.concatenate([weights @ values for weights in draws(len(values))]) / len(values))
