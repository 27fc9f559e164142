"""The appendix: transcripts of the documents that a report quotes, with the quoted words marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from icp_voice.model import Document, Side, Speaker, Turn
from icp_voice.publish.quotes import Saying

VERY_LONG = 400
AROUND = 3
LONG_TURN = 1200
MARGIN = 300

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a turn that are quoted in the report, or are not."""

    text: str
    quoted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One turn; `after_gap` tells that turns before it are left out."""

    anchor: str
    speaker: str
    role: str
    side: str
    time: str
    pieces: tuple[Piece, ...]
    after_gap: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """One document as it was said; `left_out` counts turns far from any quote in a very long one.

    `url` leads to the record at its source, and is empty where there is none on the web.
    """

    id: str
    title: str
    account: str
    kind: str
    date: str
    file: str
    url: str
    lines: tuple[Line, ...]
    turns: int
    left_out: int
    quotes: int


class Sources(Protocol):
    """Where transcripts come from: what is gathered now, or what is kept of what an edition quotes."""

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents by id, with their turns."""

    def name(self, account: str) -> str:
        """Return an account's name."""


def transcripts(material: Sources, quoted: Iterable[Saying]) -> tuple[Transcript, ...]:
    """Return the transcripts of the documents that are quoted, by account, date and file."""
    spans: dict[str, dict[int, set[Span]]] = defaultdict(lambda: defaultdict(set))
    for saying in quoted:
        spans[saying.document][saying.turn].add((saying.start, saying.end))
    documents = [material.documents[identity] for identity in spans if identity in material.documents]
    documents.sort(
        key=lambda one: (material.name(one.account).casefold(), one.date, one.file, len(one.place), one.place, one.id)
    )
    return tuple(_transcript(material, document, spans[document.id]) for document in documents)


def clock(milliseconds: int | None) -> str:
    """Return a time in a recording as mm:ss, or h:mm:ss from an hour on."""
    if milliseconds is None:
        return ""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def _transcript(material: Sources, document: Document, spans: Mapping[int, set[Span]]) -> Transcript:
    speakers = {speaker.name: speaker for speaker in document.speakers}
    very_long = len(document.turns) > VERY_LONG
    kept = _kept(len(document.turns), spans) if very_long else range(len(document.turns))
    lines, previous = [], -1
    for number in kept:
        turn = document.turns[number]
        pieces = _pieces(turn.text, sorted(spans.get(number, ())), short=very_long)
        lines.append(_line(document, number, turn, speakers.get(turn.speaker), tuple(pieces), number > previous + 1))
        previous = number
    name = document.file.rsplit("/", 1)[-1]
    return Transcript(
        id=document.id,
        title=document.title or name,
        account=material.name(document.account) if document.account else "",
        kind=str(document.kind),
        date=document.date,
        file=f"{name} {document.place}".strip(),
        url=document.url if document.url.startswith(("https://", "http://")) else "",
        lines=tuple(lines),
        turns=len(document.turns),
        left_out=len(document.turns) - len(lines),
        quotes=sum(len(of_turn) for of_turn in spans.values()),
    )


def _kept(turns: int, spans: Iterable[int]) -> list[int]:
    near = {number for turn in spans for number in range(turn - AROUND, turn + AROUND + 1)}
    return sorted(number for number in near if 0 <= number < turns)


def _line(
    document: Document, number: int, turn: Turn, speaker: Speaker | None, pieces: tuple[Piece, ...], after_gap: bool
) -> Line:
    return Line(
        anchor=f"{document.id}-t{number}",
        speaker=turn.speaker,
        role=speaker.role if speaker else "",
        side=str(speaker.side if speaker else Side.UNKNOWN),
        time=clock(turn.start_ms),
        pieces=pieces,
        after_gap=after_gap,
    )


def _pieces(text: str, spans: Sequence[Span], *, short: bool) -> Iterator[Piece]:
    """Cut a turn at its quotes; what overlaps becomes one. With `short`, words far from a quote give way to "…"."""
    merged: list[list[int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    place = 0
    for start, end in merged:
        yield from _plain(text[place:start], short, first=place == 0, last=False)
        yield Piece(text[start:end], True)
        place = end
    yield from _plain(text[place:], short, first=place == 0, last=True)


def _plain(text: str, short: bool, *, first: bool, last: bool) -> Iterator[Piece]:
    if short and len(text) > LONG_TURN:
        head = "" if first and not last else text[:MARGIN].rsplit(" ", 1)[0]
        tail = "" if last else text[-MARGIN:].split(" ", 1)[-1]
        text = f"{head} … {tail}"
    if text:
        yield Piece(text, False)
