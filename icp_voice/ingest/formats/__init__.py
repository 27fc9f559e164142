"""The file formats, each a parser from bytes to documents, and which of them a file is in: told by its content."""

from __future__ import annotations

import importlib
from typing import Final, Protocol, cast

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.source import Source
from icp_voice.model import Document

__all__ = ["FORMATS", "Format", "detect", "parse"]

_MODULES: Final = (
    *("vtt", "srt", "gong", "fireflies", "grain", "zendesk", "intercom", "slack", "whisper", "own"),
    *("docx", "pdf", "mail", "zoom_chat", "coded", "archive", "table", "markdown", "plain"),
)


class Format(Protocol):
    """What a module in this folder offers."""

    NAME: str

    def matches(self, source: Source) -> float:
        """Tell how surely a file is in this format, from 0 to 1, by its content."""

    def parse(self, source: Source) -> list[Document]:
        """Read the documents of a file; UnreadableFile when it is not what it seemed."""


def _load() -> tuple[Format, ...]:
    return tuple(cast(Format, importlib.import_module(f"{__name__}.{name}")) for name in _MODULES)


FORMATS: Final = _load()


def detect(source: Source) -> Format:
    """Return the format that matches best; of equals, the first."""
    if not source.data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile("the file is empty")
    best, score = None, 0.0
    for one in FORMATS:
        try:
            found = one.matches(source)
        except UnreadableFile:
            found = 0.0
        if found > score:
            best, score = one, found
    if best is None:
        known = ", ".join(one.NAME for one in FORMATS)
        raise UnreadableFile(f"not a file of words: {_look(source)}", hint=f"Known formats: {known}.")
    return best


def _look(source: Source) -> str:
    """Say what a file in no known format looks like."""
    try:
        head = source.text.lstrip()[:200].lower()
    except UnreadableFile as error:
        return error.message
    if head.startswith(("{", "[")):
        return "it is JSON of another shape"
    if head.startswith("<"):
        return "it is a page or a document in HTML or XML"
    return "there is no word in it"


def parse(source: Source) -> list[Document]:
    """Read a file in whatever format it is in."""
    return detect(source).parse(source)
