"""Records in a file: found wherever an export wraps them, made into documents one by one, and told of as one file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.vendors.parts import Json, Left
from icp_voice.model import Document

_DEEPEST = 5


def every(value: object, depth: int = 0) -> Iterator[Json]:
    """Yield a JSON value's objects, the outer ones first, as deep as exports wrap their records."""
    if isinstance(value, dict):
        yield value
    if depth < _DEEPEST and isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from every(one, depth + 1)


def when_worded(makers: Iterable[Callable[[], Document]], left: Left, what: str) -> list[Document]:
    """Make the documents; a record in which nobody says anything is counted as left out."""
    found: list[Document] = []
    for make in makers:
        try:
            found.append(make())
        except UnreadableFile:
            left[f"{what} without words"] += 1
    if not found:
        raise UnreadableFile(f"there are no words in any {what}")
    return found


def told(documents: list[Document], left: Left) -> list[Document]:
    """Return the documents, the first of which tells what was left out of the whole file."""
    if not documents:
        raise UnreadableFile("nobody says anything in it")
    first, *others = documents
    return [replace(first, warnings=(*first.warnings, *left.warnings())), *others]
