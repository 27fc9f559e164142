"""Figures and how sure they are: shares with an interval, whether a change is one, spreads of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, sqrt
from statistics import median

Z = 1.959964
SURE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`n` of `of`; `low` and `high` are the 95% interval of the share (0 to 1)."""

    n: int
    of: int
    low: float = 0.0
    high: float = 1.0

    @property
    def part(self) -> float:
        """The share, 0 to 1."""
        return self.n / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Numbers as their median and range; `values` are sorted."""

    values: tuple[float, ...]

    @property
    def low(self) -> float:
        """The smallest."""
        return self.values[0]

    @property
    def high(self) -> float:
        """The largest."""
        return self.values[-1]

    @property
    def median(self) -> float:
        """The one in the middle."""
        return median(self.values)


def share(n: int, of: int) -> Share:
    """Return `n` of `of` with its Wilson score interval (Wilson 1927), which holds for few accounts too."""
    if not of:
        return Share(n=n, of=of)
    part = n / of
    centre = (part + Z * Z / (2 * of)) / (1 + Z * Z / of)
    reach = Z * sqrt(part * (1 - part) / of + Z * Z / (4 * of * of)) / (1 + Z * Z / of)
    # At none and all of them the interval touches the end; rounding must not push it beyond.
    low = 0.0 if n == 0 else max(0.0, centre - reach)
    high = 1.0 if n == of else min(1.0, centre + reach)
    return Share(n=n, of=of, low=round(low, 4), high=round(high, 4))


def fisher(late: Share, early: Share) -> float:
    """Return the two-sided p of Fisher's exact test that two shares are the same."""
    hits = late.n + early.n
    least, most = max(0, hits - early.of), min(late.of, hits)
    # In how many ways n of the hits fall on the later ones: whole numbers, each made of the one before.
    ways = [comb(late.of, least) * comb(early.of, hits - least)]
    for n in range(least, most):
        ways.append(ways[-1] * (late.of - n) * (hits - n) // ((n + 1) * (early.of - hits + n + 1)))
    seen = ways[late.n - least]
    return sum(each for each in ways if each <= seen) / sum(ways)


def spread(values: Sequence[float]) -> Spread | None:
    """Return the median and range of some numbers, or None if there are none."""
    return Spread(values=tuple(sorted(values))) if values else None
