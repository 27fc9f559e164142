"""Files of formats that cannot be written by hand, made from lines: Word, PDF and ZIP."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path


def word(paragraphs: Sequence[str | tuple[int, str]]) -> bytes:
    """Return a Word file; (1, "Title") is a heading, and a newline in a paragraph is a line break."""
    from docx import Document

    made = Document()
    for paragraph in paragraphs:
        if isinstance(paragraph, tuple):
            made.add_heading(paragraph[1], paragraph[0])
        else:
            made.add_paragraph(paragraph)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """Return a PDF with these lines on its pages."""
    parts = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica"]
    parts[2] += b" /Encoding /WinAnsiEncoding >>"
    kids: list[int] = []
    for lines in pages:
        shown = [line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") for line in lines]
        text = "BT /F1 11 Tf 14 TL 50 780 Td\n" + "\n".join(f"({line}) Tj T*" for line in shown) + "\nET"
        data = text.encode("cp1252")
        parts.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data))
        page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R" % len(parts)
        parts.append(page + b" /Resources << /Font << /F1 3 0 R >> >> >>")
        kids.append(len(parts))
    parts[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(b"%d 0 R" % kid for kid in kids), len(kids))
    body, places = b"%PDF-1.4\n", list[int]()
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1) + table + end


def zipped(members: Mapping[str, bytes]) -> bytes:
    """Return a ZIP archive with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 5, 12, 0, 0, 0)), data)
    return out.getvalue()


def folder_zipped(folder: Path, before: str = "") -> bytes:
    """Return a folder's files as a ZIP archive."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return zipped({before + path.relative_to(folder).as_posix(): path.read_bytes() for path in files})
