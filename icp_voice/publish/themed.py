"""One category as a report tells it: its themes with who holds them, what was also said, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from icp_voice.model import Highlight, Theme
from icp_voice.publish.arrangement import THEME, Note
from icp_voice.publish.figures import Share
from icp_voice.publish.material import Material, Trend
from icp_voice.publish.own import Own, own
from icp_voice.publish.quotes import Saying, best
from icp_voice.settings import Category

MOST_THEMES = 12
MOST_QUOTES = 4
FEWER_QUOTES = 2
IN_FULL = 4
MOST_ALSO = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTheme:
    """A theme with its figures and best quotes, a person's `note`, and the paragraphs that stand `after` it."""

    id: str
    name: str
    members: Share
    others: Share
    trend: Trend | None
    mentions: int
    roles: tuple[tuple[str, int], ...]
    member_names: tuple[str, ...]
    other_names: tuple[str, ...]
    quotes: tuple[Saying, ...]
    homeless: int
    note: Note | None = None
    after: tuple[Own, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Themed:
    """A category told by its themes; `smaller` counts those not shown, `also` quotes those in none of them.

    `gap` says what is missing when nothing, or too little, is known.
    """

    category: Category
    known: Share
    others: Share
    mentions: int
    themes: tuple[ShownTheme, ...]
    smaller: int
    also: tuple[Saying, ...]
    also_count: int
    gap: str


def themed(material: Material, name: str, *, only: Sequence[Highlight] | None = None) -> Themed | None:
    """Tell one category, or None if the codebook does not have it; `only` narrows it to some highlights."""
    category = material.category(name)
    if category is None:
        return None
    said = material.of_category(name) if only is None else list(only)
    shown = shown_themes(material, name, None if only is None else {highlight.id for highlight in said})
    full = [
        replace(one, quotes=one.quotes[: max(FEWER_QUOTES, _pinned(material, one))]) if n >= IN_FULL else one
        for n, one in enumerate(shown[:MOST_THEMES])
    ]
    grouped = {identity for theme in material.themes_of(name) for identity in theme.highlights}
    loose = [highlight for highlight in said if highlight.id not in grouped]
    return Themed(
        category=category,
        known=material.members_in(said),
        others=material.others_in(said),
        mentions=len(said),
        themes=tuple(full),
        smaller=len(shown[MOST_THEMES:]),
        also=best(material, by_score(loose, name), MOST_ALSO),
        also_count=len(loose),
        gap=_gap(material, category, said),
    )


def shown_themes(material: Material, category: str, kept: set[str] | None = None) -> list[ShownTheme]:
    """Return the themes of a category with something to show, those of most members first.

    Those that people hid in the document are left out, and those that they put in an order come first.
    """
    if kept is None:
        return list(material.once(("themes", category), lambda: _shown_themes(material, category, None)))
    return _shown_themes(material, category, kept)


def _shown_themes(material: Material, category: str, kept: set[str] | None) -> list[ShownTheme]:
    found = []
    arranged = material.arrangement
    for theme in material.themes_of(category):
        if theme.id in arranged.hidden_themes:
            continue
        said = [one for one in material.of_theme(theme) if kept is None or one.id in kept]
        if said:
            found.append(shown(material, theme, said))
    last = len(arranged.themes)
    return sorted(
        found,
        key=lambda one: (
            arranged.themes.get(one.id, last),
            -one.members.n,
            -one.others.n,
            -one.mentions,
            one.name,
            one.id,
        ),
    )


def shown(material: Material, theme: Theme, said: list[Highlight], most: int = MOST_QUOTES) -> ShownTheme:
    """Return a theme as it is shown, made of some of its highlights, the most typical first."""
    voices = {material.voice(highlight) for highlight in said}
    by_account = material.group.unit == "account"
    return ShownTheme(
        id=theme.id,
        name=theme.name,
        members=material.members_in(said),
        others=material.others_in(said),
        trend=material.trend(said),
        mentions=len(said),
        roles=roles(said),
        member_names=_names(material, voices & material.group.heard) if by_account else (),
        other_names=_names(material, voices & material.group.others) if by_account else (),
        quotes=best(material, said, most, category=theme.category),
        homeless=len({highlight.document for highlight in said if not highlight.account}) if by_account else 0,
        note=material.arrangement.note(THEME, theme.id),
        after=own(material, material.arrangement.after(theme.id)),
    )


def roles(said: Sequence[Highlight]) -> tuple[tuple[str, int], ...]:
    """Return the speakers' roles with how many people hold each, most first."""
    people = {(one.account or one.document, one.speaker): one.role for one in said if one.role}
    counted = Counter(people.values())
    return tuple(sorted(counted.items(), key=lambda one: (-one[1], one[0])))


def by_score(said: Sequence[Highlight], category: str) -> list[Highlight]:
    """Order highlights by how surely they carry a category, the surest first."""

    def score(highlight: Highlight) -> float:
        return max((tag.score for tag in highlight.tags if tag.category == category), default=0.0)

    return sorted(said, key=lambda one: (-score(one), one.date, one.file, one.document, one.turn, one.start))


def _pinned(material: Material, theme: ShownTheme) -> int:
    return sum(said.id in material.arrangement.pinned for said in theme.quotes)


def _names(material: Material, accounts: set[str]) -> tuple[str, ...]:
    return tuple(sorted(material.name(account) for account in accounts))


def _gap(material: Material, category: Category, said: list[Highlight]) -> str:
    if said:
        thin = [
            gap.reason
            for gap in material.gaps
            if gap.category == category.name and not gap.account and gap.kind != "question"
        ]
        return thin[0] if thin else ""
    if not material.documents:
        return "No document has been added yet."
    return "Nobody has said anything about this yet."
