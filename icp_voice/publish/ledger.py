"""What an edition rests on: every theme, fact, cell, gap and quote behind its figures, so that two can be compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from icp_voice.model import Highlight
from icp_voice.publish.arrangement import QUOTE, SECTION, THEME
from icp_voice.publish.material import Material

Keys = Mapping[tuple[str, int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One quote: its place in a turn, whose it is, and what it was coded as; never its words."""

    id: str
    document: str
    key: str
    start: int
    end: int
    account: str
    date: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A theme (of a category) or a fact (of a kind): how many members hold it, and the quotes it is made of."""

    id: str
    of: str
    name: str
    members: int
    others: int
    quotes: tuple[str, ...]
    named_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A person's paragraph, with the quotes it rests on."""

    id: str
    section: str
    text: str
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Everything behind one edition. `members` and `heard` are accounts (or documents where no account is known).

    `hidden` are the sections, themes and quotes that people left out, as (part, id); None of editions that did not keep it.
    """

    as_of: str
    label: str
    members: tuple[str, ...]
    heard: tuple[str, ...]
    names: Mapping[str, str]
    categories: Mapping[str, str]
    themes: tuple[Claim, ...]
    facts: tuple[Claim, ...]
    quotes: tuple[Evidence, ...]
    cells: tuple[tuple[str, str, str], ...]
    gaps: tuple[tuple[str, str, str, str], ...]
    paragraphs: tuple[Written, ...] = ()
    hidden: tuple[tuple[str, str], ...] | None = None


def ledger(material: Material, keys: Keys) -> Ledger:
    """Return what the document rests on now; `keys` are those of the turns that are quoted."""
    said: dict[tuple[str, str], list[Highlight]] = defaultdict(list)
    for fact in material.facts:
        said[fact.kind, fact.value].append(material.highlights[fact.highlight])
    themes = [(theme, material.of_theme(theme)) for theme in material.themes]
    return Ledger(
        as_of=material.as_of,
        label=material.group.label,
        members=tuple(sorted(material.group.members)),
        heard=tuple(sorted(material.group.heard)),
        names={account.id: account.name for account in material.accounts.values()},
        categories={category.name: category.title for category in material.codebook},
        themes=tuple(
            _claim(material, theme.id, theme.category, theme.name, of, theme.named_by) for theme, of in themes if of
        ),
        facts=tuple(_claim(material, f"{kind}: {value}", kind, value, of) for (kind, value), of in said.items()),
        quotes=tuple(_evidence(one, keys) for one in material.highlights.values()),
        cells=tuple((cell.account, cell.category, str(cell.state)) for cell in material.coverage.cells),
        gaps=tuple((gap.kind, gap.account, gap.category, gap.question) for gap in material.gaps),
        paragraphs=tuple(
            Written(id=one.id, section=one.section, text=one.text, quotes=one.quotes)
            for one in material.arrangement.paragraphs
        ),
        hidden=_hidden(material),
    )


def _hidden(material: Material) -> tuple[tuple[str, str], ...]:
    """Return what people left out: of the document, or, of themes, of everything."""
    held = material.arrangement
    parts = (
        (SECTION, held.hidden_sections),
        (THEME, held.hidden_themes | material.hidden_themes),
        (QUOTE, held.hidden_quotes),
    )
    return tuple((part, id) for part, ids in parts for id in sorted(ids))


def _claim(material: Material, id: str, of: str, name: str, said: Iterable[Highlight], named_by: str = "") -> Claim:
    quotes = list({one.id: one for one in said}.values())
    return Claim(
        id=id,
        of=of,
        name=name,
        members=material.members_in(quotes).n,
        others=material.others_in(quotes).n,
        quotes=tuple(one.id for one in quotes),
        named_by=named_by,
    )


def _evidence(highlight: Highlight, keys: Keys) -> Evidence:
    return Evidence(
        id=highlight.id,
        document=highlight.document,
        key=keys.get((highlight.document, highlight.turn), ""),
        start=highlight.start,
        end=highlight.end,
        account=highlight.account,
        date=highlight.date,
        categories=highlight.categories,
    )
