"""What one file may hold once it is read: more of it is cut, and what was cut is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from icp_voice.ingest.rows import counted
from icp_voice.limits import Limits, raise_hint
from icp_voice.model import Document, Speaker, Turn

MOST_WARNINGS: Final = 50
LONGEST_WARNING: Final = 1_000


def capped_documents(documents: Sequence[Document], limits: Limits) -> list[Document]:
    """Return the documents within the limits; the first of them carries what was left out."""
    kept: list[Document] = []
    told: list[str] = []
    turns, characters = limits.turns, limits.characters
    for document in documents:
        if len(kept) == limits.documents:
            told.append(_cut("documents", limits.documents, f"{counted(len(documents), 'document')} in it"))
            break
        count, size = max(len(document.turns), len(document.speakers)), _size(document)
        if count > turns or size > min(characters, limits.cell_characters):
            one, cut = _capped(document, turns, characters, limits)
            told += cut
            if one is None:
                break
            document, count, size = one, max(len(one.turns), len(one.speakers)), _size(one)
        kept.append(document)
        turns -= count
        characters -= size
    if kept and told:
        kept[0] = replace(kept[0], warnings=(*told, *kept[0].warnings))
    return [_with_few_warnings(document) for document in kept]


def capped_warnings(warnings: Sequence[str]) -> tuple[str, ...]:
    """Return the first warnings, and how many more there are."""
    short = tuple(one if len(one) <= LONGEST_WARNING else one[:LONGEST_WARNING] + " ..." for one in warnings)
    if len(short) <= MOST_WARNINGS:
        return short
    return (*short[: MOST_WARNINGS - 1], f"and {counted(len(short) - MOST_WARNINGS + 1, 'more note')}")


def _capped(document: Document, turns: int, characters: int, limits: Limits) -> tuple[Document | None, list[str]]:
    """Return as much of a document as there is room for, or none of it; and what was cut."""
    told: list[str] = []
    if any(len(turn.text) > limits.cell_characters for turn in document.turns):
        told.append(_cut("cell_characters", limits.cell_characters, "a turn is longer"))
        document = replace(document, turns=tuple(_short(turn, limits.cell_characters) for turn in document.turns))
    if len(document.turns) > turns or len(document.speakers) > turns:
        told.append(_cut("turns", limits.turns, "there are more in it"))
        document = _with_turns(document, document.turns[:turns], turns)
    if _size(document) > characters:
        told.append(_cut("characters", limits.characters, "there are more in it"))
        document = _with_turns(document, _fitting(document.turns, characters // 2), turns)
        if _size(document) > characters:
            return None, told
    return (document if document.turns else None), told


def _cut(setting: str, most: int, why: str) -> str:
    what = "characters of a turn" if setting == "cell_characters" else setting
    return f"cut after {most:,} {what}: {why}. {raise_hint(setting)}"


def _short(turn: Turn, most: int) -> Turn:
    return turn if len(turn.text) <= most else replace(turn, text=turn.text[:most].rstrip())


def _fitting(turns: Sequence[Turn], characters: int) -> tuple[Turn, ...]:
    room = characters
    for number, turn in enumerate(turns):
        room -= len(turn.text) + len(turn.speaker)
        if room < 0:
            return tuple(turns[:number])
    return tuple(turns)


def _with_turns(document: Document, turns: Sequence[Turn], most: int) -> Document:
    heard = {turn.speaker for turn in turns}
    speakers = [speaker for speaker in document.speakers if speaker.name in heard]
    return replace(document, turns=tuple(turns), speakers=tuple(speakers[:most]))


def _size(document: Document) -> int:
    """Count the characters of everything that a document says."""
    spoken = sum(len(turn.text) + len(turn.speaker) for turn in document.turns)
    stated = (document.title, document.date, document.url, document.place, document.identity, *document.hints)
    attributes = sum(
        len(name) + (len(value) if isinstance(value, str) else 8) for name, value in document.attributes.items()
    )
    return spoken + sum(map(len, stated)) + attributes + sum(map(_named, document.speakers))


def _named(speaker: Speaker) -> int:
    return len(speaker.name) + len(speaker.role) + len(speaker.email) + len(speaker.company)


def _with_few_warnings(document: Document) -> Document:
    few = capped_warnings(document.warnings)
    return document if few == document.warnings else replace(document, warnings=few)
