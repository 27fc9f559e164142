"""Our own JSON, described in docs/json-schema.md: one document, a list of them, or one on each line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from icp_voice.errors import UnreadableFile, did_you_mean
from icp_voice.ingest.cues import tidy
from icp_voice.ingest.labels import speakers_of
from icp_voice.ingest.source import Source, read_json
from icp_voice.model import Document, Kind, Side, Speaker, Turn

NAME = "icp-voice JSON"
VERSION: Final = 1

_DOCUMENT: Final = ("icp_voice", "kind", "title", "date", "account", "url", "speakers", "turns")
_SPEAKER: Final = ("name", "side", "role", "email", "company")
_TURN: Final = ("speaker", "text", "start_ms", "end_ms")
_MOST_MS: Final = 10**10

Json = Mapping[str, object]


def matches(source: Source) -> float:
    """Certain by the key `icp_voice`; broken JSON is ours to explain when nobody else knows it."""
    text = source.legible.lstrip()
    if not re.match(r"\{\s*[\"}]|\[\s*\{\s*\"", text):
        return 0.0
    try:
        value = source.json
    except UnreadableFile:
        return 1.0 if _has_lines(text) else 0.3
    first = value[0] if isinstance(value, list) and value else value
    return 1.0 if isinstance(first, dict) and "icp_voice" in first else 0.0


def _has_lines(text: str) -> bool:
    """Whether one of the first lines is a whole document of ours."""
    for line in text[:1_000_000].split("\n")[:20]:
        if '"icp_voice"' in line:
            try:
                value = read_json(line)
            except UnreadableFile:
                continue
            if isinstance(value, dict) and "icp_voice" in value:
                return True
    return False


def parse(source: Source) -> list[Document]:
    """Read all documents; what is wrong is named with its place."""
    try:
        value = source.json
    except UnreadableFile:
        if not _has_lines(source.text):
            raise
        return _lines(source)
    if isinstance(value, list):
        if not value:
            raise UnreadableFile("the list of documents is empty")
        return [_document(source, one, f"item {number}") for number, one in enumerate(value, start=1)]
    return [_document(source, value, "")]


def _lines(source: Source) -> list[Document]:
    documents: list[Document] = []
    broken: list[str] = []
    for number, line in enumerate(source.text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            documents.append(_document(source, read_json(line), f"line {number}"))
        except UnreadableFile as error:
            reason = re.sub(r"at line 1 column", "at column", error.message).removeprefix(f"line {number}: ")
            broken.append(f"line {number} was left out: {reason}")
    if not documents:
        raise UnreadableFile(broken[0])
    return [replace(documents[0], warnings=(*documents[0].warnings, *broken)), *documents[1:]]


class _Reader:
    """Takes the values of one JSON object out by type, and names the place of what is wrong."""

    def __init__(self, value: object, allowed: tuple[str, ...], place: str) -> None:
        self.place = place
        if not isinstance(value, dict):
            raise self.wrong("", f"must be an object with the keys {', '.join(allowed)}")
        for name in value:
            if name not in allowed:
                known = f"Known: {', '.join(allowed)}.{did_you_mean(str(name), allowed)}"
                raise self.wrong("", f'unknown key "{tidy(str(name))[:60]}"', known)
        self.value: Json = value

    def wrong(self, name: str, what: str, hint: str = "") -> UnreadableFile:
        where = ".".join(part for part in (self.place, name) if part)
        return UnreadableFile(f"{where}: {what}" if where else what, hint=hint)

    def text(self, name: str) -> str:
        value = self.value.get(name)
        if value is not None and not isinstance(value, str):
            raise self.wrong(name, "must be a string")
        return tidy(value or "")

    def time(self, name: str) -> int | None:
        value = self.value.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _MOST_MS:
            raise self.wrong(name, "must be a whole number of milliseconds")
        return value

    def items(self, name: str) -> list[object]:
        value = self.value.get(name, [])
        if not isinstance(value, list):
            raise self.wrong(name, "must be a list")
        return value

    def word(self, name: str, kinds: type[Kind] | type[Side], default: str) -> str:
        value = self.text(name) or default
        known = [kind.value for kind in kinds]
        if value not in known:
            raise self.wrong(
                name, f'"{value[:60]}" is not known', f"Known: {', '.join(known)}.{did_you_mean(value, known)}"
            )
        return value


def _document(source: Source, value: object, place: str) -> Document:
    reader = _Reader(value, _DOCUMENT, place)
    if reader.value.get("icp_voice") != VERSION:
        shown = json.dumps(reader.value.get("icp_voice"))[:20]
        raise reader.wrong("icp_voice", f"version {shown} is not known", f"Write {VERSION}.")
    people = [_speaker(one, _at(place, "speakers", at)) for at, one in enumerate(reader.items("speakers"))]
    turns = [_turn(one, _at(place, "turns", at)) for at, one in enumerate(reader.items("turns"))]
    spoken = tuple(turn for turn in turns if turn.text)
    if not spoken:
        raise reader.wrong("turns", "there are no words in it")
    empty = len(turns) - len(spoken)
    account = reader.text("account")
    return Document(
        file=source.file,
        place=place,
        turns=spoken,
        kind=Kind(reader.word("kind", Kind, Kind.CALL)),
        title=reader.text("title"),
        date=_checked(reader, "date", _is_day, "must be a day as YYYY-MM-DD"),
        url=_checked(reader, "url", _is_url, "must begin with http:// or https://"),
        speakers=_speakers(spoken, people),
        hints=(account,) if account else (),
        warnings=(f"{empty} turns without words were left out",) if empty else (),
    )


def _at(place: str, name: str, index: int) -> str:
    return ".".join(part for part in (place, f"{name}[{index}]") if part)


def _speaker(value: object, place: str) -> Speaker:
    reader = _Reader(value, _SPEAKER, place)
    name = reader.text("name")
    if not name:
        raise reader.wrong("name", "must not be empty")
    side = reader.text("side")
    return Speaker(
        name=name,
        side=Side(reader.word("side", Side, Side.UNKNOWN)),
        role=reader.text("role"),
        email=reader.text("email").lower(),
        company=reader.text("company"),
        reason="the file says so" if side and side != Side.UNKNOWN else "",
    )


def _speakers(turns: tuple[Turn, ...], people: list[Speaker]) -> tuple[Speaker, ...]:
    """Match by the very name: whoever writes JSON means what they write."""
    stated = {one.name: one for one in people}
    names = dict.fromkeys(turn.speaker for turn in turns if turn.speaker)
    unstated = [turn for turn in turns if turn.speaker not in stated]
    others = {one.name: one for one in speakers_of(unstated)}
    heard = [stated.get(name) or others[name] for name in names]
    return (*heard, *(one for one in stated.values() if one.name not in names))


def _turn(value: object, place: str) -> Turn:
    reader = _Reader(value, _TURN, place)
    if "text" not in reader.value:
        raise reader.wrong("text", "is missing")
    return Turn(
        text=reader.text("text"),
        speaker=reader.text("speaker"),
        start_ms=reader.time("start_ms"),
        end_ms=reader.time("end_ms"),
    )


def _checked(reader: _Reader, name: str, allowed: Callable[[str], bool], rule: str) -> str:
    value = reader.text(name)
    if value and not allowed(value):
        raise reader.wrong(name, f'"{value[:60]}" {rule}')
    return value


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_url(text: str) -> bool:
    return re.match(r"https?://\S+$", text) is not None
