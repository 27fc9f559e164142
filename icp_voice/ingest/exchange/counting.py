"""How a program counts the positions of a text: by the standard, code points; but not all of them do.

Some count UTF-16 units, some take a Windows line end for one sign, some count the mark at a file's head. What the file
itself shows decides: the words that it names for a selection, and that people mark whole words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, product
from typing import Final

from icp_voice.store.layout import unified

_SIGN: Final = re.compile("\r\n|.", re.S)
_TELLING: Final = 8  # so many letters alike are no coincidence
_STANDARD: Final = "as the standard says"

Marked = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Counting:
    """One way to count. `place` turns a position into a place in the text with plain line ends."""

    name: str
    place: Callable[[int], int]


def counting(raw: str, marked: Sequence[Marked], *, origin: str, bom: bool) -> Counting:
    """Return how these selections, (start, end, name), are counted; the standard's way unless they show another."""
    text = unified(raw)
    ways = _ways(raw, origin=origin, bom=bom)
    best, *others = [(way, _names_right(text, way, marked), _whole_words(text, way, marked)) for way in ways]
    for other in others:
        named, bounded = other[1] - best[1], other[2] - best[2]
        if named > 0 or (named == 0 and bounded >= max(3, 0.4 * len(marked))):
            best = other
    return best[0]


def _ways(raw: str, *, origin: str, bom: bool) -> list[Counting]:
    """Return the ways that differ for this text, the likeliest first."""
    # ATLAS.ti takes a line end for one sign, whatever it writes into the file.
    likely = (1, 2) if "atlas" in origin.casefold() else (2, 1)
    ends = likely if "\r\n" in raw else (1,)
    units = (1, 2) if any(sign > "\uffff" for sign in raw) else (1,)
    found = []
    for head, unit, end in product((0, 1) if bom else (0,), units, ends):
        name = ", ".join(
            part
            for part, holds in (
                ("UTF-16 units", unit == 2),
                ("line ends as one sign", end == 1 and len(ends) > 1),
                ("with the mark at the head", head == 1),
            )
            if holds
        )
        found.append(Counting(name or _STANDARD, _placing(raw, head, unit, end)))
    return found


def _placing(raw: str, head: int, unit: int, end: int) -> Callable[[int], int]:
    if unit == 1 and (end == 1 or "\r\n" not in raw):
        return lambda position: position - head
    widths = (end if sign == "\r\n" else unit if sign > "\uffff" else 1 for sign in _SIGN.findall(raw))
    starts = list(accumulate(widths, initial=head))
    return lambda position: bisect_left(starts, position)


def _names_right(text: str, way: Counting, marked: Sequence[Marked]) -> int:
    return sum(_alike(text[max(way.place(start), 0) : max(way.place(end), 0)], name) for start, end, name in marked)


def _alike(words: str, name: str) -> bool:
    said, named = _squeezed(words), _squeezed(name.rstrip(" .…"))
    return len(named) >= _TELLING and said.startswith(named)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _whole_words(text: str, way: Counting, marked: Sequence[Marked]) -> int:
    """Count the ends of selections that do not part a word."""
    return sum(
        _at_border(text, way.place(start)) + _at_border(text, way.place(end)) for start, end, _ in marked if start < end
    )


def _at_border(text: str, place: int) -> bool:
    if not 0 <= place <= len(text):
        return False
    return place in (0, len(text)) or not (text[place - 1].isalnum() and text[place].isalnum())
