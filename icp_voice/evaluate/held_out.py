"""Scores of corrected passages by a model that was not told of them: cross-validation over documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from icp_voice.evaluate.ground import Ground
from icp_voice.evaluate.tag_rows import Passage
from icp_voice.run.coding import Coder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

PARTS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Scores of shape (passages, categories of the codebook), and who gave them to each passage."""

    scores: Numbers
    coders: Sequence[Coder]


def held_out(ground: Ground, passages: Sequence[Passage]) -> Scored:
    """Let the model learn from four fifths of the corrections and score the last fifth, five times.

    The passages are those of `corrected`; what comes from one document stays together.
    """
    import numpy as np

    scores = np.zeros((len(passages), len(ground.codebook.names)))
    coders: dict[int, Coder] = {}
    parts = folds([one.group for one in passages])
    for part in sorted(set(parts)):
        inside = [i for i, other in enumerate(parts) if other == part]
        taught = [ground.corrections[one.where] for one, other in zip(passages, parts, strict=True) if other != part]
        coders[part] = ground.coder(taught)
        scores[inside] = coders[part].scores([passages[i].said for i in inside])
    return Scored(scores, [coders[part] for part in parts])


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
