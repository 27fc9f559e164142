"""Which kind of exchange file it is, told by its content, and the reader of that kind."""

from __future__ import annotations

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.exchange import refi, taguette
from icp_voice.ingest.exchange.project import Project
from icp_voice.ingest.source import Source

PROJECT = "a REFI-QDA project"
CODEBOOK = "a REFI-QDA codebook"
TAGUETTE = "a Taguette database"


def kind_of(source: Source) -> str:
    """Say which of these a file is, by its content; nothing if it is none."""
    if refi.is_project(source.data):
        return PROJECT
    if refi.is_codebook(source.data):
        return CODEBOOK
    return TAGUETTE if taguette.is_database(source.data) else ""


def read(source: Source) -> Project:
    """Read whatever of these it is; UnreadableFile when it is none."""
    kind = kind_of(source)
    if kind == PROJECT:
        return refi.project(source)
    if kind == CODEBOOK:
        return refi.codebook(source)
    if kind == TAGUETTE:
        return taguette.project(source)
    raise UnreadableFile(
        "it is no work of researchers that can be read",
        hint="Known: REFI-QDA projects (.qdpx) and codebooks (.qdc), Taguette's databases (.sqlite3).",
    )
