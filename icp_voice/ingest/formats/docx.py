"""Word documents: transcripts as Teams writes them, notes, and tables of who said what.

A Word file is a zip archive from a stranger: it is weighed before it is opened.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.cues import CLOCK, tidy
from icp_voice.ingest.header import header
from icp_voice.ingest.pieces import END, GAP, Piece, pieces_of
from icp_voice.ingest.recorders import unframed
from icp_voice.ingest.source import Source
from icp_voice.ingest.talk import document
from icp_voice.ingest.zips import Budget, check_zip
from icp_voice.limits import MEGABYTE
from icp_voice.model import Document

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.table import Table

NAME = "Word (docx)"

_PICTURES: Final = tuple(".png .jpg .jpeg .gif .emf .wmf .svg .bmp .tif .tiff .mp4 .ttf .odttf".split())
_COLUMNS: Final = frozenset("time timestamp start end speaker name who text transcript words said".split())
# One part read as XML takes several times its size in memory.
_BUDGET: Final = Budget(parts=2_000, part=64 * MEGABYTE, is_xml=lambda name: not name.lower().endswith(_PICTURES))


def matches(source: Source) -> float:
    """Certain for a zip archive with a Word text in it."""
    if not source.data.startswith(b"PK\x03\x04"):
        return 0.0
    if b"word/document" in source.data:
        return 1.0
    return 0.5 if source.suffix == ".docx" else 0.0


def parse(source: Source) -> list[Document]:
    """Read one talk or note."""
    check_zip(source.data, _BUDGET, source.limits, what="the Word file")
    pieces, title = _read(source.data)
    kept, stated = unframed([piece.source for piece in pieces])
    pieces = [pieces[number] for number in kept]
    headings = {number for number, piece in enumerate(pieces) if piece.end and piece.source}
    about, taken = header([piece.source for piece in pieces], headings)
    made = document(source, stated.over(about), pieces[taken:])
    return [replace(made, title=made.title or title)]


def _read(data: bytes) -> tuple[list[Piece], str]:
    from docx import Document as open_word
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    try:
        word = open_word(io.BytesIO(data))
        pieces = list(_pieces(word))
        headings = [piece.source for piece in pieces if piece.end and piece.source]
        return pieces, tidy(word.core_properties.title or "") or (headings[0] if headings else "")
    except (OpcError, LxmlError, KeyError, ValueError, AttributeError, TypeError, IndexError, RecursionError) as error:
        reason = tidy(str(error))[:120] or type(error).__name__
        raise UnreadableFile(f"the Word file is damaged: {reason}") from None


def _pieces(word: Word) -> Iterator[Piece]:
    """Read paragraphs and tables in their order; each paragraph ends with a gap."""
    from docx.table import Table as WordTable

    styles = {style.style_id: style.name or "" for style in word.styles}
    for block in word.iter_inner_content():
        if isinstance(block, WordTable):
            yield from _rows(block)
            continue
        # A paragraph's own `style` looks through all styles for the default each time; that one is no heading.
        style = styles.get(block._p.style or "", "")
        if style.startswith(("Heading", "Title")):
            yield replace(END, source=tidy(block.text))
            if tidy(block.text).endswith("?"):  # notes put the question into the heading and the answer below it
                yield from (Piece(text=tidy(block.text), source=tidy(block.text)), END)
            continue
        is_item = style.startswith("List")
        for piece in pieces_of(block.text.split("\n")):
            yield replace(piece, item=is_item and not piece.gap)
        yield GAP


def _rows(table: Table) -> Iterator[Piece]:
    """Read a row as `time, name: words` where it looks so, else as its cells one after another."""
    yield GAP
    for row in table.rows:
        cells: list[str] = []
        for cell in row.cells:
            text = tidy(cell.text)
            if text and text not in cells[-1:]:  # merged cells come once for each column they span
                cells.append(text)
        yield from pieces_of([_row_line(cells)] if cells and not _COLUMNS.issuperset(map(str.casefold, cells)) else [])
        yield GAP


def _row_line(cells: list[str]) -> str:
    if len(cells) > 2 and re.fullmatch(rf"[\[(]?{CLOCK}[\])]?", cells[0]):
        time, name, *words = cells
        return f"[{time.strip('[]()')}] {name.rstrip(':')}: {' '.join(words)}"
    name, *words = cells
    return f"{name.rstrip(':')}: {' '.join(words)}" if words else name
