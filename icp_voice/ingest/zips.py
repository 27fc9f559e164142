"""Zip archives from strangers, as Word and Excel write them: weighed before anything in them is read.

An archive may unpack to a thousand times its size, and a document type, which Office never writes, is only good for
entities that read files, explode, or make the XML reader drop words without saying so.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from icp_voice.errors import UnreadableFile

TOTAL: Final = 200 * 1024 * 1024  # bytes that an archive may unpack to

_RATIO: Final = 200
_RATIO_FROM: Final = 1024 * 1024
_CHUNK: Final = 1024 * 1024
_DOCTYPE: Final = b"<!DOCTYPE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How many parts an archive may hold, and how many bytes a part that is read as XML, told by its name.

    In such a part, the first `head` bytes are searched for a document type.
    """

    parts: int
    is_xml: Callable[[str], bool]
    part: int = TOTAL
    head: int = TOTAL


def check_zip(data: bytes, budget: Budget, *, what: str) -> None:
    """Raise UnreadableFile for an archive that unpacks to too much, is locked, or carries a document type.

    `what` is what an error calls the archive, such as "the Word file".
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_sizes(members, budget, what)
            for member in members:
                if budget.is_xml(member.filename):
                    _check_part(archive, member, budget, what)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError) as error:
        raise UnreadableFile(f"{what} is damaged: {error}") from None


def _check_sizes(members: list[zipfile.ZipInfo], budget: Budget, what: str) -> None:
    if len(members) > budget.parts:
        raise UnreadableFile(f"{what} holds {len(members)} parts; at most {budget.parts} are allowed")
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableFile(f"{what} is locked with a password", hint="Save it without one.")
    if sum(member.file_size for member in members) > TOTAL:
        raise UnreadableFile(f"{what} unpacks to more than {TOTAL // 1024**2} MB")
    for member in members:
        if member.file_size > _RATIO_FROM and member.file_size > _RATIO * max(member.compress_size, 1):
            size = f"it unpacks to more than {_RATIO} times its size"
            raise UnreadableFile(f"a part of {what} is packed like a zip bomb: {size}")


def _check_part(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: Budget, what: str) -> None:
    if member.file_size > budget.part:
        raise UnreadableFile(f"a part of {what} is larger than {budget.part // 1024**2} MB")
    tail, left = b"", budget.head
    with archive.open(member) as part:
        while left > 0 and (chunk := part.read(min(_CHUNK, left))):
            # Without its zeros, UTF-16 and UTF-32 read like ASCII here.
            seen = tail + chunk.replace(b"\0", b"")
            if _DOCTYPE in seen:
                raise UnreadableFile(f"{what} declares a document type, which Office never writes")
            tail, left = seen[-len(_DOCTYPE) :], left - len(chunk)
