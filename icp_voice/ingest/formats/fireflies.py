"""Fireflies' transcripts as JSON: what its API answers, and the list of sentences that its app downloads."""

from __future__ import annotations

from functools import partial

from icp_voice.ingest.source import Source
from icp_voice.ingest.vendors import fireflies
from icp_voice.ingest.vendors.collected import every, told, when_worded
from icp_voice.ingest.vendors.parts import Json, Left, records, text
from icp_voice.model import Document

NAME = "Fireflies (json)"

_SPEAKER = frozenset(("speaker_name", "speaker_id"))
_WORDS = frozenset(("sentence", "raw_text", "text"))


def matches(source: Source) -> float:
    """Certain by sentences with the names of their speakers."""
    values, _ = source.values
    return 1.0 if _transcripts(values[:3]) else 0.0


def parse(source: Source) -> list[Document]:
    """Return a document for each transcript."""
    values, broken = source.values
    found = _transcripts(values)
    left = Left({"line that is no JSON": broken})
    several = len(found) > 1
    makers = [
        partial(
            fireflies.document,
            one,
            file=source.file,
            place=f"transcript {text(one.get('id')) or number}" if several else "",
            left=left,
        )
        for number, one in enumerate(found, 1)
    ]
    return told(when_worded(makers, left, "transcript"), left)


def _transcripts(values: list[object]) -> list[Json]:
    found: list[Json] = [one for value in values for one in every(value) if _are_sentences(one.get("sentences"))]
    bare = values[0] if len(values) == 1 else list(values)
    return found or ([{"sentences": bare}] if _are_sentences(bare) else [])


def _are_sentences(value: object) -> bool:
    first = records(value)[:3]
    return bool(first) and all(_SPEAKER & one.keys() and _WORDS & one.keys() for one in first)
