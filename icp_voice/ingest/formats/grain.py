"""Grain's transcripts as JSON: the list of segments, alone or inside the recording."""

from __future__ import annotations

from icp_voice.ingest.source import Source
from icp_voice.ingest.vendors import grain
from icp_voice.ingest.vendors.collected import every, told
from icp_voice.ingest.vendors.parts import Json, Left, record, records
from icp_voice.model import Document

NAME = "Grain (json)"

_HOLDERS = ("transcript", "transcript_json", "segments")


def matches(source: Source) -> float:
    """Certain by segments that name a participant."""
    values, _ = source.values
    return 1.0 if len(values) == 1 and _found(values[0]) else 0.0


def parse(source: Source) -> list[Document]:
    """Read one talk."""
    values, _ = source.values
    segments, recording = (_found(values[0]) if values else None) or ([], {})
    left = Left()
    return told([grain.document(segments, recording, file=source.file, left=left)], left)


def _found(value: object) -> tuple[object, Json] | None:
    """Return the segments and the recording that holds them."""
    if _are_segments(value):
        return value, {}
    for one in every(value):
        for name in _HOLDERS:
            held = one.get(name)
            inner = record(held).get("segments") if isinstance(held, dict) else held
            if _are_segments(inner):
                return inner, record(one.get("recording")) or one
    return None


def _are_segments(value: object) -> bool:
    first = records(value)[:3]
    return bool(first) and all({"participant_id", "text", "start"} <= one.keys() for one in first)
