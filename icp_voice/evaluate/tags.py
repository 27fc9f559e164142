"""How well tags are found: precision, recall and F1 per category, how true the scores are, and the worst errors.

The passages go the way of real highlights: the question before them as context, the lift of a question that asks for a
category, the prior share, and the threshold that is set. A label under `maybe` counts neither way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from icp_voice.evaluate.ground import Ground
from icp_voice.evaluate.held_out import held_out
from icp_voice.evaluate.scores import Interval, Score, drawn_scores, interval, score
from icp_voice.evaluate.tag_rows import Passage, corrected, read_passages
from icp_voice.run.coding import Coder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Booleans = NDArray[np.bool_]
    Numbers = NDArray[np.float64]

MAIN = ("pain_point", "buying_process", "discovery_channel", "why_they_buy", "praise", "churn_reason")
BINS = 10
WORST = 5


@dataclass(frozen=True, slots=True)
class CategoryQuality:
    """How well one category is found; `best` is its F1 at the threshold that would have been best, with hindsight."""

    score: Score
    support: int
    precision: Interval | None
    recall: Interval | None
    f1: Interval | None
    best: float
    best_threshold: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Of `count` scores between `low` and `high`: their mean, and the share of the tags that are right."""

    low: float
    high: float
    count: int
    mean: float
    right: float


@dataclass(frozen=True, slots=True)
class Mistake:
    """A tag that is wrong (`said`) or missing, with the example that the passage is most like."""

    passage: Passage
    category: str
    said: bool
    score: float
    nearest: str
    similarity: float


@dataclass(frozen=True, slots=True)
class TagQuality:
    """What was measured; the macro-F1 is the mean over `averaged`."""

    rows: int
    threshold: float
    categories: Mapping[str, CategoryQuality]
    averaged: tuple[str, ...]
    macro_f1: float
    macro_interval: Interval | None
    bins: tuple[Bin, ...]
    mistakes: tuple[Mistake, ...]
    notes: tuple[str, ...]


def measure_file(ground: Ground, path: Path, *, worst: int = WORST) -> TagQuality:
    """Measure on the rows of a file, `{"context", "text", "labels": [...], "maybe": [...]}` each."""
    passages, problems = read_passages(path, ground.codebook.names)
    coder = ground.coder()
    scores = coder.scores([one.said for one in passages])
    names = ground.codebook.names
    listed = [name for name in names if name in MAIN or any(name in one.labels for one in passages)]
    return _measured(passages, names, listed, scores, [coder] * len(passages), worst, problems)


def measure_corrections(ground: Ground, *, worst: int = WORST) -> TagQuality:
    """Measure on what people confirmed and rejected in a workspace, each by a model that was not told of it."""
    passages, names = corrected(ground), ground.codebook.names
    found = held_out(ground, passages)
    listed = [name for name in names if any(name not in one.maybe for one in passages)]
    note = (
        "Only what people confirmed or rejected counts. They look at what the model proposes more than at what it leaves "
        "out: read the recall as an upper bound."
    )
    return _measured(passages, names, listed, found.scores, found.coders, worst, [note])


def _measured(
    passages: Sequence[Passage],
    names: Sequence[str],
    listed: Sequence[str],
    scores: Numbers,
    coders: Sequence[Coder],
    worst: int,
    notes: Sequence[str],
) -> TagQuality:
    import numpy as np

    places = [names.index(name) for name in listed]
    chosen = scores[:, places]
    truth = np.array([[name in one.labels for name in listed] for one in passages])
    judged = np.array([[name in one.labels or name not in one.maybe for name in listed] for one in passages])
    threshold = coders[0].threshold
    drawn = drawn_scores(chosen >= threshold, truth, judged)
    qualities = {
        name: _quality(chosen[:, j], truth[:, j], judged[:, j], threshold, drawn[:, :, j])
        for j, name in enumerate(listed)
    }
    averaged = averaged_over({name: one.support for name, one in qualities.items()})
    macro = drawn[:, 2, [list(listed).index(name) for name in averaged]]
    f1 = [qualities[name].score.f1 for name in averaged]
    return TagQuality(
        rows=len(passages),
        threshold=threshold,
        categories=qualities,
        averaged=averaged,
        macro_f1=sum(f1) / max(len(f1), 1),
        # A category that is in no row of a draw, and was said of none, was not got wrong there: its mean is over the others.
        macro_interval=interval(_means(macro)),
        bins=reliability(chosen[judged], truth[judged]),
        mistakes=_mistakes(passages, listed, chosen, truth, judged, coders, worst),
        notes=tuple(notes),
    )


def averaged_over(support: Mapping[str, int]) -> tuple[str, ...]:
    """Return the categories of the macro-F1: the six main ones that are in the data, or all others if none of them is."""
    there = tuple(name for name, count in support.items() if count)
    return tuple(name for name in there if name in MAIN) or there


def _means(drawn: Numbers) -> Numbers:
    import numpy as np

    there = ~np.isnan(drawn)
    count = there.sum(axis=1)
    means: Numbers = np.where(count, np.nansum(drawn, axis=1) / np.maximum(count, 1), np.nan)
    return means


def _quality(scores: Numbers, truth: Booleans, judged: Booleans, threshold: float, drawn: Numbers) -> CategoryQuality:
    said, true = (scores >= threshold) & judged, truth & judged
    best, at = best_f1(scores[judged], truth[judged])
    precision, recall, f1 = (interval(drawn[:, k]) for k in range(3))
    return CategoryQuality(
        score=score(int((said & true).sum()), int(said.sum()), int(true.sum())),
        support=int(true.sum()),
        precision=precision,
        recall=recall,
        f1=f1,
        best=best,
        best_threshold=at,
    )


def best_f1(scores: Numbers, truth: Booleans) -> tuple[float, float]:
    """Return the highest F1 that any threshold gives, and that threshold; rows of one score stand and fall together."""
    import numpy as np

    if not truth.any():
        return 0.0, 1.0
    order = np.argsort(-scores, kind="stable")
    ranked = np.cumsum(truth[order])
    f1 = 2 * ranked / (np.arange(1, len(truth) + 1) + truth.sum())
    last = np.append(scores[order][1:] < scores[order][:-1], True)
    best = int(np.where(last, f1, -1.0).argmax())
    return float(f1[best]), float(scores[order][best])


def reliability(scores: Numbers, truth: Booleans) -> tuple[Bin, ...]:
    """Return for each tenth of the scores how many there are, and the share of them that is right."""
    import numpy as np

    place = np.minimum((scores * BINS).astype(np.int64), BINS - 1)
    bins = [
        Bin(k / BINS, (k + 1) / BINS, int(here.sum()), float(scores[here].mean()), float(truth[here].mean()))
        for k in range(BINS)
        if (here := place == k).any()
    ]
    return tuple(bins)


def _mistakes(
    passages: Sequence[Passage],
    listed: Sequence[str],
    scores: Numbers,
    truth: Booleans,
    judged: Booleans,
    coders: Sequence[Coder],
    worst: int,
) -> tuple[Mistake, ...]:
    """Return what was wrongly said with the highest scores, and what was missed with the lowest."""
    import numpy as np

    said = scores >= coders[0].threshold
    chosen: list[tuple[int, int]] = []
    for wrong, sign in ((said & ~truth & judged, -1.0), (~said & truth & judged, 1.0)):
        places = [(int(i), int(j)) for i, j in np.argwhere(wrong)]
        chosen += sorted(places, key=lambda at: (sign * round(float(scores[at]), 6), at))[:worst]
    like = _nearest([(coders[i], listed[j], passages[i]) for i, j in chosen])
    return tuple(
        Mistake(passages[i], listed[j], bool(said[i, j]), float(scores[i, j]), *example)
        for (i, j), example in zip(chosen, like, strict=True)
    )


def _nearest(asked: Sequence[tuple[Coder, str, Passage]]) -> list[tuple[str, float]]:
    """Return the example that each passage is most like; each coder is asked once for each category."""
    together: dict[tuple[int, str], list[int]] = {}
    for number, (coder, category, _) in enumerate(asked):
        together.setdefault((id(coder), category), []).append(number)
    found: dict[int, tuple[str, float]] = {}
    for numbers in together.values():
        coder, category, _ = asked[numbers[0]]
        found.update(zip(numbers, coder.nearest([asked[number][2].said for number in numbers], category), strict=False))
    return [found.get(number, ("", 0.0)) for number in range(len(asked))]
