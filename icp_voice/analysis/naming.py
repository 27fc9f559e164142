"""Names for themes in the customers' own words: a clause that says what hurts, and that holds for most members.

Each theme's clauses and noun phrases are weighed: how near they are to the middle of all members, and how much nearer
than to other themes; how many members share their words; whether they stand by themselves; whether they carry the
category. What only one speaker says (names, numbers, words nobody else uses) counts against them. Where no clause holds
for most, the words that most members share make the name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from icp_voice.analysis.theme_clauses import (
    CANDIDATES,
    OFTEN,
    Candidate,
    Said,
    candidates,
    counted,
    spread,
    telling,
    verbatim,
)
from icp_voice.language import Language

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from spacy.tokens import Doc

    Matrix = NDArray[np.float32]

TYPICAL = 20
KEYWORDS = 5
LOOKED_AT = 16
APART, TELLING, SHARED, COMPLETE, FITS = 0.35, 0.2, 0.5, 0.35, 0.7
ALONE = 0.35
ENOUGH, LONELY = 4, 0.12


@dataclass(frozen=True, slots=True, eq=False)
class _Theme:
    """One theme: possible names, each with how much of it is common property; shares and weights of words; its middle."""

    candidates: list[tuple[float, Candidate]]
    spread: dict[str, float]
    weights: dict[str, float]
    middle: Matrix


class Reader:
    """Parses texts, each once however often it is asked for."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._docs: dict[str, Doc] = {}

    def docs(self, texts: Sequence[str]) -> list[Doc]:
        """Return the parses of texts, in their order."""
        new = [text for text in dict.fromkeys(texts) if text not in self._docs]
        self._docs.update(zip(new, self._language.parse(new), strict=True))
        return [self._docs[text] for text in texts]


def keywords(texts_by_theme: Sequence[Sequence[str]], reader: Reader, *, most: int = KEYWORDS) -> list[tuple[str, ...]]:
    """Return the words that tell each theme from the others, by class-based tf-idf, in the form used most.

    They are read in the theme's most typical texts, which stand first.
    """
    typical = [_typical(texts) for texts in texts_by_theme]
    reader.docs([text for texts in typical for text in texts])  # all at once is quicker than theme by theme
    counts = [_lemma_counts(reader.docs(texts)) for texts in typical]
    forms = _forms(form for _, form in counts)
    weights = class_weights([count for count, _ in counts])
    return [
        tuple(forms[lemma] for lemma in sorted(weight, key=lambda lemma: (-weight[lemma], lemma))[:most])
        for weight in weights
    ]


def class_weights(counts: Sequence[Counter[str]]) -> list[dict[str, float]]:
    """Return c-TF-IDF per theme: share in it times log(1 + mean words per theme / all uses) (Grootendorst 2022)."""
    import math

    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    average = sum(total.values()) / max(len(counts), 1)
    return [
        {word: n / sum(count.values()) * math.log(1 + average / total[word]) for word, n in count.items()}
        for count in counts
    ]


def names(
    texts_by_theme: Sequence[Sequence[str]],
    embed: Callable[[Sequence[str]], Matrix],
    reader: Reader,
    *,
    taken: Sequence[str] = (),
    fits: Callable[[Sequence[str]], Sequence[float]] | None = None,
) -> list[str]:
    """Name each theme, given its texts with the most typical first; no two names are equal, nor equal to one `taken`.

    `embed` turns texts into unit vectors of shape (n, d); `fits` says of each text how likely it carries the category.
    """
    often = [Counter(texts) for texts in texts_by_theme]
    typical = [_typical(texts) for texts in texts_by_theme]
    docs = iter(reader.docs([text for texts in typical for text in texts]))
    parsed = [
        [Said(next(docs), text.casefold(), times[text]) for text in texts]
        for texts, times in zip(typical, often, strict=True)
    ]
    themes = _themes(texts_by_theme, parsed, embed)
    looked_at = [ranked[:LOOKED_AT] if fits else ranked for ranked in _weighed(themes, embed)]
    fit = _fit([text for ranked in looked_at for _, text in ranked], fits)
    used = {name.casefold() for name in taken}
    result = []
    for theme, ranked in zip(themes, looked_at, strict=True):
        scored = sorted((-round(score + FITS * fit.get(text, 0.0), 4), len(text), text) for score, text in ranked)
        free = [(shown(text), -score) for score, _, text in scored if shown(text).casefold() not in used]
        name = free[0][0] if free else _of_words(theme, used)
        used.add(name.casefold())
        result.append(name)
    return result


def _themes(
    texts_by_theme: Sequence[Sequence[str]],
    parsed: Sequence[Sequence[Said]],
    embed: Callable[[Sequence[str]], Matrix],
) -> list[_Theme]:
    import numpy as np

    weights = class_weights([counted(said) for said in parsed])
    texts = sorted({text for texts in texts_by_theme for text in texts})
    row = {text: i for i, text in enumerate(texts)}
    matrix = embed(texts)
    found = []
    for members, said, weight in zip(texts_by_theme, parsed, weights, strict=True):
        middle = matrix[[row[text] for text in members]].mean(axis=0)
        shares = spread(said)
        possible = [(shared(one, shares, len(members)) + verbatim(one.text, said), one) for one in candidates(said)]
        possible.sort(key=lambda one: (-SHARED * one[0] - COMPLETE * one[1].complete, one[1].text))
        found.append(_Theme(possible[:CANDIDATES], shares, weight, middle / max(float(np.linalg.norm(middle)), 1e-9)))
    return found


def _weighed(themes: Sequence[_Theme], embed: Callable[[Sequence[str]], Matrix]) -> list[list[tuple[float, str]]]:
    """Return for each theme (score, words), the best first."""
    import numpy as np

    texts = sorted({one.text for theme in themes for _, one in theme.candidates})
    if not texts:
        return [[] for _ in themes]
    row = {text: i for i, text in enumerate(texts)}
    near = embed(texts) @ np.stack([theme.middle for theme in themes]).T
    result = []
    for number, theme in enumerate(themes):
        rows = near[[row[one.text] for _, one in theme.candidates]]
        others = np.delete(rows, number, axis=1).max(axis=1, initial=0.0)
        weighed = [
            (_score(one, theme, common, float(own), float(own - other)), one.text)
            for (common, one), own, other in zip(theme.candidates, rows[:, number], others, strict=True)
        ]
        result.append(sorted(weighed, key=lambda one: (-one[0], len(one[1]), one[1])))
    return result


def _score(candidate: Candidate, theme: _Theme, common: float, near: float, apart: float) -> float:
    top = max(theme.weights.values(), default=1.0)
    best = sorted((theme.weights.get(lemma, 0.0) / top for lemma in set(candidate.lemmas)), reverse=True)
    score = near + APART * apart + TELLING * sum(best[:3]) / 3 + SHARED * common + COMPLETE * candidate.complete
    rare = [lemma for lemma in candidate.own if theme.spread.get(lemma, 0.0) < OFTEN]
    return round(score - ALONE * min(len(rare), 2), 4)


def shared(candidate: Candidate, shares: dict[str, float], members: int) -> float:
    """Return how much of a theme says the candidate's best three telling words, less what only one member says."""
    held = sorted((shares.get(lemma, 0.0) for lemma in set(candidate.lemmas)), reverse=True)
    lonely = sum(share * members < 2 for share in held) if members >= ENOUGH else 0
    return sum(held[:3]) / 3 - LONELY * lonely


def _fit(texts: Sequence[str], fits: Callable[[Sequence[str]], Sequence[float]] | None) -> dict[str, float]:
    distinct = sorted(set(texts))
    return dict(zip(distinct, fits(distinct), strict=True)) if fits and distinct else {}


def shown(text: str) -> str:
    """Write a name in sentence case, without punctuation around it."""
    text = re.sub(r"\s+", " ", text).strip(" \t\n.,;:!?-–—\"'“”‘’()[]*•")
    letters = [letter for letter in text if letter.isalpha()]
    if len(letters) > 8 and all(letter.isupper() for letter in letters):
        text = text.lower()
    return text[:1].upper() + text[1:]


def _of_words(theme: _Theme, used: set[str]) -> str:
    """Build a name of telling words where no member has a clause that would do."""
    words = sorted(theme.weights, key=lambda word: (-theme.weights[word], word)) or ["other"]
    for count in range(1, len(words) + 1):
        name = shown(" and ".join([", ".join(words[: count - 1]), words[count - 1]]) if count > 1 else words[0])
        if name.casefold() not in used:
            return name
    number = 2
    while f"{shown(words[0])} ({number})".casefold() in used:
        number += 1
    return f"{shown(words[0])} ({number})"


def _typical(texts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(texts))[:TYPICAL]


def _lemma_counts(docs: Iterable[Doc]) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    counts: Counter[str] = Counter()
    forms: Counter[tuple[str, str]] = Counter()
    for doc in docs:
        for token in doc:
            if telling(token):
                counts[token.lemma_.lower()] += 1
                forms[token.lemma_.lower(), token.lower_] += 1
    return counts, forms


def _forms(counts: Iterator[Counter[tuple[str, str]]]) -> dict[str, str]:
    """Return lemma -> the form of it that is used most."""
    total: Counter[tuple[str, str]] = Counter()
    for count in counts:
        total.update(count)
    forms: dict[str, str] = {}
    for (lemma, form), _ in sorted(total.items(), key=lambda item: (-item[1], item[0])):
        forms.setdefault(lemma, form)
    return forms
