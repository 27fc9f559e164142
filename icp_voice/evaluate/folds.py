"""Parts for cross-validation: what belongs together stays together, and the parts are about equally big."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

PARTS = 5


def folds(groups: Sequence[str], *, parts: int = PARTS) -> list[int]:
    """Return the part of each row, given the group of each; rows of one group alone are dealt one by one.

    The biggest group goes first, always into the smallest part.
    """
    named = list(groups) if len(set(groups)) > 1 else [f"{number:09}" for number in range(len(groups))]
    sizes = [0] * min(parts, len(set(named)))
    place: dict[str, int] = {}
    for group, count in sorted(Counter(named).items(), key=lambda item: (-item[1], item[0])):
        part = sizes.index(min(sizes))
        place[group] = part
        sizes[part] += count
    return [place[group] for group in named]
