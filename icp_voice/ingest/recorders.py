"""What recorders put around a talk: lists of keywords and people, times of day, and sentences about themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from icp_voice.ingest.dates import read_date
from icp_voice.ingest.header import FIELD, About, about_from
from icp_voice.ingest.labels import key
from icp_voice.ingest.pieces import piece_of

_KEYWORDS: Final = re.compile(r"summary keywords\s*:?\s*(.*)$", re.I)
_BARE_KEYWORDS: Final = re.compile(r"keywords\s*(?::\s*(.*))?$", re.I)
_SPEAKERS: Final = re.compile(r"speakers\s*:?\s*(.*)$", re.I)
_ATTENDEES: Final = re.compile(r"(?:attendees|invited|participants)\s*:?$", re.I)
_TRANSCRIPT: Final = re.compile(r"\W*transcript\W*$", re.I)
_MEET_TITLE: Final = re.compile(r"(.{1,200}?)\s*(?:\((\d{4}[-/]\d\d[-/]\d\d)[^()]*\))?\s*[-–]\s*transcript$", re.I)
_TEAMS_TITLE: Final = re.compile(
    r"(.{1,200}?)-(20\d{2})(\d\d)(\d\d)_\d{6}(?:UTC)?-meeting (?:transcript|recording)$", re.I
)
_OTTER_DATE: Final = re.compile(r"((?:mon|tue|wed|thu|fri|sat|sun)\w*,? .{6,30}?)\s*(?:•|·|\u2022)\s*[\d:]{3,8}$", re.I)
_HEAD: Final = 40
_LONGEST: Final = 300  # letters of a heading; the patterns above take the square of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Framed:
    """What the frame states: for what the file's own head does not."""

    about: About

    def over(self, head: About) -> About:
        """Return the head completed by the frame."""
        known = {key(one.name) for one in head.people}
        more = tuple(one for one in self.about.people if key(one.name) not in known)
        return replace(
            head,
            title=self.about.title or head.title,
            date=head.date or self.about.date,
            people=(*head.people, *more),
        )


def unframed(lines: Sequence[str]) -> tuple[list[int], Framed]:
    """Return which lines are not the recorder's own, and what those state of title, day and people."""
    fields: list[tuple[str, object]] = []
    kept: list[int] = []
    number = 0
    while number < len(lines):
        taken = _framing(lines, number, fields) if number < _HEAD else 0
        if taken:
            number += taken
        else:
            kept.append(number)
            number += 1
    return _without_title(lines, kept, fields), Framed(about=about_from(fields))


def _without_title(lines: Sequence[str], kept: list[int], fields: list[tuple[str, object]]) -> list[int]:
    """Take the one line above the frame for the title, if that is all there is."""
    first_framed = next((at for at, number in enumerate(kept) if at != number), len(kept))
    above = [number for number in kept[:first_framed] if lines[number].strip()]
    if not fields or len(above) != 1 or any(name == "title" for name, _ in fields):
        return kept
    title = lines[above[0]].strip()
    if len(title.split()) > 14 or piece_of(title).timed:
        return kept
    fields.append(("title", title))
    return [number for number in kept if number != above[0]]


def _framing(lines: Sequence[str], number: int, fields: list[tuple[str, object]]) -> int:
    """Return how many lines a part of the frame takes that begins here; 0 if none does."""
    line = lines[number].strip()
    if found := _KEYWORDS.fullmatch(line):
        return _keywords(lines, number, bool(found[1]))
    if (found := _BARE_KEYWORDS.fullmatch(line)) and not any(map(_begins_to_speak, lines[:number])):
        return _block(lines, number, bool(found[1]), _SPEAKERS)
    if (found := _SPEAKERS.fullmatch(line)) and any(map(_KEYWORDS.match, map(str.strip, lines[:number]))):
        taken = _block(lines, number, bool(found[1]), None)
        fields.append(("speakers", _listed([found[1], *lines[number + 1 : number + taken]])))
        return taken
    if _ATTENDEES.fullmatch(line) and any(map(_TRANSCRIPT.fullmatch, map(str.strip, lines[number : number + 30]))):
        end = next(at for at in range(number, len(lines)) if _TRANSCRIPT.fullmatch(lines[at].strip()))
        fields.append(("attendees", _listed(lines[number + 1 : end])))
        return end - number + 1
    if _TRANSCRIPT.fullmatch(line) and number < len(lines) - 1:
        return 1
    return _heading(line, fields)


def _heading(line: str, fields: list[tuple[str, object]]) -> int:
    line = " ".join(line.split())
    if len(line) > _LONGEST:
        return 0
    if found := _TEAMS_TITLE.fullmatch(line):
        fields += [("title", found[1]), ("date", "-".join(found.groups()[1:]))]
    elif found := _MEET_TITLE.fullmatch(line):
        fields += [("title", found[1]), ("date", (found[2] or "").replace("/", "-"))]
    elif (found := _OTTER_DATE.fullmatch(line)) and read_date(found[1]):
        fields.append(("date", found[1]))
    else:
        return 0
    return 1


def _begins_to_speak(line: str) -> bool:
    piece = piece_of(line.strip()[:_LONGEST])
    return piece.timed or bool(piece.label and piece.text and key(piece.label) not in FIELD)


def _keywords(lines: Sequence[str], number: int, inline: bool) -> int:
    """Return how many lines a list of keywords takes: as far as the speakers are listed, if that is next."""
    for at in range(number + 1, min(number + 20, len(lines))):
        if _SPEAKERS.fullmatch(lines[at].strip()):
            return at - number
        if _begins_to_speak(lines[at]):
            break
    return _block(lines, number, inline, _SPEAKERS)


def _block(lines: Sequence[str], number: int, inline: bool, until: re.Pattern[str] | None) -> int:
    """Return how many lines a heading and the words below it take, as far as the next empty line or `until`."""
    at = number + 1
    while not inline and at < len(lines) and not lines[at].strip():
        at += 1
    while at < len(lines) and lines[at].strip() and not (until and until.fullmatch(lines[at].strip())):
        if inline:
            break
        at += 1
    return at - number


def _listed(lines: Sequence[str]) -> list[str]:
    names = [name for line in lines for name in re.split(r"[,;]", re.sub(r"\(\d{1,3}\s?%\)", "", line))]
    return [name.strip() for name in names if _is_person(name)]


def _is_person(name: str) -> bool:
    """Whether it is somebody and not the screen that somebody shares."""
    return bool(name.strip()) and not re.search(r"['’]s presentation$", name.strip(), re.I)
