"""Facts as a report tells them: how many members state each value, and the quotes that state it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from icp_voice.model import Fact, Highlight
from icp_voice.publish.figures import Share, share
from icp_voice.publish.material import Material
from icp_voice.publish.quotes import Saying, best

MOST_QUOTES = 3
HOME = "buying_process"
HOMES = {"channel": "discovery_channel"}
MOST_VALUES = 14
MOST_LENGTHS = 40
WHOLE = "first contact to signature"
# "5 months (first call to signature)": how long, and of what.
LENGTH = re.compile(r"^(?P<said>[^(]*?)\s*(?:\((?P<of>.*)\))?$")
NUMBERS = re.compile(r"\d+(?:\.\d+)?")
DAYS = (("hour", 1 / 24), ("day", 1.0), ("week", 7.0), ("month", 30.4), ("quarter", 91.0), ("year", 365.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One value of a kind of fact: who states it, and in which words."""

    value: str
    means: str
    members: Share
    others: Share
    mentions: int
    member_names: tuple[str, ...]
    quotes: tuple[Saying, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The values of one kind; `known` tells how many members state any, `more` how many values are not shown."""

    kind: str
    rows: tuple[Stated, ...]
    more: int
    known: Share


def stated(material: Material, kind: str, *, in_order: bool = False, most: int = MOST_VALUES) -> Facts:
    """Return the values of a kind, those of most members first, or in the order of facts.toml."""
    said: dict[str, list[Highlight]] = defaultdict(list)
    for fact in _of(material, kind):
        said[fact.value].append(material.highlights[fact.highlight])
    rows = [_row(material, kind, value, highlights) for value, highlights in said.items()]
    rows.sort(key=lambda row: (-row.members.n, -row.others.n, -row.mentions, row.value))
    shown = rows[:most]
    if in_order:
        shown.sort(key=lambda row: (material.fact_order.get((kind, row.value), len(material.fact_order)), row.value))
    voices = {material.voice(highlight) for highlights in said.values() for highlight in highlights}
    return Facts(kind=kind, rows=tuple(shown), more=len(rows) - len(shown), known=material.members_of(voices))


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """How long one thing took: each answer from the shortest on, and how many members gave one."""

    of: str
    rows: tuple[Stated, ...]
    shortest: str
    longest: str
    members: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Lengths:
    """Lengths of time by what took them, the whole purchase first."""

    groups: tuple[Length, ...]
    known: Share


def lengths(material: Material) -> Lengths:
    """Return how long purchases and their steps took."""
    said: dict[str, list[Stated]] = defaultdict(list)
    found = stated(material, "duration", most=MOST_LENGTHS)
    for row in found.rows:
        said[_subject(row.value)].append(row)
    groups = [_length(material, subject, rows) for subject, rows in said.items()]
    groups.sort(key=lambda one: (one.of != WHOLE, not one.of, -one.members.n, -len(one.rows), one.of))
    return Lengths(groups=tuple(groups), known=found.known)


def highlights_of(material: Material, kind: str, value: str) -> list[Highlight]:
    """Return the highlights that state a value, each once, in the order they were said."""
    stating = {fact.highlight for fact in _of(material, kind) if fact.value == value}
    return [highlight for highlight in material.highlights.values() if highlight.id in stating]


def _of(material: Material, kind: str) -> Iterable[Fact]:
    return (fact for fact in material.facts if fact.kind == kind)


def _row(material: Material, kind: str, value: str, highlights: list[Highlight]) -> Stated:
    voices = {material.voice(highlight) for highlight in highlights}
    newest = sorted(highlights, key=lambda one: (one.date, one.file, one.document, one.turn, one.start), reverse=True)
    ordered = sorted(newest, key=lambda one: -_sure(one, HOMES.get(kind, HOME)))
    return Stated(
        value=value,
        means=material.fact_means.get((kind, value), ""),
        members=material.members_in(highlights),
        others=material.others_in(highlights),
        mentions=len(highlights),
        member_names=tuple(sorted(material.name(voice) for voice in voices & material.group.heard)),
        quotes=best(material, ordered, MOST_QUOTES),
    )


def _sure(highlight: Highlight, category: str) -> float:
    """Return how surely a highlight speaks of what its fact belongs to, in tenths, so that the newer one wins a tie."""
    return round(max((tag.score for tag in highlight.tags if tag.category == category), default=0.0), 1)


def _length(material: Material, subject: str, rows: list[Stated]) -> Length:
    rows.sort(key=lambda row: (_days(row.value), row.value))
    names = {name for row in rows for name in row.member_names}
    plain = [LENGTH.match(row.value) for row in rows]
    said = [found["said"] if found else row.value for found, row in zip(plain, rows, strict=True)]
    members = replace(share(len(names), len(material.group.heard)), of=len(material.group.members))
    short = (replace(row, value=text) for row, text in zip(rows, said, strict=True))
    return Length(of=subject, rows=tuple(short), shortest=said[0], longest=said[-1], members=members)


def _subject(value: str) -> str:
    """Return of what a length is; what runs from a first call or meeting on is the whole purchase."""
    found = LENGTH.match(value)
    subject = (found["of"] or "").strip() if found else ""
    return WHOLE if subject.startswith("first ") else subject


def _days(value: str) -> float:
    numbers = [float(number) for number in NUMBERS.findall(value.split("(")[0])]
    scale = next((days for unit, days in DAYS if unit in value.split("(")[0]), 1.0)
    return scale * (sum(numbers) / len(numbers) if numbers else 1.0)
