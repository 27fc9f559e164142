"""Which passages answer a question, in which order, whether they answer it at all, and which few to read.

Everything here works on arrays. Passages are given in the order they were said, document after document. Two signals
are fused: the closeness of the vectors and the words in common (BM25, from SQLite's FTS5 or from `Bm25`). A passage is
read with its neighbours: a talk stays with a subject for many turns, and good turns stand together.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from icp_voice.profile.question import Question, stems

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Integers = NDArray[np.int64]

CANDIDATES = 400
WHOLE = 4_000  # up to so many passages, all are candidates
SETTING = 0.5  # weight of "when discussing ..." against the question proper
REACHES = (10, 30, 80)  # how many passages a region reaches on each side: a remark, a subject, a part of the talk
LEXICAL_POINT, LEXICAL_REGION = 4.0, 8.0  # against a vector's closeness in standard deviations
REGION, ASKED, PRIOR, LENGTH = 0.5, 0.8, 1.0, 0.3
FIRST, APART = 10, 6  # the first ten stand more than so many passages from each other
BESIDE = 3  # so near, passages are of one subject
# Of the signals of `answerable`: logistic regression on QMSum's training meetings, each question put to its own meeting
# and to one of another subject, in part, whole, and among seven more; made by benchmarks/fit_abstention.py.
WEIGHTS, BIAS = (5.94, 14.58, 2.59, 1.15, -2.44), -2.96
FITTED = (80, 5_000)
ANSWERED, MATCHED, LOOKED_AT = 0.5, 0.7, 30
TITLES = frozenset("and at dr from hon mr mrs ms of the".split())


@dataclass(frozen=True, slots=True, eq=False)
class Passages:
    """Where n passages stand: `document` (n,) numbers the documents, equal numbers side by side, in spoken order.

    `speaker` (n,) points into `speakers`, which hold a name, a role, or both ("Ann Lee, Head of Procurement").
    `length` (n,) is each one's number of characters: where small talk was not taken out before, long ones tell more.
    """

    document: Integers
    speaker: Integers
    speakers: tuple[str, ...]
    length: Integers | None = None

    def __len__(self) -> int:
        """Return how many they are."""
        return len(self.document)


def closeness(vectors: Floats, question_vectors: Floats) -> Floats:
    """Return cosines (n, 2) of passages to the two `question.texts`, from unit vectors (n, d) and (2, d).

    They are rounded, so that an order does not hang on how many threads did the sums.
    """
    import numpy as np

    focus, setting = question_vectors
    first = rounded(vectors @ focus)  # one column at a time: twice as fast as a product with a thin matrix
    second = first if np.array_equal(focus, setting) else rounded(vectors @ setting)
    close: Floats = np.stack([first, second]).T
    return close


def rounded(cosines: Floats) -> Floats:
    """Return cosines to five digits."""
    import numpy as np

    return np.round(cosines, 5)


def rank(
    question: Question, passages: Passages, *, close: Floats, lexical: Floats, prior: Floats | None = None
) -> Floats:
    """Return scores of shape (n,), 0 to 1, higher is better: an order, not a probability.

    `close` (n, 2) is made by `closeness`; `lexical` (n,) is the BM25 score of the question's terms plus half that of
    its setting's terms, higher is better and 0 for passages without any; `prior` (n,) in 0 to 1 raises passages that
    are known to be of the kind asked for, such as the probability of the category whose guiding question was met.

    The ten best are points: good by themselves and in their surroundings, and apart from each other. After them come
    whole regions.
    """
    import numpy as np

    if not len(passages):
        return np.zeros(0, dtype=np.float32)
    dense = standard(close[:, 0] + SETTING * close[:, 1])
    words = scaled(lexical)
    if prior is not None:
        dense = dense + PRIOR * standard(prior.astype(np.float32))
    asked = ASKED * by_speaker(question, passages)
    alone = dense + LEXICAL_POINT * words
    chosen = _candidates(alone + asked)
    region = _region(dense + LEXICAL_REGION * words, asked, chosen, passages.document)
    point = standard(alone)[chosen] + REGION * region + asked[chosen]
    if passages.length is not None:
        point = point + LENGTH * standard(np.log1p(passages.length, dtype=np.float32))[chosen]
    scores = _between(alone + asked, 0.0, 0.2)
    scores[chosen] = _between(region + 0.1 * point, 0.2, 0.7)
    first = _apart(point, chosen, passages.document)
    scores[chosen[first]] = np.linspace(1.0, 0.75, num=len(first), dtype=np.float32)
    return scores


def standard(values: Floats) -> Floats:
    """Return values with mean 0 and standard deviation 1."""
    spread: Floats = (values - values.mean()) / (values.std() + 1e-6)
    return spread


def scaled(lexical: Floats) -> Floats:
    """Return scores as a share of what the five best reach, less the mean: whatever the size of the collection."""
    import numpy as np

    few = min(5, len(lexical))
    top = float(np.partition(lexical, len(lexical) - few)[-few:].mean())
    share: Floats = lexical / top if top > 0 else np.zeros_like(lexical)
    centred: Floats = share - share.mean()
    return centred


def by_speaker(question: Question, passages: Passages) -> Floats:
    """Return 1 for passages of the person whose words are asked for, .5 for others named, less the mean, as (n,)."""
    import numpy as np

    if not passages.speakers or not (question.asked or question.persons):
        return np.zeros(len(passages), dtype=np.float32)
    asked, named = _words(question.asked), [words for name in question.persons if (words := _words(name))]
    own = [_words(speaker) for speaker in passages.speakers]
    weight = np.array(
        [1.0 if asked and asked <= words else 0.5 * any(name <= words for name in named) for words in own],
        dtype=np.float32,
    )
    each: Floats = weight[passages.speaker]
    centred: Floats = each - each.mean()
    return centred


@lru_cache(maxsize=50_000)
def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", name.lower())) - TITLES


def _candidates(scores: Floats) -> Integers:
    """Return the passages that are looked at with their surroundings, in their order."""
    import numpy as np

    if len(scores) <= WHOLE:
        return np.arange(len(scores))
    return np.sort(top(scores, CANDIDATES))


def _region(values: Floats, asked: Floats, chosen: Integers, document: Integers) -> Floats:
    """Return how good the surroundings of the chosen passages are, as standard scores.

    Triangular means at several reaches, each as a standard score; beyond a document's end nothing counts, so that a few
    good words in a short document are no region yet.
    """
    surroundings = _surroundings(values, chosen, document, REACHES)
    total = sum((standard(surroundings[:, i]) for i in range(len(REACHES))), start=surroundings[:, 0] * 0)
    return standard(total + (_surroundings(asked, chosen, document, (5,))[:, 0] if asked.any() else 0))


def _surroundings(values: Floats, chosen: Integers, document: Integers, reaches: Sequence[int]) -> Floats:
    import numpy as np

    offsets = np.arange(-max(reaches), max(reaches) + 1)
    weight = np.maximum(0, 1 - np.abs(offsets)[:, None] / (np.array(reaches) + 1))
    weight = (weight / weight.sum(axis=0)).astype(np.float32)
    at = chosen[:, None] + offsets
    inside = np.clip(at, 0, len(values) - 1)
    same = (inside == at) & (document[inside] == document[chosen][:, None])
    means: Floats = np.where(same, values[inside], np.float32(0)) @ weight
    return means


def _between(values: Floats, low: float, high: float) -> Floats:
    """Return the values moved into a range, their order kept."""
    import numpy as np

    least, most = float(values.min()), float(values.max())
    if most - least < 1e-9:
        return np.full(len(values), (low + high) / 2, dtype=np.float32)
    share: Floats = (low + (high - low) * (values - least) / (most - least)).astype(np.float32)
    return share


def _apart(point: Floats, chosen: Integers, document: Integers) -> list[int]:
    """Return the indexes into `chosen` of the best points that do not stand side by side."""
    import numpy as np

    first: list[int] = []
    for i in np.argsort(-point, kind="stable"):
        here, where = int(chosen[i]), document[chosen[i]]
        if all(abs(here - int(chosen[j])) > APART or document[chosen[j]] != where for j in first):
            first.append(int(i))
        if len(first) == FIRST:
            break
    return first


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether passages answer a question: `score` 0 to 1, a probability, and why; `missing` are terms never met."""

    score: float
    reason: str
    missing: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether the score reaches the shipped threshold."""
        return self.score >= ANSWERED


def answerable(
    question: Question,
    *,
    close: Floats,
    lexical: Floats,
    texts: Sequence[str],
    frequencies: Sequence[int],
    category_match: float = 0.0,
    prior: Floats | None = None,
) -> Verdict:
    """Tell how likely it is that n passages answer a question at all.

    `close` (n, 2), `lexical` (n,) and `prior` (n,) are those of `rank`; `texts` are the words of the best passages in
    the order of `rank` (30 are looked at); `frequencies` tells in how many of the n passages each of
    `question.all_terms` stands; `category_match` is the cosine of the question to the nearest guiding question of the
    codebook, and `prior` then tells of that one's category.
    """
    import numpy as np

    if not len(close):
        return Verdict(score=0.0, reason="There is nothing to look in.", missing=question.terms)
    signs = np.array(signals(question, close=close, lexical=lexical, texts=texts, frequencies=frequencies))
    score = _logistic(float(signs @ np.array(WEIGHTS)) + BIAS)
    met = _logistic((category_match - MATCHED) / 0.04) * _held(prior)
    words = [set(stems(text)) for text in texts[:LOOKED_AT]]
    missing = tuple(term for term in question.terms if not any(set(stems(term)) <= found for found in words))
    score = 1 - (1 - score) * (1 - met)
    return Verdict(score=round(score, 4), reason=_reason(question, score, met, missing), missing=missing)


def signals(
    question: Question, *, close: Floats, lexical: Floats, texts: Sequence[str], frequencies: Sequence[int]
) -> tuple[float, float, float, float, float]:
    """Return what `answerable` weighs.

    The cosine of the nearest passage to the question; the mean of the five nearest to its setting; the share of its
    terms, by their rarity, that the best passages hold; the share of the twenty nearest that stand by one of the twenty
    best by words; and the decimal logarithm of n, within what was fitted: among very many, something is always near.
    """
    import numpy as np

    count = len(close)
    nearest = float(close[:, 0].max())
    near = float(np.partition(close[:, 1], max(0, count - 5))[-5:].mean())
    held = set().union(*(stems(text) for text in texts[:LOOKED_AT])) if texts else set()
    rarity = [math.log((count + 1) / (number + 0.5)) for number in frequencies]
    found = [set(stems(term)) <= held for term in question.all_terms]
    covered = sum(weight for weight, holds in zip(rarity, found, strict=True) if holds) / (sum(rarity) or 1.0)
    by_words = {int(i) for i in top(lexical, 20) if lexical[i] > 0}
    by_vector = top(close[:, 0], 20)
    agree = sum(any(abs(int(i) - j) <= BESIDE for j in by_words) for i in by_vector) / len(by_vector)
    return nearest, near, covered, agree, math.log10(min(max(count, FITTED[0]), FITTED[1]))


def top(values: Floats, most: int) -> Integers:
    """Return the indexes of the `most` highest values, the highest first, of equal ones the first."""
    import numpy as np

    if len(values) <= most:
        return np.argsort(-values, kind="stable")
    least = np.partition(values, len(values) - most)[len(values) - most]
    among = np.flatnonzero(values >= least)
    highest: Integers = among[np.argsort(-values[among], kind="stable")][:most]
    return highest


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


def _held(prior: Floats | None) -> float:
    """Return how surely some passages are of the category that was met: its best three, or as few as there are."""
    if prior is None or not (prior > 0).any():
        return 0.0
    return float(prior[top(prior, min(3, int((prior > 0).sum())))].mean())


def _reason(question: Question, score: float, met: float, missing: tuple[str, ...]) -> str:
    if score >= ANSWERED:
        return "It is a guiding question of the codebook." if met >= ANSWERED else "Passages speak of it."
    if missing:
        return "Nobody speaks of " + ", ".join(f'"{term}"' for term in missing) + "."
    return "Its words occur, but no passage is about it."


def summarise(
    ranked: Sequence[int],
    scores: Floats,
    vectors: Floats,
    accounts: Sequence[Hashable],
    *,
    most: int = 6,
    variety: float = 0.5,
) -> list[int]:
    """Return at most `most` of the passages in `ranked` (indexes, best first), each of which adds something.

    Maximal marginal relevance (Carbonell and Goldstein 1998): `scores` (n,) less `variety` times the closeness to what
    was taken already, by unit vectors (n, d). The account of each passage is given in `accounts` (n,); one speaks again
    only when every other one in `ranked` has spoken. A passage with a cosine of .9 or more to one that was taken is a
    repetition and is left out.
    """
    import numpy as np

    taken: list[int] = []
    spoken: Counter[Hashable] = Counter()
    left = list(dict.fromkeys(int(i) for i in ranked))
    repeats = np.zeros(len(scores), dtype=np.float32)
    while left and len(taken) < most:
        left = [i for i in left if repeats[i] < 0.9]
        if not left:
            break
        fewest = min(spoken[accounts[i]] for i in left)
        turn = [i for i in left if spoken[accounts[i]] == fewest]
        best = max(turn, key=lambda i: (float(scores[i] - variety * repeats[i]), -i))
        taken.append(best)
        spoken[accounts[best]] += 1
        left.remove(best)
        repeats[left] = np.maximum(repeats[left], vectors[left] @ vectors[best])
    return taken


class Bm25:
    """Words in common, exactly, over texts in memory (Robertson and Zaragoza 2009; k1 = 1.2, b = .75 as in FTS5)."""

    def __init__(self, texts: Sequence[str], *, k1: float = 1.2, b: float = 0.75) -> None:
        import numpy as np

        self._postings: dict[str, dict[int, int]] = {}
        lengths = np.zeros(len(texts), dtype=np.float32)
        for i, text in enumerate(texts):
            words = Counter(stems(text))
            lengths[i] = words.total()
            for word, count in words.items():
                self._postings.setdefault(word, {})[i] = count
        self._norm = k1 * (1 - b + b * lengths / max(1.0, float(lengths.mean()) if len(texts) else 1.0))
        self._k1 = k1
        self._count = len(texts)

    def frequency(self, term: str) -> int:
        """Return in how many texts all words of a term stand."""
        found = [set(self._postings.get(stem, ())) for stem in stems(term)]
        return len(set.intersection(*found)) if found else 0

    def scores(self, terms: Sequence[str]) -> Floats:
        """Return the BM25 score of each text, shape (n,)."""
        import numpy as np

        total = np.zeros(self._count, dtype=np.float32)
        for stem in sorted({stem for term in terms for stem in stems(term)}):
            found = self._postings.get(stem, {})
            rarity = math.log(1 + (self._count - len(found) + 0.5) / (len(found) + 0.5))
            at = np.fromiter(found, dtype=np.int64, count=len(found))
            count = np.fromiter(found.values(), dtype=np.float32, count=len(found))
            total[at] += rarity * count * (self._k1 + 1) / (count + self._norm[at])
        return total

    def of(self, question: Question) -> Floats:
        """Return what `rank` wants as `lexical`: the terms' score plus half that of the setting's terms."""
        return self.scores(question.terms) + SETTING * self.scores(question.setting_terms)
