"""How themes come nearer to what a grouping of all texts would make of them, while few texts change their theme.

Grouped anew, half of all texts would be in other themes than before, and nobody would know their themes again. So only the
moves that gain most are made, as many as a budget allows, each time that enough was added; the rest waits for the next time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

MERGED = 0.5  # of a theme's members have to be wanted in another, for it to go there as a whole
SMALLEST = 2


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """A group of a grouping of all texts: its members' positions, and the theme that it carries on, if any."""

    members: Sequence[int]
    heir: str | None


def move(
    place: dict[int, str],
    wanted: Sequence[Wanted],
    vectors: Matrix,
    *,
    free: Collection[int],
    budget: int,
    least: int,
    name: Callable[[Sequence[int]], str],
) -> None:
    """Change `place`, position -> theme, towards the wanted groups, moving at most `budget` texts that are not `free`.

    First new themes are founded, of at least `least` texts, under the `name` of their founders; then themes go into others
    as a whole; then single texts go where they are nearer. Vectors are unit rows, of shape (n, d).
    """
    _Moves(place, vectors, frozenset(free), budget).make(wanted, least, name)


class _Moves:
    def __init__(self, place: dict[int, str], vectors: Matrix, free: frozenset[int], budget: int) -> None:
        self._place, self._vectors, self._free, self._left = place, vectors, free, budget
        self._sizes = Counter(place.values())
        inside: dict[str, list[int]] = defaultdict(list)
        for i in sorted(place):
            inside[place[i]].append(i)
        self._centers = {theme: self._center(rows) for theme, rows in inside.items()}

    def make(self, wanted: Sequence[Wanted], least: int, name: Callable[[Sequence[int]], str]) -> None:
        gains = [self._gains(group) for group in wanted]
        for group in wanted:
            if group.heir is not None:
                for i in group.members:
                    if i in self._free:
                        self._put(i, group.heir)
        new = [k for k, group in enumerate(wanted) if group.heir is None]
        for k in sorted(new, key=lambda k: (-sum(gain for gain, _ in gains[k][: max(self._left, 1)]), k)):
            founders = [i for i in wanted[k].members if i in self._free] + self._affordable(gains[k])
            if len(founders) >= least:
                self._go(founders, name(founders))
        self._merge(wanted)
        single = [
            (gain, i, group.heir) for k, group in enumerate(wanted) if group.heir is not None for gain, i in gains[k]
        ]
        for _, i, heir in sorted(single, key=lambda one: (-one[0], one[1])):
            if self._left and self._place[i] != heir and self._sizes[self._place[i]] > SMALLEST:
                self._go([i], heir)

    def _gains(self, group: Wanted) -> list[tuple[float, int]]:
        """Return (gain, position) of those that would be nearer to this group's middle than to their theme's, the most first."""
        center = self._center(group.members)
        found = []
        for i in group.members:
            theme = self._place.get(i)
            if i not in self._free and theme not in {None, group.heir}:
                gain = round(float(self._vectors[i] @ center - self._vectors[i] @ self._centers[str(theme)]), 5)
                if gain > 0:
                    found.append((gain, i))
        return sorted(found, key=lambda one: (-one[0], one[1]))

    def _affordable(self, gains: Sequence[tuple[float, int]]) -> list[int]:
        """Return the first that the budget allows, leaving no theme with a single member."""
        sizes = Counter(self._sizes)
        taken: list[int] = []
        for _, i in gains:
            if len(taken) < self._left and sizes[self._place[i]] > SMALLEST:
                sizes[self._place[i]] -= 1
                taken.append(i)
        return taken

    def _merge(self, wanted: Sequence[Wanted]) -> None:
        """Let themes of which no group carries on go where most of their members are wanted, the smallest first."""
        heirs = {group.heir for group in wanted}
        where: dict[str, Counter[str]] = defaultdict(Counter)
        rows: dict[str, list[int]] = defaultdict(list)
        for group in wanted:
            for i in group.members:
                theme = self._place.get(i)
                if theme is not None and theme not in heirs:
                    rows[theme].append(i)
                    where[theme].update([group.heir] if group.heir else [])
        for theme in sorted(rows, key=lambda theme: (len(rows[theme]), theme)):
            into, count = min(where[theme].items(), key=lambda one: (-one[1], one[0]), default=("", 0))
            if count >= MERGED * self._sizes[theme] and len(rows[theme]) <= self._left:
                self._go(rows[theme], into)

    def _go(self, rows: Sequence[int], theme: str) -> None:
        for i in rows:
            self._left -= i not in self._free
            self._put(i, theme)

    def _put(self, i: int, theme: str) -> None:
        if i in self._place:
            self._sizes[self._place[i]] -= 1
        self._place[i] = theme
        self._sizes[theme] += 1

    def _center(self, rows: Sequence[int]) -> Matrix:
        import numpy as np

        center: Matrix = self._vectors[list(rows)].mean(axis=0)
        return center / max(float(np.linalg.norm(center)), 1e-9)
