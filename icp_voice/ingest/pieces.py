"""Lines as pieces: the layouts of Zoom, Teams, Otter, and of people who type, with names at the head of lines.

Whether a label is a name is not judged here, but over the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from icp_voice.ingest.cues import CLOCK, clock, tidy

_SPEAKER: Final = r"(?P<name>[^\W_][^:：\[\]<>|\t!?;\"“”{}*=]{0,59}?)"
_TIME: Final = rf"(?P<time>{CLOCK})"
_UNTIL: Final = rf"(?:\s*(?:-->|->|-|–)\s*{CLOCK})?"
_TIMED: Final = (
    re.compile(rf"[\[(]?{_TIME}{_UNTIL}[\])]?\s*(?:[-–|]\s*)?\[?{_SPEAKER}\]?\s*[:：](?:\s+|$)(?P<text>.*)$"),
    re.compile(rf"\[{_SPEAKER}\]\s*{_TIME}{_UNTIL}(?P<text>)$"),
    # Possessive where spaces follow spaces: a line with many of them would take hours.
    re.compile(rf"{_SPEAKER}\s*+(?:,\s*+)?[\[(]{_TIME}{_UNTIL}[\])]\s*(?:[:：]\s*(?P<text>.*))?$"),
    re.compile(rf"{_SPEAKER}(?:\s*[|,–-]\s*|\s+){_TIME}{_UNTIL}(?:\s?[AaPp][Mm])?(?P<text>)$"),
    re.compile(rf"[\[(]?{_TIME}[\])]?\s*[|–-]\s*{_SPEAKER}(?P<text>)$"),
)
_INLINE: Final = re.compile(
    rf"(?:\[{_SPEAKER}\]|{_SPEAKER.replace('name', 'bare')})\s*(?::(?=\s|$)|：)\s*(?P<text>.*)$"
)
_LONE: Final = re.compile(rf"{_SPEAKER}$")
_MARKER: Final = re.compile(rf"(?:\[{_TIME}\]|{_TIME.replace('time', 'plain')})(?:\s+(?P<text>.*))?$")
_LEADING_TIME: Final = re.compile(rf"[\[(]{_TIME}[\])]\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A line or paragraph as someone laid it out: `label` may be a name, and `source` is the line if it is none.

    A `gap` ends a paragraph; an `end` (a heading, a rule) also ends what the last speaker says; `item` is a list's;
    a `heading` is one unless its label proves to be a name; a `strong` label is set in bold.
    """

    text: str = ""
    label: str = ""
    source: str = ""
    start_ms: int | None = None
    timed: bool = False
    bare: bool = False
    alone: bool = False
    item: bool = False
    gap: bool = False
    end: bool = False
    marker: bool = False
    heading: bool = False
    strong: bool = False


GAP: Final = Piece(gap=True)
END: Final = Piece(gap=True, end=True)


def pieces_of(lines: Iterable[str]) -> Iterable[Piece]:
    """Read lines one by one; an empty one ends a paragraph."""
    before = True
    for line in lines:
        yield piece_of(line, first=before)
        before = not line.strip()


def piece_of(line: str, *, first: bool = False, item: bool = False) -> Piece:
    """Read one line; `first` says that a paragraph begins with it."""
    whole = line.strip()
    if not whole:
        return GAP
    if whole[0] == "\\":
        whole = whole.replace("\\[", "[").replace("\\]", "]")
    for layout in _TIMED:
        found = layout.match(whole)
        if found and (label := _label(found["name"])):
            rest, at = found["text"] or "", None if whole[-1] in "mM" else clock(found["time"])
            return Piece(text=rest, label=label, source=whole, start_ms=at, timed=True, alone=not rest, item=item)
    inline = _INLINE.match(whole)
    if inline and (label := _label(inline["name"] or inline["bare"])):
        at, text = leading_time(inline["text"])
        return Piece(text=text, label=label, source=whole, start_ms=at, alone=not text, item=item)
    marker = _MARKER.match(whole)
    if marker:
        at = clock(marker["time"] or marker["plain"])
        return Piece(text=marker["text"] or "", source=whole, start_ms=at, marker=True)
    broken = line.endswith("  ") or line.endswith("\t")
    if (first or broken) and (lone := _LONE.match(whole)) and (label := _label(lone["name"])):
        # Two spaces at the end are Otter's and Markdown's way to break a line after a name.
        return Piece(label=label, source=whole, alone=True, bare=not broken, item=item)
    return Piece(text=whole, source=whole)


def _label(text: str) -> str:
    label = tidy(text).rstrip(" ,-–")
    return label if (label and len(label.split()) <= 9 and label[-1] not in ".,…") or _initial(label) else ""


def _initial(label: str) -> bool:
    return bool(re.search(r"\b(?:\w|Jr|Sr|Dr)\.$", label))


def leading_time(text: str) -> tuple[int | None, str]:
    """Split a time in brackets off the head of what is said."""
    found = _LEADING_TIME.match(text)
    return (clock(found["time"]), text[found.end() :]) if found else (None, text)
