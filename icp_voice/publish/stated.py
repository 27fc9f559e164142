"""Facts as a report tells them: how many members state each value, and the quotes that state it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from icp_voice.model import Fact, Highlight
from icp_voice.publish.figures import Share, share
from icp_voice.publish.material import Material
from icp_voice.publish.quotes import Saying, best

MOST_QUOTES = 3
MOST_VALUES = 14


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
    """The values of one kind; `known` tells how many members state any of them, `more` how many values are not shown."""

    kind: str
    rows: tuple[Stated, ...]
    more: int
    known: Share


def stated(material: Material, kind: str, *, in_order: bool = False) -> Facts:
    """Return the values of a kind, those of most members first, or in the order of facts.toml."""
    said: dict[str, list[Highlight]] = defaultdict(list)
    for fact in _of(material, kind):
        said[fact.value].append(material.highlights[fact.highlight])
    rows = [_row(material, kind, value, highlights) for value, highlights in said.items()]
    rows.sort(key=lambda row: (-row.members.n, -row.others.n, -row.mentions, row.value))
    shown = rows[:MOST_VALUES]
    if in_order:
        shown.sort(key=lambda row: (material.fact_order.get((kind, row.value), len(material.fact_order)), row.value))
    voices = {material.voice(highlight) for highlights in said.values() for highlight in highlights}
    heard = material.group.heard
    return Facts(kind=kind, rows=tuple(shown), more=len(rows) - len(shown), known=share(len(voices & heard), len(heard)))


def highlights_of(material: Material, kind: str, value: str) -> list[Highlight]:
    """Return the highlights that state a value, each once, in the order they were said."""
    stating = {fact.highlight for fact in _of(material, kind) if fact.value == value}
    return [highlight for highlight in material.highlights.values() if highlight.id in stating]


def _of(material: Material, kind: str) -> Iterable[Fact]:
    return (fact for fact in material.facts if fact.kind == kind)


def _row(material: Material, kind: str, value: str, highlights: list[Highlight]) -> Stated:
    voices = {material.voice(highlight) for highlight in highlights}
    ordered = sorted(highlights, key=lambda one: (one.date, one.file, one.document, one.turn, one.start), reverse=True)
    return Stated(
        value=value,
        means=material.fact_means.get((kind, value), ""),
        members=material.members_in(highlights),
        others=material.others_in(highlights),
        mentions=len(highlights),
        member_names=tuple(sorted(material.name(voice) for voice in voices & material.group.heard)),
        quotes=best(material, ordered, MOST_QUOTES),
    )
