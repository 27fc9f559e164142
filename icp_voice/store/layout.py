r"""A document as one plain text, as it is handed to other programs: where in it each turn's words stand.

Positions count code points of a text whose line ends are all `\n`; those of a turn count its characters as kept.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from icp_voice.model import Document, Turn

Piece = tuple[int, int, int]
_LINE_END = re.compile("\r\n?")


@dataclass(frozen=True, slots=True)
class Layout:
    """The text of a document, and for each turn where its words begin and end in it."""

    text: str
    spans: tuple[tuple[int, int], ...]
    turns: Sequence[Turn]

    def place(self, turn: int, offset: int) -> int:
        """Return where a character of a turn stands in the text."""
        return self.spans[turn][0] + len(unified(self.turns[turn].text[:offset]))

    def pieces(self, start: int, end: int) -> list[Piece]:
        """Return (turn, start, end) for each turn of which something lies between two places of the text."""
        found = []
        first = bisect_right(self.spans, start, key=lambda span: span[1])
        for turn in range(first, len(self.spans)):
            begins, until = self.spans[turn]
            if begins >= end:
                break
            low, high = self._offset(turn, max(start, begins)), self._offset(turn, min(end, until))
            if low < high:
                found.append((turn, low, high))
        return found

    def _offset(self, turn: int, place: int) -> int:
        text, wanted = self.turns[turn].text, place - self.spans[turn][0]
        if "\r" not in text:
            return wanted
        return bisect_right(range(len(text) + 1), wanted, key=lambda offset: len(unified(text[:offset]))) - 1


def unified(text: str) -> str:
    r"""Return a text with all its line ends as `\n`."""
    return _LINE_END.sub("\n", text)


def layout(document: Document) -> Layout:
    """Lay out a document: `[0:01:02.000] Name: words`, an empty line between two turns."""
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    at = 0
    for turn in document.turns:
        head = ("\n\n" if parts else "") + _label(turn)
        words = unified(turn.text)
        parts += (head, words)
        at += len(head)
        spans.append((at, at + len(words)))
        at += len(words)
    return Layout("".join(parts) + "\n", tuple(spans), document.turns)


def _label(turn: Turn) -> str:
    time = f"[{clock(turn.start_ms)}] " if turn.start_ms is not None else ""
    return time + (f"{unified(turn.speaker)}: " if turn.speaker else "")


def clock(milliseconds: int) -> str:
    """Write a time as 0:01:02.345."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"
