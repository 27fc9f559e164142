"""Makers of files that mean harm. Each costs its maker little and a careless reader much."""

from __future__ import annotations

import base64
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

MEGABYTE = 1024 * 1024
WORDS = "The approval queue is terribly slow at month end and nobody can say why. "

_CONTENT_TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>"""
_RELATIONS = """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>
</Relationships>"""
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_X = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'

LAUGHS = (
    '<!DOCTYPE z [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)
QUADRATIC = f'<!DOCTYPE z [<!ENTITY j "{"x" * 50_000}">]>'
EXTERNAL = '<!DOCTYPE z [<!ENTITY j SYSTEM "file:///etc/hostname">]>'


@dataclass(frozen=True)
class Hostile:
    """One input: what it is called, who makes it, and what must be told of it.

    `error` and `told` are parts of the error line or of a warning; `large` ones take a while and are not in the tests.
    """

    file: str
    make: Callable[[], bytes]
    error: str = ""
    told: str = ""
    large: bool = False


def packed(parts: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(xml: str | bytes = "", *, head: str = "", text: str = WORDS) -> bytes:
    body = f'<?xml version="1.0"?>{head}<w:document {_W}><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>'
    override = f'<Override PartName="/word/document.xml" ContentType="{_WORD}"/>'
    return packed(
        {
            "[Content_Types].xml": _CONTENT_TYPES.format(overrides=override),
            "_rels/.rels": _RELATIONS.format(kind="officeDocument", target="word/document.xml"),
            "word/document.xml": xml or body,
        }
    )


def xlsx(sheet: str | bytes, *, head: str = "", strings: str | bytes = "") -> bytes:
    overrides = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{_SHEET}.{kind}+xml"/>'
        for name, kind in (("workbook", "sheet.main"), ("sheet1", "worksheet"), ("sharedStrings", "sharedStrings"))
    )
    relations = _RELATIONS.format(kind="worksheet", target="sheet1.xml").replace(
        "</Relationships>",
        '<Relationship Id="rId2" Target="sharedStrings.xml" Type='
        '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/></Relationships>',
    )
    return packed(
        {
            "[Content_Types].xml": _CONTENT_TYPES.format(overrides=overrides),
            "_rels/.rels": _RELATIONS.format(kind="officeDocument", target="xl/workbook.xml"),
            "xl/workbook.xml": f'<?xml version="1.0"?>{head}<workbook {_X} {_R}><sheets>'
            '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": relations,
            "xl/sheet1.xml": sheet or cells(""),
            "xl/sharedStrings.xml": strings or f"<sst {_X}/>",
        }
    )


def cells(rows: str) -> str:
    return f'<?xml version="1.0"?><worksheet {_X}><sheetData>{rows}</sheetData></worksheet>'


def cell(at: str, text: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


def far_cell() -> bytes:
    return xlsx(cells(f'<row r="1048576">{cell("XFD1048576", "far")}</row>'))


def wide_rows() -> bytes:
    """Rows of one cell in the last column each: filled up, they are three million cells."""
    rows = "".join(f'<row r="{row}">{cell(f"XFD{row}", "far")}</row>' for row in range(1, 201))
    return xlsx(cells(rows))


def many_strings(count: int) -> bytes:
    chance = random.Random(7)
    strings = "".join(f"<si><t>{chance.getrandbits(64)}</t></si>" for _ in range(count))
    return xlsx(cells(""), strings=f"<sst {_X}>{strings}</sst>")


def late_doctype() -> bytes:
    padding = random.Random(7).randbytes(MEGABYTE).hex()
    return docx(f'<?xml version="1.0"?><!--{padding}-->{LAUGHS}<w:document {_W}/>')


def wide_doctype() -> bytes:
    return docx(f'<?xml version="1.0" encoding="utf-16"?>{LAUGHS}<w:document {_W}/>'.encode("utf-16"))


def zip_of_zeros(megabytes: int, *, parts: int = 1) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(parts):
            with archive.open(f"{number}.txt", "w") as part:
                for _ in range(megabytes):
                    part.write(b"a" * MEGABYTE)
    return out.getvalue()


def docx_of_zeros(megabytes: int) -> bytes:
    return docx(b"<a>" + b" " * (megabytes * MEGABYTE) + b"</a>")


def lying_zip() -> bytes:
    """An archive whose directory says that 9 MB are 100 bytes."""
    data = bytearray(zip_of_zeros(9))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 100)
    return bytes(data)


def locked_zip() -> bytes:
    data = bytearray(packed({"a.txt": WORDS}))
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(sign) + offset] |= 1
    return bytes(data)


def overlapping_zip(entries: int) -> bytes:
    """Many names in the directory for one and the same member."""
    data = zip_of_zeros(1)
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    one = data[start:end]
    tail = bytearray(data[end:])
    tail[8:12] = struct.pack("<HH", entries, entries)
    tail[12:16] = struct.pack("<I", len(one) * entries)
    return data[:start] + one * entries + bytes(tail)


def travelling_zip() -> bytes:
    call = f"Ann Lee: {WORDS}\nVera Field: I see.\n"
    names = ("../../evil.txt", "/abs.txt", "C:\\Windows\\evil.txt", "a\n\x1b[31m\u202eb.txt")
    return packed({name: call + name[-5:] for name in names})


def many_members(count: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(count):
            archive.writestr(zipfile.ZipInfo(f"{number}"), b"")
    return out.getvalue()


def pdf(stream: bytes, filters: str = "/FlateDecode", *, pages: str = "") -> bytes:
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        (pages or "<</Type/Pages/Kids[3 0 R]/Count 1>>").encode(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<<>>>>",
        f"<</Filter[{filters}]/Length {len(stream)}>>stream\n".encode() + stream + b"\nendstream",
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    return bytes(out) + f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF".encode()


def flate(megabytes: int, *, twice: bool = False) -> bytes:
    packer = zlib.compressobj(1)
    data = b"".join(packer.compress(b" " * MEGABYTE) for _ in range(megabytes)) + packer.flush()
    return pdf(zlib.compress(data, 9), "/FlateDecode /FlateDecode") if twice else pdf(data)


def nested_mail(depth: int) -> bytes:
    head = b"From: ann@alder.example\nMessage-ID: <1@alder.example>\nMIME-Version: 1.0\nSubject: slow\n"
    parts = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (at, at) for at in range(depth))
    return head + parts + b"Content-Type: text/plain\n\nIt is slow.\n"


def mail(number: int, text: str = WORDS) -> str:
    return (
        f"From ann@alder.example Mon Jan  5 10:00:00 2026\nFrom: Ann Lee <ann{number}@alder.example>\n"
        f"Message-ID: <{number}@alder.example>\nDate: Mon, 05 Jan 2026 10:00:00 +0000\nSubject: Queue {number}\n\n{text}\n\n"
    )


def mailbox(count: int) -> bytes:
    return "".join(map(mail, range(count))).encode()


def long_header() -> bytes:
    return b"From: ann@alder.example\nMIME-Version: 1.0\nSubject: " + b"=?utf-8?q?a?= " * 100_000 + b"\n\nIt is slow.\n"


def large_attachment(megabytes: int) -> bytes:
    held = base64.encodebytes(bytes(megabytes * MEGABYTE))
    return (
        b'From: ann@alder.example\nMIME-Version: 1.0\nMessage-ID: <1@a.example>\nContent-Type: text/plain; charset="x-\xff"'
        b"\nContent-Transfer-Encoding: base64\n\n" + held
    )


def cues(count: int) -> bytes:
    lines = (
        f"{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}.000 --> 999:00:00.000\n{at} words\n" for at in range(count)
    )
    return ("WEBVTT\n\n" + "\n".join(lines)).encode()


def rows(count: int) -> bytes:
    return b"id,comment\n" + b"".join(b"%d,It is slow\n" % row for row in range(count))


def ndjson(line: str, count: int = 3) -> bytes:
    return "".join(f'{{"id": {at}, "comment": "{WORDS}"}}\n' for at in range(count)).encode() + line.encode()


HOSTILE = (
    Hostile("laughs.docx", lambda: docx(head=LAUGHS, text="&j;"), "declares a document type"),
    Hostile("quadratic.docx", lambda: docx(head=QUADRATIC, text="&j;" * 50_000), "declares a document type"),
    Hostile("external.docx", lambda: docx(head=EXTERNAL, text="S[&j;]E"), "declares a document type"),
    Hostile("late.docx", late_doctype, "declares a document type"),
    Hostile("utf16.docx", wide_doctype, "declares a document type"),
    Hostile("packed.docx", lambda: docx_of_zeros(9), "packed like a zip bomb"),
    Hostile("larger.docx", lambda: docx_of_zeros(21), "unpacks to more than"),
    Hostile("huge.docx", lambda: docx_of_zeros(1200), "unpacks to more than", large=True),
    Hostile("laughs.xlsx", lambda: xlsx("", head=LAUGHS), "declares a document type"),
    Hostile("external.xlsx", lambda: xlsx(EXTERNAL + cells("&j;")), "declares a document type"),
    Hostile("far.xlsx", far_cell, "no column with text"),
    Hostile("wide.xlsx", wide_rows, "no column with text"),
    Hostile("strings.xlsx", lambda: many_strings(20_000), "the workbook is empty"),
    Hostile("packed.xlsx", lambda: xlsx(b"<a>" + b" " * (9 * MEGABYTE)), "packed like a zip bomb"),
    Hostile("lying.zip", lying_zip, "damaged"),
    Hostile("locked.zip", locked_zip, "locked with a password"),
    Hostile("packed.zip", lambda: zip_of_zeros(3), "packed like a zip bomb"),
    Hostile("total.zip", lambda: zip_of_zeros(1, parts=21), "unpacks to more than"),
    Hostile("overlapping.zip", lambda: overlapping_zip(30), "unpacks to more than"),
    Hostile("members.zip", lambda: many_members(3_000), "holds 3,000 parts"),
    Hostile("nested.zip", lambda: packed({"a.zip": packed({"b.txt": WORDS})}), "an archive in an archive"),
    Hostile("travelling.zip", travelling_zip),
    Hostile("flate.pdf", lambda: flate(30), "no text in the PDF"),
    Hostile("twice.pdf", lambda: flate(30, twice=True), "no text in the PDF"),
    Hostile("huge.pdf", lambda: flate(1200), "no text in the PDF", large=True),
    Hostile("loop.pdf", lambda: pdf(b"", pages="<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>"), "PDF"),
    Hostile("deep.json", lambda: b"[" * 200_000, ""),
    Hostile("deeper.json", lambda: b'{"a":' * 200_000, ""),
    Hostile("digits.json", lambda: b'[{"comment": ' + b"9" * 200_000 + b"}]", ""),
    Hostile("line.ndjson", lambda: ndjson('{"comment": "' + "x" * (3 * MEGABYTE) + '"}'), told="over 1,000,000"),
    Hostile("deep.ndjson", lambda: ndjson("[" * 200_000), told="left out"),
    Hostile("rows.csv", lambda: rows(300_000), told="cut after 200,000 rows: at most 200,000 rows", large=True),
    Hostile("columns.csv", lambda: b"a," * 100_000 + b"\n" + b"1," * 100_000, "100,001 columns; at most 16,384"),
    Hostile("field.csv", lambda: b'id,comment\n1,"' + b"x" * (5 * MEGABYTE), "field larger than field limit"),
    Hostile("quotes.csv", lambda: b'id,comment\n1,"' + b'"' * (4 * MEGABYTE), ""),
    Hostile("line.txt", lambda: b"Ann Lee: " + b"slow " * MEGABYTE, told="cut after 1,000,000 characters of a turn"),
    Hostile("long.txt", lambda: b"Ann Lee: " + b"slow " * (20 * MEGABYTE), large=True),
    Hostile("strings-large.xlsx", lambda: many_strings(1_000_000), "the workbook is empty", large=True),
    Hostile("field-large.csv", lambda: b'id,comment\n1,"' + b"x" * (150 * MEGABYTE), "field larger", large=True),
    Hostile("cues.vtt", lambda: cues(10_000)),
    Hostile("million.vtt", lambda: cues(1_000_000), large=True),
    Hostile("tags.vtt", lambda: b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"<v " * 200_000 + b"slow", ""),
    Hostile("tags.html", lambda: b"<p>" + b"<b" * 200_000, ""),
    Hostile("marks.md", lambda: b"# Notes\n\n" + b"[" * 100_000 + b"*_" * 100_000 + b"\n" + WORDS.encode(), ""),
    Hostile("colons.txt", lambda: b"A: b\n" * 10_000),
    Hostile("nested.eml", lambda: nested_mail(3000), ""),
    Hostile("header.eml", long_header, ""),
    Hostile("attached.eml", lambda: large_attachment(3), ""),
    Hostile("mails.mbox", lambda: mailbox(300)),
    Hostile("huge.mbox", lambda: mailbox(100_000), large=True),
    Hostile("zeros.bin", lambda: bytes(5 * MEGABYTE), "empty"),
    Hostile("nothing.txt", lambda: b"", "the file is empty"),
    Hostile("packed.gz", lambda: b"\x1f\x8b\x08" + zlib.compress(bytes(5 * MEGABYTE)), "a gzip archive"),
)
