"""Fireflies: a `transcript` of its API, and the list of sentences that its app downloads, as one document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from icp_voice.ingest.cues import Cue, clock, milliseconds, turns_from_cues
from icp_voice.ingest.matching import FREE_MAIL
from icp_voice.ingest.vendors.parts import (
    Json,
    Left,
    People,
    counted_records,
    day,
    hints,
    record,
    records,
    text,
    without_words,
)
from icp_voice.model import Document, Kind, Side, Speaker


def document(transcript: Json, *, file: str, place: str = "", left: Left | None = None) -> Document:
    """Make one document of a transcript; UnreadableFile where nobody says a word."""
    left = Left() if left is None else left
    turns = turns_from_cues(_cues(transcript.get("sentences"), left))
    if not turns:
        raise without_words("transcript")
    attendees = _attendees(transcript)
    ours = _ours(transcript)
    people = People()
    found = {name: _speaker(name, attendees, ours) for name in dict.fromkeys(turn.speaker for turn in turns)}
    for name, speaker in found.items():
        if name:
            people.add(name, speaker)
    heard = {speaker.email for speaker in found.values()}
    theirs = [mail for mail in attendees if mail not in heard and ours and _side(mail, ours)[0] is Side.CUSTOMER]
    return Document(
        file=file,
        place=place,
        turns=turns,
        kind=Kind.CALL,
        title=text(transcript.get("title")),
        date=day(transcript.get("dateString")) or day(transcript.get("date")),
        url=text(transcript.get("transcript_url")),
        speakers=people.in_order(turns),
        # Who was there and cannot be told to be one of the voices still says whose call it was.
        hints=hints(*(mail for mail in theirs if mail.rpartition("@")[2] not in FREE_MAIL)),
        identity=text(transcript.get("id")),
    )


def _cues(sentences: object, left: Left) -> Iterator[Cue]:
    for sentence in counted_records(sentences, left, "sentence"):
        speaker = text(sentence.get("speaker_name") or sentence.get("speaker"))
        if not speaker and text(sentence.get("speaker_id")):
            speaker = f"Speaker {text(sentence.get('speaker_id'))}"
        words = sentence.get("text") or sentence.get("raw_text") or sentence.get("sentence")
        yield Cue(
            text=text(words),
            speaker=speaker,
            start_ms=_time(sentence, "start_time", "startTime", "time"),
            end_ms=_time(sentence, "end_time", "endTime"),
        )


def _time(sentence: Json, *names: str) -> int | None:
    """Read seconds, as a number or in quotes, or a clock such as 01:02."""
    value = next((sentence[name] for name in names if sentence.get(name) is not None), None)
    if isinstance(value, str):
        plain = re.fullmatch(r"\d{1,7}(?:\.\d{1,6})?", value.strip())
        return milliseconds(float(value)) if plain else clock(value)
    return milliseconds(value)


def _attendees(transcript: Json) -> dict[str, str]:
    """Return the name (or an empty string) of each mail address that took part."""
    found: dict[str, str] = {}
    for one in records(transcript.get("meeting_attendees")):
        mail = text(one.get("email")).lower()
        if "@" in mail:
            found[mail] = text(one.get("displayName")) or text(one.get("name"))
    for mail in _mails(transcript.get("participants")):
        found.setdefault(mail, "")
    return found


def _mails(value: object) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        named = record(one).get("email") if isinstance(one, dict) else one
        yield from (mail for mail in re.split(r"[,;\s]+", text(named).lower()) if "@" in mail)


def _ours(transcript: Json) -> frozenset[str]:
    """Return the mail addresses of our workspace, and their domains."""
    mails = [mail for key in ("workspace_users", "fireflies_users") for mail in _mails(transcript.get(key))]
    domains = {mail.rpartition("@")[2] for mail in mails}
    return frozenset(mails) | (domains - FREE_MAIL)


def _speaker(name: str, attendees: dict[str, str], ours: frozenset[str]) -> Speaker:
    mail = _mail_of(name, attendees)
    side, reason = _side(mail, ours) if mail and ours else (Side.UNKNOWN, "")
    return Speaker(name=name, email=mail, side=side, reason=reason)


def _side(mail: str, ours: frozenset[str]) -> tuple[Side, str]:
    if mail in ours or mail.rpartition("@")[2] in ours:
        return Side.VENDOR, "Fireflies: of our workspace"
    return Side.CUSTOMER, "Fireflies: not of our workspace"


def _mail_of(name: str, attendees: dict[str, str]) -> str:
    """Return the one address that is somebody's: by its stated name, or because its first part spells the name."""
    words = _words(name)
    stated = [mail for mail, known in attendees.items() if known and _words(known) == words]
    spelled = [mail for mail, known in attendees.items() if not known and _spells(mail.partition("@")[0], words)]
    for fits in (stated, spelled):
        if len(fits) == 1:
            return fits[0]
    return ""


def _spells(local: str, words: tuple[str, ...]) -> bool:
    if not words:
        return False
    first, last = words[0], words[-1]
    ways: Iterable[str] = (first + last, first[0] + last, last + first) if len(words) > 1 else (first,)
    return re.sub(r"[._\-+\d]", "", local.casefold()) in set(ways)


def _words(name: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W\d_]+", name.casefold()))
