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
from icp_voice.limits import MEGABYTE, Limits, raise_hint

_RATIO_FROM: Final = MEGABYTE
_CHUNK: Final = MEGABYTE
_DOCTYPE: Final = b"<!DOCTYPE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What kind of archive it is: which parts are read as XML, told by the name, and how large one such may be.

    In such a part, the first `head` bytes are searched for a document type. No more `parts` are held than this, nor
    than the limits allow.
    """

    is_xml: Callable[[str], bool]
    parts: int = 1_000_000
    part: int = 1024 * MEGABYTE
    head: int = 1024 * MEGABYTE


def check_zip(data: bytes, budget: Budget, limits: Limits, *, what: str) -> None:
    """Raise UnreadableFile for an archive that unpacks to too much, is locked, or carries a document type.

    `what` is what an error calls the archive, such as "the Word file".
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_sizes(members, budget, limits, what)
            for member in members:
                if budget.is_xml(member.filename):
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
    tail, left = b"", budget.head
    with archive.open(member) as part:
        while left > 0 and (chunk := part.read(min(_CHUNK, left))):
            # Without its zeros, UTF-16 and UTF-32 read like ASCII here.
            seen = tail + chunk.replace(b"\0", b"")
            if _DOCTYPE in seen:
                raise UnreadableFile(f"{what} declares a document type, which Office never writes")
            tail, left = seen[-len(_DOCTYPE) :], left - len(chunk)
