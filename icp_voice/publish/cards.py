"""Themes as cards: who holds each, whether it grows, and its best quotes, of which alone the words are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from icp_voice.model import Highlight, Page, View
from icp_voice.profile.theme_detail import paged
from icp_voice.publish.figures import SURE, Share, fisher, share
from icp_voice.publish.material import DOCUMENT, Group, Halves, Trend
from icp_voice.publish.quotes import awkward, in_turn
from icp_voice.publish.whom import halves, whom
from icp_voice.store import Store
from icp_voice.store.cursor import Cursor
from icp_voice.store.pages import view_key
from icp_voice.store.theme_pages import ThemeLine

QUOTES = 3
LOOKED_AT = (20, 60, 400)
SORTS = ("accounts", "mentions", "trend", "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeCard:
    """A theme with its figures and best quotes: `members` are ICP accounts (or whom the figures are about)."""

    id: str
    category: str
    name: str
    named_by: str
    hidden: bool
    members: Share
    others: Share
    mentions: int
    trend: Trend | None
    quotes: tuple[Highlight, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """The highlights of a view by theme: `cards` count only what is in the view, `loose` are in none of them."""

    total: int
    cards: Page[ThemeCard]
    loose: tuple[Highlight, ...]
    loose_count: int


@dataclass(frozen=True, slots=True)
class Ground:
    """Whom the figures are about, and when the documents were."""

    group: Group
    halves: Halves

    def voice(self, highlight: Highlight) -> str:
        """Return what a highlight counts for."""
        return highlight.document if self.group.unit == DOCUMENT else highlight.account


def ground(store: Store, tag: str) -> Ground:
    """Return whom the figures are about, as in the reports; kept until something is written."""
    return store.pages.once(("ground", tag), lambda: _ground(store, tag))


def _ground(store: Store, tag: str) -> Ground:
    group = whom(
        tag,
        accounts=frozenset(store.accounts.ids()),
        tagged=store.accounts.tagged(tag),
        heard=store.theme_pages.heard(),
        spoken=lambda: [document for document, _ in store.pages.by_document(View())],
    )
    return Ground(group, halves(group, store.theme_pages.halves()))


def cards(
    store: Store, tag: str, view: View, *, sort: str = "accounts", start: int = 0, most: int = 20, hidden: bool = False
) -> Page[ThemeCard]:
    """Return the themes of which something is in a view; `next` and `previous` are the numbers at which pages start."""

    def made() -> Page[ThemeCard]:
        found = [card for card in _all(store, tag, view) if hidden or not card.hidden]
        found.sort(key=lambda card: (_order(card, sort), card.name.casefold(), card.id))
        first = min(max(0, start), max(0, len(found) - 1))
        shown = _quoted(store, ground(store, tag), found[first : first + most], view)
        return paged(shown, len(found), start=first, most=most)

    return store.pages.once(("cards page", tag, view_key(view), sort, start, most, hidden), made)


def card(store: Store, tag: str, theme: str, view: View) -> ThemeCard:
    """Return one theme, also a hidden one, or one of which nothing is in the view."""
    known = next((one for one in _all(store, tag, view) if one.id == theme), None)
    if known is None:
        line = next(one for one in store.theme_pages.lines() if one.id == theme)
        known = _card(store, line, store.themes.names().get(theme, line.name), [], ground(store, tag))
    return _quoted(store, ground(store, tag), [known], view)[0]


def grouped(store: Store, tag: str, view: View, *, start: int, most: int, loose: int = 10) -> Grouped:
    """Return the highlights of a view by theme, themes that are hidden among them: the view asks for its highlights."""
    key = ("loose", view_key(view), loose)
    ids, count = store.pages.once(key, lambda: store.theme_pages.loose(view, loose))
    return Grouped(
        total=store.pages.count(view),
        cards=cards(store, tag, view, sort="mentions", start=start, most=most, hidden=True),
        loose=tuple(store.highlights.known(ids).values()),
        loose_count=count,
    )


def numbers(store: Store, tag: str, view: View, *, hidden: bool = False) -> dict[str, int]:
    """Return category -> how many themes of it are in a view."""
    return Counter(one.category for one in _all(store, tag, view) if hidden or not one.hidden)


def _all(store: Store, tag: str, view: View) -> list[ThemeCard]:
    def made() -> list[ThemeCard]:
        where = ground(store, tag)
        found: dict[str, list[str]] = {}
        for theme, document in store.theme_pages.voiced(view):
            found.setdefault(theme, []).append(document)
        names = store.themes.names()
        return [
            _card(store, line, names.get(line.id, line.name), found[line.id], where)
            for line in store.theme_pages.lines()
            if line.id in found
        ]

    return list(store.pages.once(("cards", tag, view_key(view)), made))


def _card(store: Store, line: ThemeLine, name: str, said: Sequence[str], where: Ground) -> ThemeCard:
    """Return a theme of which something is said in documents: each stands in `said` as often as it speaks of it."""
    group, known = where.group, store.pages.documents()
    by_document = group.unit == DOCUMENT
    early: set[tuple[str, bool]] = set()
    late: set[tuple[str, bool]] = set()
    for document in set(said):
        account, _, _, day = known.get(document, ("", "", "", ""))
        (late if day[:10] > where.halves.middle else early).add((document if by_document else account, bool(day)))
    voices = {voice for voice, _ in early | late}
    members = share(len(group.heard & voices), len(group.heard))
    return ThemeCard(
        id=line.id,
        category=line.category,
        name=name,
        named_by=line.named_by,
        hidden=line.hidden,
        members=replace(members, of=len(group.members)),
        others=share(len(voices & group.others), len(group.others)),
        mentions=len(said),
        trend=_trend({voice for voice, dated in early if dated}, {voice for voice, _ in late}, where.halves),
    )


def _trend(then: set[str], now: set[str], halves: Halves) -> Trend | None:
    if not halves.early or not halves.late:
        return None
    early = share(len(then & halves.early), len(halves.early))
    late = share(len(now & halves.late), len(halves.late))
    p = fisher(late, early)
    return Trend(rising=late.part > early.part, early=early, late=late, p=p) if p < SURE else None


def _order(card: ThemeCard, sort: str) -> tuple[float, ...]:
    figures = (-card.members.n, -card.others.n, -card.mentions)
    if sort == "accounts":
        return figures
    if sort == "mentions":
        return (-card.mentions, *figures)
    if sort == "trend":
        trend = card.trend
        return (2.0 if trend is None else float(not trend.rising), trend.p if trend else 0.0, *figures)
    return ()


def _quoted(store: Store, where: Ground, cards: Sequence[ThemeCard], view: View) -> tuple[ThemeCard, ...]:
    """Give cards the quotes that `best` would choose, reading no more of the most typical ones than needed to be sure."""
    quotes: dict[str, tuple[Highlight, ...]] = {}
    left = list(cards)
    for most in LOOKED_AT:
        found = {one.id: store.theme_pages.members(one.id, view, cursor=Cursor(), most=most) for one in left}
        texts = store.highlights.known([identity for ids, *_ in found.values() for identity in ids])
        unsure = []
        for one in left:
            ids, after, _ = found[one.id]
            said = [texts[identity] for identity in ids if identity in texts]
            ranked = in_turn(said, voice=where.voice, members=where.group.members, category=one.category)
            quotes[one.id] = tuple(ranked[:QUOTES])
            if after and not _settled(said, one, where):
                unsure.append(one)
        left = unsure
    return tuple(replace(one, quotes=quotes[one.id]) for one in cards)


def _settled(said: Sequence[Highlight], card: ThemeCard, where: Ground) -> bool:
    """Tell whether enough different voices have a quote that none of the less typical ones can outdo."""
    fit = {where.voice(one) for one in said if not awkward(one, card.category)}
    members, others = fit & where.group.members, fit - where.group.members
    wanted = min(QUOTES, card.members.n)
    return len(members) >= wanted and len(others) >= QUOTES - wanted
