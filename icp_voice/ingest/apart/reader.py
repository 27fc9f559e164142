"""The one who asks: gives a file's bytes to a process that reads, and takes only what it was asked for.

What comes back is plain data, decoded strictly into the nouns: nothing in it can run here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final, Literal, TypeVar

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.apart import frames, process
from icp_voice.ingest.apart.frames import Frame, Task
from icp_voice.ingest.crm import AccountTable
from icp_voice.ingest.exchange.project import Project
from icp_voice.ingest.files import chunks
from icp_voice.ingest.look import Look
from icp_voice.limits import MEGABYTE, Limits, raise_hint
from icp_voice.model import Account, Contact, Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a look at a file tells, and what it holds; nothing of it is kept."""

    look: Look
    documents: Sequence[Document] = ()
    accounts: AccountTable = field(default_factory=lambda: AccountTable(accounts=[], contacts=[]))
    project: Project | None = None


Chunks = Callable[[], Iterable[bytes]]
T = TypeVar("T")
_REPORT: Final = "Please report this file's form."


def read_documents(path: Path, file: str, limits: Limits, mapping: Mapping[str, str] | None = None) -> list[Document]:
    """Read the documents of one file, known as `file`; UnreadableFile whatever it is that makes it impossible."""
    return _documents(lambda: chunks(path, limits), _task("documents", file, limits, mapping))


def documents_in(data: bytes, file: str, limits: Limits, mapping: Mapping[str, str] | None = None) -> list[Document]:
    """Read the documents of a file whose bytes have come by another way, such as an upload."""
    return _documents(lambda: _pieces(data, limits), _task("documents", file, limits, mapping))


def read_accounts(path: Path, file: str, limits: Limits, mapping: Mapping[str, str] | None = None) -> AccountTable:
    """Read accounts and contacts of a CRM export; UnreadableFile when there are none or the file cannot be read."""
    try:
        found = _asked(lambda: chunks(path, limits), _task("accounts", file, limits, mapping))
    except UnreadableFile as error:
        raise UnreadableFile(f"{file}: {error.message.removeprefix(f'{file}: ')}", hint=error.hint) from error
    return _table(found)


def _table(found: Sequence[Frame]) -> AccountTable:
    return AccountTable(
        accounts=_values(found, frames.ACCOUNTS, Account),
        contacts=_values(found, frames.CONTACTS, Contact),
        warnings=tuple(_values(found, frames.WARNINGS, str)),
    )


def read_project(path: Path, file: str, limits: Limits) -> Project:
    """Read what researchers coded in another program; UnreadableFile when it is no such file, or cannot be read."""
    found = _values(
        _asked(lambda: chunks(path, limits), _task("project", file, limits, None)), frames.PROJECTS, Project
    )
    if len(found) != 1:
        raise UnreadableFile("its reader answered what it must not", hint=_REPORT)
    return found[0]


def look(
    path: Path, file: str, limits: Limits, mapping: Mapping[str, str] | None = None, *, purpose: str = ""
) -> Looked:
    """Look at one file: what it is and all that it holds. Why it cannot be read is a part of the answer."""
    task = Task(what="look", file=file, limits=limits, mapping=dict(mapping or {}), purpose=purpose)
    try:
        found = _asked(lambda: chunks(path, limits), task)
        looks = _values(found, frames.LOOK, Look)
        if len(looks) != 1:
            raise UnreadableFile("its reader answered what it must not", hint=_REPORT)
        return Looked(
            look=looks[0],
            documents=_own_documents(found, file),
            accounts=_table(found),
            project=next(iter(_values(found, frames.PROJECTS, Project)), None),
        )
    except UnreadableFile as error:
        return Looked(look=Look(error=error.message, hint=error.hint))


def _documents(data: Chunks, task: Task) -> list[Document]:
    return _own_documents(_asked(data, task), task.file)


def _own_documents(found: Iterable[Frame], file: str) -> list[Document]:
    documents = _values(found, frames.DOCUMENTS, Document)
    if not all(document.file.startswith(file) for document in documents):
        raise UnreadableFile("its reader answered for another file", hint=_REPORT)
    return documents


def _task(
    what: Literal["documents", "accounts", "project"], file: str, limits: Limits, mapping: Mapping[str, str] | None
) -> Task:
    return Task(what=what, file=file, limits=limits, mapping=dict(mapping or {}))


def _pieces(data: bytes, limits: Limits) -> Iterator[bytes]:
    if len(data) > limits.file_mb * MEGABYTE:
        raise UnreadableFile(f"larger than {limits.file_mb} MB", hint=raise_hint("file_mb"))
    return (data[start : start + frames.CHUNK] for start in range(0, len(data), frames.CHUNK))


def _asked(data: Chunks, task: Task) -> list[Frame]:
    """Return the frames that a process answers.

    One that had read other files before and now runs out of memory or crashes is replaced, and the file is read once
    more: which files came before must not tell whether this one can be read.
    """
    child = None
    for last in (False, True):
        given = iter(data())
        first = next(given, b"")  # what cannot even be opened costs no process
        child = process.fresh() if last else process.taken()
        served = child.files
        try:
            return child.ask(chain((first,), given), task)
        except process.Ended:
            if last or not served:
                raise
        finally:
            process.give_back(child)
    raise AssertionError("unreachable")


def _values(found: Iterable[Frame], wanted: bytes, kind: type[T]) -> list[T]:
    """Return the values of one kind of frame; what is of another type than it must be is refused."""
    import msgspec

    values: list[T] = []
    try:
        for frame, body in found:
            if frame == wanted:
                values += msgspec.json.decode(body, type=list[kind])  # type: ignore[valid-type]
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise UnreadableFile("its reader answered what it must not", hint=_REPORT) from None
    return values
