"""How well spans agree with the spans that people marked in the same turns: by matching spans, and by characters.

Spans match when what they share is at least half of what they cover together (intersection over union of .5), as in
the ERASER benchmark (DeYoung et al. 2020, ACL); beside it, when they share anything at all, as in the "partial" match of
MUC and SemEval (Chinchor and Sundheim 1993; Segura-Bedmar et al. 2013). By characters: precision, recall and F1 over
characters that are in a span or not (Da San Martino et al. 2020, SemEval task 11), and Cohen's kappa (1960), which takes
off the agreement that chance would give.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from icp_voice.evaluate.coded_segments import Place
from icp_voice.evaluate.scores import Interval, Score, draws, interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

HALF = 0.5


@dataclass(frozen=True, slots=True)
class TurnSpans:
    """One turn: its number of characters, the spans found in it and the spans that people marked."""

    length: int
    found: tuple[tuple[int, int], ...]
    marked: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class SpanQuality:
    """By matching spans (with the interval of its F1), by any overlap, and by characters."""

    found: int
    marked: int
    matching: Score
    matching_interval: Interval | None
    overlapping: Score
    characters: Score
    kappa: float
    kappa_interval: Interval | None
    share_found: float
    share_marked: float


def by_turn(lengths: Mapping[int, int], found: Sequence[Place], marked: Sequence[Place]) -> list[TurnSpans]:
    """Return the turns with their spans, given the length of each turn that counts."""
    spans: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
    for name, places in (("found", found), ("marked", marked)):
        for place in places:
            spans[name, place.turn].append((place.start, place.end))
    return [
        TurnSpans(length, tuple(sorted(set(spans["found", turn]))), tuple(sorted(set(spans["marked", turn]))))
        for turn, length in sorted(lengths.items())
    ]


def measure(turns: Sequence[TurnSpans]) -> SpanQuality:
    """Compare the spans of all turns; intervals are over turns."""
    import numpy as np

    close = np.array([_matches(turn, lambda shared, union: shared >= HALF * union) for turn in turns], dtype=np.float64)
    touching = np.array([_matches(turn, lambda shared, union: shared > 0) for turn in turns], dtype=np.float64)
    characters = np.array([_characters(turn) for turn in turns], dtype=np.float64)
    both, only_found, only_marked, neither = (float(cell) for cell in characters.sum(axis=0))
    total = max(float(characters.sum()), 1.0)
    blocks = list(draws(len(turns)))
    drawn = np.concatenate([weights @ close for weights in blocks])
    kappas = np.concatenate([weights @ characters for weights in blocks])
    return SpanQuality(
        found=sum(len(turn.found) for turn in turns),
        marked=sum(len(turn.marked) for turn in turns),
        matching=_score(close.sum(axis=0)),
        matching_interval=interval(np.array([_score(sums).f1 for sums in drawn])),
        overlapping=_score(touching.sum(axis=0)),
        characters=_score(np.array([both, both + only_found, both, both + only_marked])),
        kappa=kappa(both, only_found, only_marked, neither),
        kappa_interval=interval(np.array([kappa(*cells) for cells in kappas.tolist()])),
        share_found=float(both + only_found) / total,
        share_marked=float(both + only_marked) / total,
    )


def kappa(both: float, only_one: float, only_other: float, neither: float) -> float:
    """Return Cohen's kappa of two coders; nan where both say the same of everything, so that chance explains it all."""
    total = both + only_one + only_other + neither
    if not total:
        return float("nan")
    agreed = (both + neither) / total
    one, other = (both + only_one) / total, (both + only_other) / total
    by_chance = one * other + (1 - one) * (1 - other)
    return (agreed - by_chance) / (1 - by_chance) if by_chance < 1 else float("nan")


def _score(sums: Numbers) -> Score:
    """Return a score from: found that match, found, marked that are matched, marked."""
    right, found, met, marked = (float(value) for value in sums)
    precision = right / found if found else 0.0
    recall = met / marked if marked else 0.0
    return Score(precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0)


def _matches(turn: TurnSpans, alike: Callable[[int, int], bool]) -> tuple[int, int, int, int]:
    """Return how many found spans match any marked one, how many there are, and the same of the marked ones.

    People mark a passage once for each code, with borders that differ a little; so one highlight may meet several.
    """

    def match(one: tuple[int, int], other: tuple[int, int]) -> bool:
        shared = max(0, min(one[1], other[1]) - max(one[0], other[0]))
        return alike(shared, one[1] - one[0] + other[1] - other[0] - shared)

    right = sum(any(match(found, marked) for marked in turn.marked) for found in turn.found)
    met = sum(any(match(found, marked) for found in turn.found) for marked in turn.marked)
    return right, len(turn.found), met, len(turn.marked)


def _characters(turn: TurnSpans) -> tuple[int, int, int, int]:
    """Return how many characters are in both, only found, only marked, in neither."""
    found = {i for start, end in turn.found for i in range(start, end)}
    marked = {i for start, end in turn.marked for i in range(start, end)}
    return len(found & marked), len(found - marked), len(marked - found), turn.length - len(found | marked)
