"""What passes between the two processes: frames of one letter, a length and bytes, and the task as plain data."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import BinaryIO, Final, Literal

from icp_voice.limits import MEGABYTE, Limits

# From the one who asks.
TASK: Final = b"t"
DATA: Final = b"b"
NO_MORE: Final = b"e"
# From the one who reads.
READY: Final = b"r"
DOCUMENTS: Final = b"d"
ACCOUNTS: Final = b"a"
CONTACTS: Final = b"c"
WARNINGS: Final = b"w"
PROJECTS: Final = b"p"
LOOK: Final = b"l"
ERROR: Final = b"x"
DONE: Final = b"."

OUT_OF_MEMORY: Final = 77  # how a process exits that could not even say so

CHUNK: Final = MEGABYTE
# One document may be as long as a file; the whole of an answer is bounded by this as well.
MOST_BYTES: Final = 256 * MEGABYTE

Frame = tuple[bytes, bytes]
_HEAD: Final = struct.Struct("<cI")


class Broken(Exception):
    """The other side is gone."""


class TooMuch(Broken):
    """The other side sends more than it may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One file to be read: as documents, as accounts or as what researchers coded, known as `file`.

    To look at it is to tell which of these it is, and to read it as that, or as what a person says it is.
    """

    what: Literal["documents", "accounts", "project", "look"]
    file: str
    limits: Limits
    mapping: dict[str, str] = field(default_factory=dict)
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file was not read. `memory` says that it took more than there was, of which others may have used some."""

    message: str
    hint: str = ""
    memory: bool = False


def send(stream: BinaryIO, kind: bytes, body: bytes = b"") -> None:
    """Write one frame; the caller flushes."""
    stream.write(_HEAD.pack(kind, len(body)))
    stream.write(body)


def receive(stream: BinaryIO, *, most: int = MOST_BYTES) -> tuple[bytes, bytes]:
    """Read one frame of at most so many bytes; Broken when the other side has ended or sends more."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise Broken
    kind, size = _HEAD.unpack(head)
    if size > most:
        raise TooMuch
    body = stream.read(size)
    if len(body) < size:
        raise Broken
    return kind, body
