"""Who says it: the accounts and the roles behind a view or a theme, counted in SQL, and what stands in no theme."""

from __future__ import annotations

from dataclasses import dataclass

from icp_voice.model import View
from icp_voice.store.filter import READY, conditions
from icp_voice.store.pages import view_key
from icp_voice.store.store import Store
from icp_voice.store.theme_pages import MEMBERS

OF_VIEW = "page_document as document join page_highlight as highlight on highlight.document = document.id"
SPEAKING = """
  join turn as said on said.document = highlight.document and said.position = highlight.turn
  join speaker as who on who.document = said.document and who.name = said.speaker"""
LOOSE = """theme_member as member
  cross join page_tag as held on held.id = member.highlight and held.category = member.category
  where member.theme is null and (:category = '' or member.category = :category)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """An account that speaks of a theme: with how many highlights, and when last."""

    account: str
    mentions: int
    newest: str


def accounts_of_theme(store: Store, theme: str, view: View) -> list[Holder]:
    """Return the accounts that hold a theme within a view, those that speak of it most first; nobody's words are ""."""
    return store.pages.once(("accounts of theme", view_key(view), theme), lambda: _accounts(store, theme, view))


def _accounts(store: Store, theme: str, view: View) -> list[Holder]:
    where, values = conditions(store.db, view, READY)
    rows = store.db.execute(
        f"select document.account, count(*), max(document.date) from {MEMBERS}"
        f" where member.theme = :of_theme and {where} group by document.account order by 2 desc, 1",
        {**values, "of_theme": theme},
    )
    return [Holder(account=row[0], mentions=int(row[1]), newest=row[2]) for row in rows.fetchall()]


def roles(store: Store, view: View, *, theme: str = "") -> dict[str, int]:
    """Return role -> how many highlights of a view, or of a theme within it, somebody of that role says.

    Who does not say the role each time has the one that is known of them. However it is written, it is one role.
    """
    return store.pages.once(("roles", view_key(view), theme), lambda: _roles(store, view, theme))


def _roles(store: Store, view: View, theme: str) -> dict[str, int]:
    where, values = conditions(store.db, view, READY)
    tables = MEMBERS if theme else OF_VIEW
    only = "member.theme = :of_theme and " if theme else ""
    known = dict(
        ((account, name), role)
        for account, name, role in store.db.execute("select account, name, role from known_role").fetchall()
    )
    rows = store.db.execute(
        f"select document.account, who.name, who.role, count(*) from {tables} {SPEAKING}"
        f" where {only}{where} group by document.account, who.name, who.role",
        {**values, "of_theme": theme},
    )
    counts: dict[str, int] = {}
    written: dict[str, str] = {}
    for account, name, said, number in rows.fetchall():
        if role := said or known.get((account, name), ""):
            folded = role.casefold()
            written[folded] = min(written.get(folded, role), role)
            counts[folded] = counts.get(folded, 0) + int(number)
    return {written[folded]: number for folded, number in sorted(counts.items(), key=lambda one: (-one[1], one[0]))}


def loose_page(store: Store, category: str, *, start: int, most: int) -> tuple[list[tuple[str, str, str]], int]:
    """Return some of (category, highlight, reason) of what was grouped and has no theme, and how many there are."""
    total = loose_count(store, category)  # counting makes the pages' copy anew where it is no longer right
    rows = store.db.execute(
        f"select member.category, member.highlight, member.reason from {LOOSE}"
        " order by member.category, member.position, member.highlight limit :most offset :start",
        {"category": category, "most": most, "start": start},
    )
    return [(row[0], row[1], row[2]) for row in rows.fetchall()], total


def loose_count(store: Store, category: str) -> int:
    """Return how many highlights were grouped in a category, or in any, and have no theme there."""
    query = f"select count(*) from {LOOSE}"
    count = store.pages.once(("loose", category), lambda: store.db.execute(query, {"category": category}).fetchone()[0])
    return int(count)
