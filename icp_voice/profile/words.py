"""Which passages hold the words of a question, and how much that says: BM25 as SQLite's FTS5 reckons it.

FTS5 ranks turns, and all of them. Here the places of each word are read once, and what they say is reckoned for every
passage at once, so that nothing outside a view can crowd out what stands inside.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING

from icp_voice.profile.question import Question
from icp_voice.profile.retrieve import SETTING
from icp_voice.store.search import LONGEST, Search

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float32]
    Truths = NDArray[np.bool_]

K1, B = 1.2, 0.75  # those of FTS5
BESIDE = 0.3  # what a word counts that stands in the turn of a passage, but outside the passage
MOST_KEPT = 256


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """What was found in n passages: BM25 scores (n,), and which of them hold each of the question's terms (terms, n)."""

    scores: Floats
    holds: Truths


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The words of n passages, looked up when asked for.

    `turn` (n,) is the number of each one's turn, `first` and `last` (n,) which of the turn's words it spans (`last` no
    more), `lengths` (m,) how many words each of the m distinct turns has, in the order of their numbers.
    """

    turn: Integers
    first: Integers
    last: Integers
    lengths: Floats
    turns: int
    mean: float
    _turns: Integers = field(init=False)
    _of: Integers = field(init=False)
    _order: Integers = field(init=False)
    _kept: dict[str, Integers] = field(default_factory=dict)

    def __post_init__(self) -> None:
        import numpy as np

        turns, of = np.unique(self.turn, return_inverse=True)
        object.__setattr__(self, "_turns", turns)
        object.__setattr__(self, "_of", of.astype(np.int64))
        object.__setattr__(self, "_order", np.lexsort((self.first, self.turn)))

    def find(self, search: Search, question: Question) -> Matches:
        """Look up the terms of a question; those of its setting count half."""
        import numpy as np

        turns = np.zeros(len(self._turns), dtype=np.float32)
        holds = np.zeros((len(question.all_terms), len(self.turn)), dtype=np.bool_)
        for number, term in enumerate(question.all_terms):
            places = self._places(search, term)
            weight = (term in question.terms) + SETTING * (term in question.setting_terms)
            turns += np.float32(weight) * self._scores(places)
            holds[number, self._inside(places)] = True
        scores = turns[self._of]
        return Matches(np.where(holds.any(axis=0), scores, np.float32(BESIDE) * scores), holds)

    def _places(self, search: Search, term: str) -> Integers:
        """Return where a word or phrase begins; what was looked up is kept while the store stays as it is."""
        import numpy as np

        if term not in self._kept:
            stems = [search.places(stem) for stem in search.stems(term)]
            shifted = [places - step for step, places in enumerate(stems)]
            both = reduce(lambda one, two: np.intersect1d(one, two, assume_unique=True), shifted) if shifted else None
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[term] = np.zeros(0, dtype=np.int64) if both is None else both
        return self._kept[term]

    def _scores(self, places: Integers) -> Floats:
        """Return what one term says of each distinct turn."""
        import numpy as np

        turn = places >> LONGEST
        hits = 1 + int(np.count_nonzero(np.diff(turn))) if len(turn) else 0
        rarity = math.log((self.turns - hits + 0.5) / (hits + 0.5)) if hits < self.turns else 0.0
        count = np.bincount(self._found(turn), minlength=len(self._turns) + 1)[:-1].astype(np.float32)
        norm = np.float32(K1) * (np.float32(1 - B) + np.float32(B / self.mean) * self.lengths)
        weight = np.float32(max(rarity, 1e-6) * (K1 + 1))
        return (weight * count / (count + norm)).astype(np.float32)

    def _found(self, turn: Integers) -> Integers:
        """Return the index of each turn among the distinct ones, or their number for one that has no passage."""
        import numpy as np

        at = np.searchsorted(self._turns, turn)
        known = self._turns[np.minimum(at, len(self._turns) - 1)] == turn
        return np.where(known, at, len(self._turns))

    def _inside(self, places: Integers) -> Integers:
        """Return the passages that hold one of the places (of overlapping ones, the one that begins last)."""
        import numpy as np

        begins = (self.turn << LONGEST) + self.first
        sorted_begins = begins[self._order]
        at = np.searchsorted(sorted_begins, places, side="right") - 1
        passage = self._order[np.maximum(at, 0)]
        ends = (self.turn << LONGEST) + self.last
        inside = (at >= 0) & (places < ends[passage]) & (places >= begins[passage])
        return passage[inside]
