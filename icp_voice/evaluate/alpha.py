"""Krippendorff's alpha for names: how far coders agree beyond what their habits would give by chance.

Krippendorff (2011, Computing Krippendorff's Alpha-Reliability; 2004, Content Analysis, chapter 11), nominal data, any
number of coders, missing values allowed. 1: they agree on everything; 0: no more than chance; below 0: less.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from itertools import permutations

from icp_voice.evaluate.scores import DRAWS, Interval, interval

Unit = tuple[Hashable | None, ...]


def alpha(units: Mapping[Unit, float]) -> float | None:
    """Return alpha of units, given as what each coder said of one (None: nothing) and how many units are so.

    None if all say the same of everything: then there is nothing that could have been told apart.
    """
    pairs: Counter[tuple[Hashable, Hashable]] = Counter()
    for unit, count in units.items():
        said = [value for value in unit if value is not None]
        for pair in permutations(said, 2):
            pairs[pair] += count / (len(said) - 1)  # type: ignore[assignment]
    sizes: Counter[Hashable] = Counter()
    for (value, _), count in pairs.items():
        sizes[value] += count
    total = sum(sizes.values())
    by_chance = total**2 - sum(size**2 for size in sizes.values())
    if not by_chance:
        return None
    differing = sum(count for (one, other), count in pairs.items() if one != other)
    return 1 - (total - 1) * differing / by_chance


def alpha_interval(units: Mapping[Unit, int]) -> Interval | None:
    """Return the 95% interval of alpha by the bootstrap over units (Zapf et al. 2016, BMC Medical Research Methodology)."""
    import numpy as np

    kinds = sorted(units, key=repr)
    counts = np.array([units[kind] for kind in kinds], dtype=np.float64)
    if not counts.sum():
        return None
    drawn = np.random.default_rng(0).multinomial(int(counts.sum()), counts / counts.sum(), size=DRAWS)
    values = [alpha(dict(zip(kinds, row, strict=True))) for row in drawn.tolist()]
    return interval(np.array([float("nan") if value is None else value for value in values]))
