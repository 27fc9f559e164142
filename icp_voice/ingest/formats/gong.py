"""Gong's calls as JSON: `calls/extensive` and `calls/transcript`, in one file, joined, or one call alone."""

from __future__ import annotations

from functools import partial

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.source import Source
from icp_voice.ingest.vendors import gong
from icp_voice.ingest.vendors.collected import every, told, when_worded
from icp_voice.ingest.vendors.parts import Json, Left, records
from icp_voice.model import Document

NAME = "Gong (json)"


def matches(source: Source) -> float:
    """Certain by monologues with sentences, or by the calls of `calls/extensive`."""
    values, _ = source.values
    sure = any(_is_transcript(one) or _is_call(one) for value in values[:3] for one in every(value))
    return 1.0 if sure or _bare(values) else 0.0


def parse(source: Source) -> list[Document]:
    """Return a document for each call that has a transcript."""
    values, broken = source.values
    calls: dict[str, Json] = {}
    spoken: dict[str, Json] = {}
    for one in (one for value in values for one in every(value)):
        if _is_call(one):
            calls[gong.call_id(one)] = one
        if _is_transcript(one):
            spoken[gong.call_id(one) or f"call {len(spoken) + 1}"] = one
    if not spoken and not (spoken := _bare(values)):
        raise UnreadableFile("the file holds calls but no transcripts", hint="Put calls/transcript into the same file.")
    left = Left({"line that is no JSON": broken})
    left["call without a transcript"] += len(set(calls) - set(spoken))
    found = []
    for identity, one in spoken.items():
        call = calls.get(identity) or one
        place = f"call {identity}" if len(spoken) > 1 else ""
        known = gong.call_id(one)
        found.append(partial(gong.document, call, _said(one), file=source.file, place=place, identity=known, left=left))
    return told(when_worded(found, left, "call"), left)


def _is_call(value: Json) -> bool:
    return isinstance(value.get("metaData"), dict) or (
        isinstance(value.get("parties"), list) and any("speakerId" in one for one in records(value.get("parties")))
    )


def _said(value: Json) -> object:
    return value.get("transcript", value.get("monologues"))


def _is_transcript(value: Json) -> bool:
    return any(isinstance(one.get("sentences"), list) and "speakerId" in one for one in records(_said(value))[:3])


def _bare(values: list[object]) -> dict[str, Json]:
    """Take a list of nothing but monologues for one call."""
    one = {"transcript": values[0]} if len(values) == 1 else {"transcript": values}
    return {"": one} if _is_transcript(one) else {}
