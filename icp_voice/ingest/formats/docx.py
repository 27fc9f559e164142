"""Word documents: transcripts as Teams writes them, notes, and tables of who said what.

A Word file is a zip archive from a stranger: it is weighed before it is opened, and refused with a document type in it,
which Word never writes and which makes the XML reader drop words without saying so.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.cues import CLOCK, tidy
from icp_voice.ingest.formats.plain import END, GAP, Piece, document, header, pieces_of
from icp_voice.ingest.source import Source
from icp_voice.model import Document

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.table import Table

NAME = "Word (docx)"

_MEMBERS: Final = 2_000
_TOTAL: Final = 200 * 1024 * 1024
_PART: Final = 64 * 1024 * 1024  # one part read as XML takes several times its size in memory
_RATIO: Final = 200
_RATIO_FROM: Final = 1024 * 1024
_CHUNK: Final = 1024 * 1024
_PICTURES: Final = tuple(".png .jpg .jpeg .gif .emf .wmf .svg .bmp .tif .tiff .mp4 .ttf .odttf".split())
_COLUMNS: Final = frozenset("time timestamp start end speaker name who text transcript words said".split())
_DOCTYPES: Final = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))


def matches(source: Source) -> float:
    """Certain for a zip archive with a Word text in it."""
    if not source.data.startswith(b"PK\x03\x04"):
        return 0.0
    if b"word/document" in source.data:
        return 1.0
    return 0.5 if source.suffix == ".docx" else 0.0


def parse(source: Source) -> list[Document]:
    """Read one talk or note."""
    weigh(source.data)
    pieces, title = _read(source.data)
    lines = [piece.source for piece in pieces]
    about, taken = header(lines)
    made = document(source, about, pieces[taken:])
    return [replace(made, title=made.title or title)]


def weigh(data: bytes) -> None:
    """Refuse an archive that unpacks to too much, is locked, or carries a document type."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_sizes(members)
            for member in members:
                if not member.filename.lower().endswith(_PICTURES):
                    _check_part(archive, member)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError) as error:
        raise UnreadableFile(f"the Word file is damaged: {error}") from None


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > _MEMBERS:
        raise UnreadableFile(f"the Word file holds {len(members)} parts; at most {_MEMBERS} are allowed")
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableFile("the Word file is locked with a password", hint="Save it without one.")
    if sum(member.file_size for member in members) > _TOTAL:
        raise UnreadableFile(f"the Word file unpacks to more than {_TOTAL // 1024**2} MB")
    for member in members:
        if member.file_size > _RATIO_FROM and member.file_size > _RATIO * max(member.compress_size, 1):
            raise UnreadableFile(f"a part of the Word file unpacks to more than {_RATIO} times its size")


def _check_part(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    if member.file_size > _PART:
        raise UnreadableFile(f"a part of the Word file is larger than {_PART // 1024**2} MB")
    tail = b""
    with archive.open(member) as part:
        while chunk := part.read(_CHUNK):
            if any(mark in tail + chunk for mark in _DOCTYPES):
                raise UnreadableFile("the Word file declares a document type, which Word never writes")
            tail = chunk[-32:]


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

    for block in word.iter_inner_content():
        if isinstance(block, WordTable):
            yield from _rows(block)
            continue
        style = (block.style.name or "") if block.style is not None else ""
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
