"""Gong: a call of `calls/extensive` and its transcript of `calls/transcript` as one document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from icp_voice.ingest.crm import bare_domain
from icp_voice.ingest.cues import Cue, turns_from_cues
from icp_voice.ingest.vendors.parts import (
    Json,
    Left,
    People,
    attributes,
    counted_records,
    day,
    hints,
    record,
    records,
    text,
    whole,
    without_words,
)
from icp_voice.model import Document, Kind, Side, Speaker

_SIDES = {"internal": Side.VENDOR, "external": Side.CUSTOMER}


def document(
    call: Json, transcript: object, *, file: str, place: str = "", identity: str = "", left: Left | None = None
) -> Document:
    """Join one item of `calls` with its `transcript` (the list of monologues); UnreadableFile without words."""
    left = Left() if left is None else left
    about = record(call.get("metaData")) or call
    people = _people(call)
    turns = turns_from_cues(_cues(transcript, people, left))
    if not turns:
        raise without_words("call")
    return Document(
        file=file,
        place=place,
        turns=turns,
        kind=Kind.CALL,
        title=text(about.get("title")),
        date=day(about.get("started") or about.get("scheduled")),
        url=text(about.get("url")),
        speakers=people.in_order(turns),
        hints=_accounts(call),
        identity=identity or text(about.get("id")),
        attributes=attributes((name, about.get(name)) for name in ("scope", "language", "media", "direction")),
    )


def call_id(value: Json) -> str:
    """Return the id of an item of `calls` or of `callTranscripts`."""
    return text(record(value.get("metaData")).get("id") or value.get("callId") or value.get("id"))


def _people(call: Json) -> People:
    people = People()
    for party in records(call.get("parties")):
        affiliation = text(party.get("affiliation"))
        side = _SIDES.get(affiliation.lower(), Side.UNKNOWN)
        email = text(party.get("emailAddress")).lower()
        name = text(party.get("name")) or email or text(party.get("phoneNumber"))
        if name:
            speaker = Speaker(
                name=name,
                side=side,
                role=text(party.get("title")),
                email=email,
                reason=f"Gong: {affiliation.lower()}" if side is not Side.UNKNOWN else "",
            )
            people.add(party.get("speakerId") or party.get("id"), speaker)
    return people


def _cues(transcript: object, people: People, left: Left) -> Iterator[Cue]:
    numbers: dict[str, int] = {}
    for monologue in counted_records(transcript, left, "monologue"):
        spoken_by = text(monologue.get("speakerId"))
        person = people.get(spoken_by)
        # Gong gives an id even to voices that it cannot name.
        number = numbers.setdefault(spoken_by, len(numbers) + 1) if not person and spoken_by else 0
        name = person.name if person else f"Speaker {number}" if number else text(monologue.get("speakerName"))
        for sentence in counted_records(monologue.get("sentences"), left, "sentence"):
            yield Cue(
                text=text(sentence.get("text")),
                speaker=name,
                start_ms=whole(sentence.get("start")),
                end_ms=whole(sentence.get("end")),
            )


def _accounts(call: Json) -> tuple[str, ...]:
    """Return the name, the domain and the CRM's id of each account in the call's context."""
    found: list[object] = []
    for item in _objects(call):
        if text(item.get("objectType")).lower() in ("account", "company"):
            fields = {text(one.get("name")).lower(): one.get("value") for one in records(item.get("fields"))}
            website = text(fields.get("website") or fields.get("domain"))
            found += [fields.get("name"), bare_domain(website) if website else "", item.get("objectId")]
    return hints(*found)


def _objects(call: Json) -> Iterable[Json]:
    return (item for system in records(call.get("context")) for item in records(system.get("objects")))
