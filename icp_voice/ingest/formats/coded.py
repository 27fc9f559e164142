"""What researchers coded elsewhere is recognised, and not read as mere documents: its codings would be lost."""

from __future__ import annotations

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.source import Source
from icp_voice.model import Document

NAME = "coded by researchers (REFI-QDA, Taguette)"


def matches(source: Source) -> float:
    """Certain for projects and codebooks of REFI-QDA and for Taguette's databases."""
    # Imported late: their texts are read by the formats that stand beside this one.
    from icp_voice.ingest.exchange import kinds

    return 1.0 if kinds.kind_of(source) else 0.0


def parse(source: Source) -> list[Document]:
    """Say how it comes in with all that is coded in it."""
    from icp_voice.ingest.exchange import kinds

    kind = kinds.kind_of(source)
    if not kind:
        raise UnreadableFile("nobody coded anything in it")
    raise UnreadableFile(
        f"it is {kind}: it holds people's codings as well as words",
        hint="Bring it in with: icp-voice import FILE",
    )
