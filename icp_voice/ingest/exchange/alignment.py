"""Where the words of a document's turns stand in the text they were read from, whatever the reading left out.

A reader takes names, times and headings away and folds blanks, but keeps the words and their order. So the turns are
found in the text without its blanks: each as a whole, or word by word where something stands between its words.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from icp_voice.ingest.cues import tidy
from icp_voice.model import Turn
from icp_voice.store.layout import Piece

_WINDOW: Final = 200_000  # how far ahead the words of a turn are looked for
_NEAR: Final = 5_000  # and those of one word
_RUN: Final = 6


class Alignment:
    """The places of the turns' characters in a text."""

    def __init__(self, text: str, turns: Sequence[Turn]) -> None:
        kept = [place for place, sign in enumerate(text) if _counts(sign)]
        bare = "".join(text[place] for place in kept)
        self._turns: list[tuple[list[int], list[int]]] = []  # of each turn: places in the text, offsets in the turn
        cursor = 0
        for turn in turns:
            offsets = [offset for offset, sign in enumerate(turn.text) if _counts(sign)]
            found, cursor = _find(bare, [word for word in map(_bare, turn.text.split()) if word], cursor)
            known = [(kept[at], offset) for at, offset in zip(found, offsets, strict=True) if at >= 0]
            self._turns.append(([place for place, _ in known], [offset for _, offset in known]))

    def pieces(self, start: int, end: int) -> list[Piece]:
        """Return (turn, start, end) for each turn of which something lies between two places of the text."""
        found = []
        for number, (places, offsets) in enumerate(self._turns):
            if not places or places[0] >= end or places[-1] < start:
                continue
            first, last = bisect_left(places, start), bisect_left(places, end) - 1
            if first <= last:
                found.append((number, offsets[first], offsets[last] + 1))
        return found


def _counts(sign: str) -> bool:
    return not sign.isspace() and bool(tidy(sign))


def _bare(word: str) -> str:
    return "".join(filter(_counts, word))


def _find(bare: str, words: Sequence[str], cursor: int) -> tuple[list[int], int]:
    """Return the place of each sign of the words, -1 where it is not found, and the place after the last."""
    whole = "".join(words)
    at = bare.find(whole, cursor, cursor + len(whole) + _WINDOW)
    if at >= 0:
        return list(range(at, at + len(whole))), at + len(whole)
    places: list[int] = []
    number = 0
    while number < len(words):
        at = _next(bare, words[number : number + _RUN], cursor)
        if at < 0:
            places += [-1] * len(words[number])
            number += 1
            continue
        cursor = at
        while number < len(words) and bare.startswith(words[number], cursor):
            places += range(cursor, cursor + len(words[number]))
            cursor += len(words[number])
            number += 1
    return places, cursor


def _next(bare: str, words: Sequence[str], cursor: int) -> int:
    """Return where the next words stand: as many of them together as can be found near by."""
    for count in (len(words), 3, 1):
        run = "".join(words[:count])
        at = bare.find(run, cursor, cursor + len(run) + _NEAR)
        if at >= 0:
            return at
    return -1
