"""Zip archives from strangers, as Word and Excel write them: weighed before anything in them is read.

An archive may unpack to a thousand times its size, and a document type, which Office never writes, is only good for
entities that read files, explode, or make the XML reader drop words without saying so.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from icp_voice.errors import UnreadableFile
from icp_voice.limits import MEGABYTE, Limits, raise_hint

_RATIO_FROM: Final = MEGABYTE
_CHUNK: Final = MEGABYTE
_DOCTYPE: Final = b"<!DOCTYPE"
_DECLARED: Final = re.compile(rb"""<\?xml\s[^>]*?\?>""")
_ENCODING: Final = re.compile(rb"""encoding\s*=\s*["']([^"'>]*)""", re.I)
_ENCODINGS: Final = frozenset((b"", b"utf-8", b"utf8", b"utf-16", b"utf-16le", b"utf-16be", b"us-ascii", b"ascii"))
_MARKS: Final = b"\xef\xbb\xbf\xff\xfe \t\r\n"  # byte order marks and white space before the first tag
_EBCDIC: Final = b"\x4c\x6f\xa7\x94"  # `<?xm` as mainframes write it, which XML readers know by itself
_DECLARATION: Final = 1_000
_SVG: Final = re.compile(rb"""<default\s[^>]*extension=["']svg["'][^>]*contenttype=["']image/svg\+xml["']""")
_SVG_TURNED: Final = re.compile(rb"""<default\s[^>]*contenttype=["']image/svg\+xml["'][^>]*extension=["']svg["']""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What kind of archive it is: which parts are read as XML, told by the name, and how large one such may be.

    In an Office file, what looks like XML counts as such whatever its name. In such a part, the first `head` bytes are
    searched for a document type. No more `parts` are held than this, nor than the limits allow.
    """

    is_xml: Callable[[str], bool]
    parts: int = 1_000_000
    part: int = 1024 * MEGABYTE
    head: int = 1024 * MEGABYTE
    office: bool = True


def check_zip(data: bytes, budget: Budget, limits: Limits, *, what: str) -> None:
    """Raise UnreadableFile for an archive that unpacks to too much, is locked, or carries a document type.

    `what` is what an error calls the archive, such as "the Word file".
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_sizes(members, budget, limits, what)
            for member in members:
                if budget.is_xml(member.filename) or (budget.office and _looks_like_xml(archive, member)):
                    _check_part(archive, member, budget, what)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError) as error:
        raise UnreadableFile(f"{what} is damaged: {error}") from None


def _check_sizes(members: list[zipfile.ZipInfo], budget: Budget, limits: Limits, what: str) -> None:
    if len(members) > (most := min(budget.parts, limits.members)):
        told = f"{what} holds {len(members):,} parts; at most {most:,} are allowed"
        raise UnreadableFile(told, hint=raise_hint("members") if most == limits.members else "")
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableFile(f"{what} is locked with a password", hint="Save it without one.")
    if sum(member.file_size for member in members) > limits.unpacked_mb * MEGABYTE:
        raise UnreadableFile(f"{what} unpacks to more than {limits.unpacked_mb} MB", hint=raise_hint("unpacked_mb"))
    for member in members:
        if member.file_size > _RATIO_FROM and member.file_size > limits.ratio * max(member.compress_size, 1):
            size = f"it unpacks to more than {limits.ratio} times its size"
            raise UnreadableFile(f"a part of {what} is packed like a zip bomb: {size}", hint=raise_hint("ratio"))


def _check_part(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: Budget, what: str) -> None:
    if member.file_size > budget.part:
        raise UnreadableFile(f"a part of {what} is larger than {budget.part // MEGABYTE} MB")
    if budget.office:
        _check_encoding(_head(archive, member), what)
    tail, left = b"", budget.head
    with archive.open(member) as part:
        while left > 0 and (chunk := part.read(min(_CHUNK, left))):
            # Without its zeros, UTF-16 and UTF-32 read like ASCII here.
            seen = tail + chunk.replace(b"\0", b"")
            if _DOCTYPE in seen:
                raise UnreadableFile(f"{what} declares a document type, which Office never writes")
            tail, left = seen[-len(_DOCTYPE) :], left - len(chunk)


def _head(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Return how a part begins, without zeros, byte order marks and white space."""
    with archive.open(member) as part:
        return part.read(2 * _DECLARATION).replace(b"\0", b"").lstrip(_MARKS)


def _looks_like_xml(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Tell by the content: which parts are read as XML is for the archive to say, whatever their names are."""
    if member.is_dir() or not _head(archive, member).startswith((b"<", _EBCDIC)):
        return False
    return not (member.filename.lower().endswith(".svg") and _is_picture(archive))


def _is_picture(archive: zipfile.ZipFile) -> bool:
    """Tell whether all that ends in `.svg` is stated as a picture, which nobody reads and which may have a type."""
    name = "[Content_Types].xml"
    if name not in archive.namelist() or archive.getinfo(name).file_size > MEGABYTE:
        return False
    types = archive.read(name).lower()
    plain = b"&" not in types and types.count(b"svg") == 2  # the one ending and its type: no part has one of its own
    return plain and bool(_SVG.search(types) or _SVG_TURNED.search(types))


def _check_encoding(head: bytes, what: str) -> None:
    """Refuse encodings in which a document type would not be seen; Office writes UTF-8, at times UTF-16."""
    declared = _DECLARED.match(head)
    if head.startswith(b"<?xml") and not declared:
        raise UnreadableFile(f"{what} has a part whose first line cannot be read")
    found = _ENCODING.search(declared[0]) if declared else None
    if head.startswith(_EBCDIC) or (found and found[1].strip().lower() not in _ENCODINGS):
        raise UnreadableFile(f"{what} has a part in an encoding that Office never writes", hint="Save it once more.")
