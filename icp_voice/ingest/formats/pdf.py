"""PDF with text in it: transcripts and notes that were printed. Pages are joined again to what they were."""

from __future__ import annotations

import io
import logging
from dataclasses import replace

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.cues import tidy
from icp_voice.ingest.header import header
from icp_voice.ingest.pages import joined_pages
from icp_voice.ingest.pieces import pieces_of
from icp_voice.ingest.recorders import unframed
from icp_voice.ingest.source import Source
from icp_voice.ingest.talk import document
from icp_voice.limits import Limits, raise_hint
from icp_voice.model import Document

NAME = "PDF with text"


def matches(source: Source) -> float:
    """Certain by its first bytes."""
    return 1.0 if source.data[:1024].lstrip(b"\0\t\r\n\xef\xbb\xbf ").startswith(b"%PDF-") else 0.0


def parse(source: Source) -> list[Document]:
    """Read one talk or note."""
    pages, title, warnings = _read(source.data, source.limits)
    if not any(page.strip() for page in pages):
        hint = "Run text recognition (OCR) over it, or add the file it was made from."
        raise UnreadableFile("there is no text in the PDF: its pages are pictures", hint=hint)
    lines, dropped = joined_pages(pages)
    if dropped:
        warnings.append(f"{dropped} headers and footers of pages left out")
    kept, stated = unframed(lines)
    lines = [lines[number] for number in kept]
    about, taken = header(lines)
    made = document(source, stated.over(about), list(pieces_of(lines[taken:])))
    return [replace(made, title=made.title or title, warnings=(*made.warnings, *warnings))]


def _read(data: bytes, limits: Limits) -> tuple[list[str], str, list[str]]:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    # What the library has to say of a damaged file goes to whoever listens, and not to the screen.
    logging.getLogger("pypdf").addHandler(logging.NullHandler())
    pages: list[str] = []
    warnings: list[str] = []
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableFile("the PDF is locked with a password", hint="Save it without one.")
        letters = 0
        for number, page in enumerate(reader.pages):
            if number >= limits.pages or letters > limits.characters:
                setting = "pages" if number >= limits.pages else "characters"
                warnings.append(f"cut after {number:,} of {len(reader.pages):,} pages. {raise_hint(setting)}")
                break
            pages.append(page.extract_text() or "")
            letters += len(pages[-1])
        title = tidy(str(reader.metadata.title or "")) if reader.metadata else ""
    except DependencyError:
        raise UnreadableFile("the PDF is locked", hint="Save it without a password.") from None
    except UnreadableFile:
        raise
    # A damaged PDF makes the library raise whatever its innards do.
    except (
        PyPdfError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        ArithmeticError,
        RecursionError,
        OSError,
    ) as error:
        raise UnreadableFile(f"the PDF is damaged ({type(error).__name__})", hint="Print it to PDF again.") from None
    return pages, title if not title.lower().startswith(("untitled", "microsoft word")) else "", warnings
