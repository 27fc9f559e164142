"""Zoom: a recorded meeting and the transcripts of its parts as one document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from icp_voice.ingest.vendors.parts import Json, Left, People, day, hints, instant, records, text, without_words
from icp_voice.model import Document, Kind, Side, Speaker, Turn


def transcripts(meeting: Json) -> list[Json]:
    """Return the transcripts of a meeting that are ready, in the order in which they were recorded."""
    ready = [
        one
        for one in records(meeting.get("recording_files"))
        if text(one.get("file_type")).upper() == "TRANSCRIPT"
        and text(one.get("status") or "completed") == "completed"
        and text(one.get("download_url"))
    ]
    return sorted(ready, key=lambda one: (text(one.get("recording_start")), text(one.get("id"))))


def version(meeting: Json) -> list[object]:
    """Return what changes when a meeting's title or transcripts do."""
    return [meeting.get("topic"), *([one.get("id"), one.get("file_size")] for one in transcripts(meeting))]


def directory(users: Iterable[Json]) -> dict[str, Speaker]:
    """Return our own people by the names under which they speak; a name that two people bear is left out."""
    found: dict[str, Speaker | None] = {}
    for user in users:
        full = text(f"{text(user.get('first_name'))} {text(user.get('last_name'))}")
        for name in {_plain(full), _plain(text(user.get("display_name")))} - {""}:
            email = text(user.get("email")).lower()
            ours = Speaker(
                name=full or name,
                email=email,
                role=text(user.get("dept")),
                side=Side.VENDOR,
                reason="Zoom: one of our users",
            )
            same = found.get(name)
            found[name] = None if name in found and (same is None or same.email != email) else ours
    return {name: speaker for name, speaker in found.items() if speaker}


def document(
    meeting: Json,
    parts: Sequence[tuple[Json, Document]],
    ours: Mapping[str, Speaker],
    *,
    file: str,
    left: Left | None = None,
) -> Document:
    """Join what was read of each of a meeting's transcripts; UnreadableFile where nobody says a word."""
    turns = tuple(turn for part, read in parts for turn in _shifted(read.turns, _offset(part, parts[0][0])))
    if not turns:
        raise without_words("meeting")
    people = People()
    for _, read in parts:
        for speaker in read.speakers:
            known = ours.get(_plain(speaker.name))
            people.add(speaker.name, replace(known, name=speaker.name) if known else speaker)
    return Document(
        file=file,
        turns=turns,
        kind=Kind.CALL,
        title=text(meeting.get("topic")),
        date=day(meeting.get("start_time")),
        url=_url(meeting),
        speakers=people.in_order(turns),
        hints=hints(*(hint for _, read in parts for hint in read.hints)),
        identity=text(meeting.get("uuid")),
        warnings=tuple(dict.fromkeys(warning for _, read in parts for warning in read.warnings)),
    )


def _url(meeting: Json) -> str:
    """Return the page of the recording: the one to share, else to play, else the one in Zoom's own list."""
    played = (one.get("play_url") for one in records(meeting.get("recording_files")))
    pages = (text(page) for page in (meeting.get("share_url"), *played))
    listed = f"https://zoom.us/recording/detail?meeting_id={quote(text(meeting.get('uuid')), safe='')}"
    return next((page for page in pages if page.startswith("https://")), listed)


def _offset(part: Json, first: Json) -> int:
    """Return how many milliseconds after the first recording this one began."""
    began, at_first = instant(part.get("recording_start")), instant(first.get("recording_start"))
    if not began or not at_first:
        return 0
    return round((datetime.fromisoformat(began) - datetime.fromisoformat(at_first)).total_seconds() * 1000)


def _shifted(turns: Iterable[Turn], offset: int) -> Iterable[Turn]:
    for turn in turns:
        start, end = turn.start_ms, turn.end_ms
        yield replace(
            turn,
            start_ms=None if start is None else start + offset,
            end_ms=None if end is None else end + offset,
        )


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
