"""The same words in two documents that are cut into turns in different ways: from a place in one to that in the other."""

from __future__ import annotations

from collections.abc import Sequence

from icp_voice.model import Turn
from icp_voice.store.layout import Piece


class SameWords:
    """Two cuts of the same words, compared by letters and digits alone, as documents are recognised."""

    def __init__(self, one: Sequence[Turn], other: Sequence[Turn]) -> None:
        first, self._there = _letters(one), _letters(other)
        self.same = [letter for letter, _, _ in first] == [letter for letter, _, _ in self._there]
        self._number = {(turn, offset): number for number, (_, turn, offset) in reversed(list(enumerate(first)))}

    def pieces(self, piece: Piece) -> list[Piece]:
        """Return where the words of a piece of the one stand in the other, a piece in each turn."""
        turn, start, end = piece
        numbers = [self._number[turn, at] for at in range(start, end) if (turn, at) in self._number]
        found: dict[int, tuple[int, int]] = {}
        for number in numbers:
            _, there, offset = self._there[number]
            low, high = found.get(there, (offset, offset))
            found[there] = (min(low, offset), max(high, offset))
        return [(there, low, high + 1) for there, (low, high) in sorted(found.items())]


def _letters(turns: Sequence[Turn]) -> list[tuple[str, int, int]]:
    return [
        (letter, turn, offset)
        for turn, said in enumerate(turns)
        for offset, sign in enumerate(said.text)
        if sign.isalnum()
        for letter in sign.casefold()
    ]
