"""The text of a source as a document: by the rules by which a text file is read, with the passages marked in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.exchange.alignment import Alignment
from icp_voice.ingest.exchange.project import Coded, Left, Passage
from icp_voice.ingest.formats import markdown, plain, srt, vtt
from icp_voice.ingest.source import Source
from icp_voice.limits import Limits
from icp_voice.model import Document
from icp_voice.store.layout import Layout

_TEXTS: Final = (vtt, srt, markdown, plain)
NO_WORDS: Final = "sources without words"
NO_TURN: Final = "passages on names, times or headings, where nobody speaks"
OUTSIDE: Final = "passages outside their text"
UNCODED: Final = "passages without a code"

# A passage as its source marks it: start and end in the text with plain line ends, and its codings.
Marked = tuple[int, int, Sequence[Coded]]


def document_of(file: str, text: str, limits: Limits) -> Document:
    """Read a text in the layout it is in; UnreadableFile when nobody says anything in it."""
    source = Source(file=file, data=text.encode("utf-8", "replace"), limits=limits)
    best: Any = max(_TEXTS, key=lambda one: one.matches(source))
    if not best.matches(source):
        raise UnreadableFile("there is no word in it")
    [document] = best.parse(source)
    return document  # type: ignore[no-any-return]


def passages(number: int, text: str, marked: Sequence[Marked], words: Alignment | Layout, left: Left) -> list[Passage]:
    """Return the marked passages of a document with their pieces; those that cannot be kept are counted."""
    found = []
    for start, end, coded in marked:
        if not 0 <= start < end <= len(text):
            left.add(OUTSIDE)
        elif not coded:
            left.add(UNCODED)
        elif pieces := words.pieces(start, end):
            found.append(Passage(document=number, start=start, end=end, pieces=tuple(pieces), coded=tuple(coded)))
        else:
            left.add(NO_TURN)
    return found
