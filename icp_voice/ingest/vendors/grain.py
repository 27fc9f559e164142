"""Grain: the segments of a recording's transcript, and what the recording says of itself, as one document."""

from __future__ import annotations

from collections.abc import Iterator

from icp_voice.ingest.cues import Cue, turns_from_cues
from icp_voice.ingest.vendors.parts import (
    Json,
    Left,
    People,
    counted_records,
    day,
    records,
    text,
    whole,
    without_words,
)
from icp_voice.model import Document, Kind, Side, Speaker

_SIDES = {"internal": Side.VENDOR, "external": Side.CUSTOMER}


def document(segments: object, recording: Json, *, file: str, left: Left | None = None) -> Document:
    """Make one document of a transcript's segments; `recording` may be empty."""
    left = Left() if left is None else left
    people = _people(recording)
    turns = turns_from_cues(_cues(segments, people, left))
    if not turns:
        raise without_words("recording")
    return Document(
        file=file,
        turns=turns,
        kind=Kind.CALL,
        title=text(recording.get("title")),
        date=day(recording.get("start_datetime")),
        url=text(recording.get("url")),
        speakers=people.in_order(turns),
        identity=text(recording.get("id")),
    )


def _people(recording: Json) -> People:
    people = People()
    for one in records(recording.get("participants")):
        scope = text(one.get("scope")).lower()
        side = _SIDES.get(scope, Side.UNKNOWN)
        email = text(one.get("email")).lower()
        name = text(one.get("name")) or email
        if name:
            reason = f"Grain: {scope}" if side is not Side.UNKNOWN else ""
            people.add(one.get("id"), Speaker(name=name, side=side, email=email, reason=reason))
    return people


def _cues(segments: object, people: People, left: Left) -> Iterator[Cue]:
    for segment in counted_records(segments, left, "segment"):
        person = people.get(segment.get("participant_id"))
        yield Cue(
            text=text(segment.get("text")),
            speaker=person.name if person else text(segment.get("speaker")),
            start_ms=whole(segment.get("start")),
            end_ms=whole(segment.get("end")),
        )
