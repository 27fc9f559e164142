"""The process that reads: takes one file's bytes after another, answers with documents or accounts, and knows no more.

It is started by `reader.py` as `python -I -c`, with nothing of the parent's but two pipes, and ends with them.
"""

from __future__ import annotations

import mimetypes
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO, Final, TypeVar

import msgspec

from icp_voice.errors import IcpVoiceError
from icp_voice.ingest import crm, formats
from icp_voice.ingest.apart import frames, seal
from icp_voice.ingest.apart.caps import capped_documents, capped_warnings
from icp_voice.ingest.apart.frames import Refusal, Task, receive, send
from icp_voice.ingest.exchange import kinds
from icp_voice.ingest.look import look_at
from icp_voice.ingest.source import Source
from icp_voice.limits import raise_hint
from icp_voice.surrogates import replace_surrogates_in

FILES: Final = 1_000  # after so many files the process is replaced
GROWTH_MB: Final = 200  # and after one of which so much memory is left that the next might miss it
MOST_AT_ONCE: Final = 500  # documents in one frame

# No format needs them; the readers of tables and PDFs would only load them for what is not asked of them here.
_UNNEEDED: Final = ("numpy", "pandas", "PIL")

T = TypeVar("T")


def main() -> None:
    """Read files until nobody asks any more, or until this process has served its time."""
    asked, answers = _pipes()
    try:
        _serve(asked, answers)
    except MemoryError:
        os._exit(frames.OUT_OF_MEMORY)


def _serve(asked: BinaryIO, answers: BinaryIO) -> None:
    for name in _UNNEEDED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # how Python is told that there is none
    mimetypes.init([])  # else it looks at the machine's own lists once a workbook is opened
    held = seal.meter()
    seal.seal()
    base = held()
    send(answers, frames.READY)
    answers.flush()
    for left in range(FILES - 1, -1, -1):
        try:
            task, data = take(asked)
        except frames.Broken:
            return
        seal.bound(task.limits)
        for kind, body in answer(task, data):
            send(answers, kind, body)
        del data
        stays = left > 0 and held() - base < GROWTH_MB
        send(answers, frames.DONE, b"stay" if stays else b"go")
        answers.flush()
        if not stays:
            return


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Return the two pipes, and put nothing in their place, so that no parser's `print` gets between the frames."""
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.close(nothing)
    return asked, answers


def take(asked: BinaryIO) -> tuple[Task, bytes]:
    """Take one task and the bytes of its file."""
    _, body = receive(asked)
    task = msgspec.json.decode(body, type=Task)
    data = bytearray()
    while True:
        kind, body = receive(asked)
        if kind == frames.NO_MORE:
            return task, bytes(data)
        data += body


def answer(task: Task, data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the frames that say what a file holds, or why it cannot be read."""
    source = Source(file=task.file, data=data, mapping=task.mapping, limits=task.limits)
    try:
        found = list(_look(source, task) if task.what == "look" else _READERS[task.what](source))
    except IcpVoiceError as error:
        found = [(frames.ERROR, _plain(Refusal(error.message[:2_000], error.hint[:2_000])))]
    except MemoryError:
        found = [(frames.ERROR, _plain(out_of_memory(task)))]
    except RecursionError:
        found = [(frames.ERROR, _plain(Refusal("it is nested too deep to be read")))]
    except Exception as error:
        # A parser met what it was not made for: that is this file's line and not the end of the run.
        odd = Refusal(f"could not be read ({type(error).__name__})", "Please report this file's form.")
        found = [(frames.ERROR, _plain(odd))]
    yield from found


def out_of_memory(task: Task) -> Refusal:
    """Say that a file takes more memory than it may."""
    most = task.limits.memory_mb
    return Refusal(f"reading it takes more than {most:,} MB of memory", raise_hint("memory_mb"), memory=True)


def _documents(source: Source) -> Iterator[tuple[bytes, bytes]]:
    documents = capped_documents(formats.parse(source), source.limits)
    yield from ((frames.DOCUMENTS, _plain(some)) for some in _batches(documents))


def _accounts(source: Source) -> Iterator[tuple[bytes, bytes]]:
    table = crm.read_accounts(source)
    yield from ((frames.ACCOUNTS, _plain(some)) for some in _batches(table.accounts))
    yield from ((frames.CONTACTS, _plain(some)) for some in _batches(table.contacts))
    yield frames.WARNINGS, _plain(capped_warnings(table.warnings))


def _project(source: Source) -> Iterator[tuple[bytes, bytes]]:
    yield frames.PROJECTS, _plain([kinds.read(source)])


def _look(source: Source, task: Task) -> Iterator[tuple[bytes, bytes]]:
    """Say what a file is and what it holds; why it cannot be read is a part of the answer."""
    told = look_at(source, task.purpose)
    found: list[tuple[bytes, bytes]] = []
    if told.purpose and not told.error:
        reader = {"accounts": _accounts, "project": _project}.get(told.purpose, _documents)
        try:
            found = list(reader(source))
        except IcpVoiceError as error:
            told = replace(told, error=error.message[:2_000], hint=error.hint[:2_000])
    yield frames.LOOK, _plain([told])
    yield from found


_READERS: Final = {"documents": _documents, "accounts": _accounts, "project": _project}


def _batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    return (values[start : start + MOST_AT_ONCE] for start in range(0, len(values), MOST_AT_ONCE))


def _plain(value: object) -> bytes:
    """Write a value as JSON. Halves of signs, which are no text, become the sign for what cannot be shown."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(replace_surrogates_in(msgspec.to_builtins(value)))
