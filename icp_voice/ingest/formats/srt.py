"""SubRip captions, numbered or not, with times such as 00:01:02,500."""

from __future__ import annotations

from icp_voice.ingest.formats.vtt import captions, timing_style
from icp_voice.ingest.source import Source
from icp_voice.model import Document

NAME = "SubRip (srt)"


def matches(source: Source) -> float:
    """Likely by times with a comma in them, and possible with a full stop when it is called srt."""
    style = timing_style(source)
    if style == ",":
        return 0.95
    return 0.9 if style and source.suffix == ".srt" else 0.0


def parse(source: Source) -> list[Document]:
    """Read one talk."""
    return [captions(source, source.text.split("\n"))]
