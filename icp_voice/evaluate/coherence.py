"""Whether the words of a theme go together, and whether the themes' words differ: NPMI coherence and diversity."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Sequence

WORD = re.compile(r"[^\W\d_][\w'’-]*")


def npmi(words: Sequence[Sequence[str]], texts: Sequence[str]) -> float:
    """Return the mean over themes of the mean normalised pointwise mutual information of their words' pairs.

    For two words a and b: log(p(a, b) / (p(a) p(b))) / -log p(a, b), where p is the share of the texts that hold the
    word, or both; the window is a whole text. From -1 (never together) over 0 (as often as by chance) to 1 (always
    together). The formula is that of Bouma (2009, Proceedings of GSCL), its mean over the pairs of a topic's ten first
    words that of Lau, Newman and Baldwin (2014, Proceedings of EACL).
    """
    wanted = {word for theme in words for word in theme}
    held = [wanted & {word.lower() for word in WORD.findall(text)} for text in texts]
    single = Counter(word for found in held for word in found)
    pairs = Counter(pair for found in held for pair in itertools.combinations(sorted(found), 2))
    means = [
        sum(_pair(pairs[a, b], single[a], single[b], len(texts)) for a, b in together) / len(together)
        for theme in words
        if (together := list(itertools.combinations(sorted(set(theme)), 2)))
    ]
    return sum(means) / len(means) if means else 0.0


def _pair(both: int, a: int, b: int, n: int) -> float:
    if not both:
        return -1.0
    if both == n:
        return 1.0
    return math.log(both * n / (a * b)) / -math.log(both / n)


def diversity(words: Sequence[Sequence[str]]) -> float:
    """Return the share of unique words among all words of the themes (Dieng, Ruiz and Blei 2020, TACL 8)."""
    every = [word for theme in words for word in theme]
    return len(set(every)) / len(every) if every else 0.0
