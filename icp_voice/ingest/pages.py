"""Lines of printed pages, joined again: without headers and footers, without hyphens at their ends, in paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from icp_voice.ingest.pieces import piece_of

_EDGE: Final = 2  # lines at the head and the foot of a page that may be a header or a footer
_NUMBER: Final = re.compile(r"(?:page|seite|p\.?)?\s*[-–]?\s*\d{1,5}\s*[-–]?(?:\s*(?:of|/|von|de)\s*\d{1,5})?$", re.I)
_ENDS: Final = re.compile(r"[.!?…:][\"'”’»)\]]*$")
_COMPOUNDS: Final = frozenset(
    """all cost cross data end first full half hand high in long low month multi non off on one real role self short so
    state third time two up user well year""".split()
)


def joined_pages(pages: Sequence[str]) -> tuple[list[str], int]:
    """Return the lines of all pages with an empty one after each paragraph, and how many headers and footers fell."""
    split = [[line.rstrip() for line in page.replace("\r", "\n").split("\n")] for page in pages]
    trimmed = [_trimmed(lines) for lines in split]
    repeated = _repeated(trimmed)
    kept: list[str] = []
    dropped = 0
    for lines in trimmed:
        inner = [line for at, line in enumerate(lines) if not _falls(lines, at, repeated, len(trimmed))]
        dropped += len(lines) - len(inner)
        kept += inner
    return _paragraphs(_unhyphenated(kept)), dropped


def _trimmed(lines: list[str]) -> list[str]:
    while lines and not lines[0].strip():
        lines = lines[1:]
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split()).casefold())


def _edges(lines: Sequence[str]) -> set[int]:
    return {*range(min(_EDGE, len(lines))), *range(max(len(lines) - _EDGE, 0), len(lines))}


def _repeated(pages: Sequence[Sequence[str]]) -> set[str]:
    """Return what stands at the edge of most pages, whatever the numbers in it."""
    seen = Counter(shape for lines in pages for shape in {_shape(lines[at]) for at in _edges(lines)})
    most = max(2, -(-len(pages) // 2))
    return {shape for shape, count in seen.items() if shape and count >= most}


def _falls(lines: Sequence[str], at: int, repeated: set[str], pages: int) -> bool:
    if at not in _edges(lines) or not lines[at].strip():
        return False
    if pages > 1 and _shape(lines[at]) in repeated:
        # A speaker's name and time may stand at the edge of many pages; that is no header.
        return not piece_of(lines[at]).timed
    return bool(_NUMBER.fullmatch(lines[at].strip())) and at in (0, len(lines) - 1)


def _unhyphenated(lines: Sequence[str]) -> list[str]:
    """Join words that were cut at the end of a line; `long-` before `Term` keeps its hyphen."""
    whole = "\n".join(lines).casefold()
    joined: list[str] = []
    for line in lines:
        before = joined[-1] if joined else ""
        if re.search(r"[^\W\d_]{2}[-\u00ad\u2010]$", before) and re.match(r"\s*[^\W\d_]", line):
            word, _, rest = line.strip().partition(" ")
            joined[-1] = (before if _keeps_hyphen(before, word, whole) else before[:-1]) + word
            if rest:
                joined.append(rest)
        else:
            joined.append(line)
    return joined


def _keeps_hyphen(before: str, after: str, whole: str) -> bool:
    """Whether a hyphen at the end of a line is part of the word: written so elsewhere, or after such as `cross`."""
    first = re.split(r"[^\w]", before[:-1])[-1].casefold()
    second = re.split(r"[^\w]", after)[0].casefold()
    if not after[0].islower() or f"{first}-{second}" in whole:
        return before[-1] != "\u00ad"
    return first in _COMPOUNDS and f"{first}{second}" not in whole


def _paragraphs(lines: Sequence[str]) -> list[str]:
    """Put an empty line where a short line ends a sentence, and before each line that names a speaker."""
    lengths = sorted(len(line) for line in lines if line.strip())
    width = lengths[int(len(lengths) * 0.9)] if lengths else 0
    found: list[str] = []
    for line in lines:
        piece = piece_of(line, first=False)
        if found and found[-1].strip() and (piece.timed or piece.marker):
            found.append("")
        found.append(line)
        if len(line) < 0.8 * width and _ENDS.search(line.strip()) and not piece.alone:
            found.append("")
    return found
