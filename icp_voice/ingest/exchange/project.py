"""What researchers coded in another program, as plain values: codes, documents, passages, and what was left out."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from icp_voice.model import Document
from icp_voice.store.layout import Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code; `path` are the names from the top down to its own. One that is not `codable` only groups others."""

    id: str
    path: tuple[str, ...]
    description: str = ""
    codable: bool = True

    @property
    def name(self) -> str:
        """Its name with those above it, as people write it."""
        return "/".join(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """That somebody gave a passage a code, and what they noted."""

    code: str
    coder: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A marked passage: from `start` to `end` of its document's whole text, and its `pieces`, one in each turn.

    `document` is the number of the document in the project.
    """

    document: int
    start: int
    end: int
    pieces: tuple[Piece, ...]
    coded: tuple[Coded, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """That somebody said of a passage of one of our own projects that a category does not hold."""

    document: int
    piece: Piece
    category: str
    coder: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """All that one file holds. `left` is what was left out, counted.

    Of each document, `sources` is its id in the file, and `texts` the mark of its whole text.
    """

    origin: str = ""
    codes: tuple[Code, ...] = ()
    documents: tuple[Document, ...] = ()
    sources: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    passages: tuple[Passage, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    left: tuple[tuple[str, int], ...] = ()


def text_mark(text: str) -> str:
    """Return what stands for a whole text with plain line ends."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


@dataclass(slots=True)
class Left:
    """Counts what is left out, by the reason."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, reason: str, count: int = 1) -> None:
        """Count something that is left out."""
        if count:
            self.counts[reason] += count

    def told(self) -> tuple[tuple[str, int], ...]:
        """Return the reasons with their counts, in the order of the alphabet."""
        return tuple(sorted(self.counts.items()))
