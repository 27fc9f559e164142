"""One theme in detail: who holds it, in which roles, by which keywords; and where a theme that is gone has come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from icp_voice.model import Page, View
from icp_voice.profile.theme_history import ThemeChange, history
from icp_voice.profile.theme_names import theme_in_view
from icp_voice.profile.unassigned import Unassigned, told
from icp_voice.store import Store
from icp_voice.store.theme_holders import accounts_of_theme, loose_page, roles

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOf:
    """An account that holds a theme; `member` if it carries the tag that the figures are about."""

    id: str
    name: str
    mentions: int
    newest: str
    member: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeDetail:
    """Who holds a theme within a view. `nobody` counts the highlights of no known account."""

    keywords: tuple[str, ...]
    accounts: tuple[AccountOf, ...]
    nobody: int
    roles: tuple[tuple[str, int], ...]


def theme_detail(store: Store, tag: str, theme: str, view: View) -> ThemeDetail:
    """Return the accounts of a theme, tagged ones first, with its roles and keywords."""
    holders = accounts_of_theme(store, theme, view)
    names = store.accounts.names([one.account for one in holders])
    tagged = store.accounts.tagged(tag)
    known = store.themes.all(account_tag=tag, only=theme)
    found = [
        AccountOf(
            id=one.account,
            name=names[one.account],
            mentions=one.mentions,
            newest=one.newest,
            member=one.account in tagged,
        )
        for one in holders
        if one.account in names
    ]
    return ThemeDetail(
        keywords=known[0].keywords if known else (),
        accounts=tuple(sorted(found, key=lambda one: not one.member)),
        nobody=sum(one.mentions for one in holders if one.account not in names),
        roles=tuple(roles(store, replace(view, name="", question=""), theme=theme).items()),
    )


def history_page(store: Store, *, category: str, theme: str, start: int, most: int) -> Page[ThemeChange]:
    """Return some of what became of the themes, or of one of them, the newest first; `next` is a number to start at."""
    found = [one for one in history(store, category) if not theme or theme == one.theme or theme in one.others]
    found.reverse()
    return paged(found[start : start + most], len(found), start=start, most=most)


def unassigned_page(store: Store, category: str, *, start: int, most: int) -> Page[Unassigned]:
    """Return some of the highlights that have no theme, each with the reason."""
    rows, total = loose_page(store, category, start=start, most=most)
    ids = [highlight for _, highlight, _ in rows]
    known = store.highlights.known(ids)
    names = store.themes.names()
    came = {of: store.theme_decisions.came_to(of) for of in {of for of, *_ in rows}}
    found = [Unassigned(known[id], of, told(reason, names, came[of])) for of, id, reason in rows if id in known]
    return paged(found, total, start=start, most=most)


def now_called(store: Store, theme: str) -> str:
    """Return the id of the theme that another one was merged into since; nothing if there is none of these."""
    came = theme_in_view(store, theme)
    return came if came != theme and came in store.themes.names() else ""


def paged(items: Sequence[T], total: int, *, start: int, most: int) -> Page[T]:
    """Return a page whose neighbours are named by the numbers at which they start."""
    return Page(
        items=tuple(items),
        total=total,
        next=str(start + most) if start + most < total else "",
        previous=str(max(0, start - most)) if start else "",
    )
