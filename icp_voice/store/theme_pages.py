"""Themes counted in SQL: which voices each holds within a view, and its members a page at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlite_utils import Database

from icp_voice.model import View
from icp_voice.store.cursor import Cursor, Order
from icp_voice.store.filter import OF_DOCUMENTS, OF_HIGHLIGHTS, READY, conditions
from icp_voice.store.pages import Pages

# A member counts while its category holds.
MEMBERS = """theme_member as member
  cross join page_tag as held on held.id = member.highlight and held.category = member.category
  cross join page_highlight as highlight on highlight.id = member.highlight
  cross join page_document as document on document.id = highlight.document"""
SHORT = """page_tag as held
  cross join theme_member as member on member.highlight = held.id and member.category = held.category"""
TYPICAL = Order(("member.position", "member.highlight"))


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """A theme without its members."""

    id: str
    category: str
    name: str
    named_by: str
    hidden: bool


class ThemePages:
    """Reads themes and their members through the page tables."""

    def __init__(self, db: Database, pages: Pages) -> None:
        self._db = db
        self._pages = pages

    def lines(self) -> list[ThemeLine]:
        """Return the themes by id, hidden ones as well, with the names as they are kept."""
        rows = self._db.execute("select id, category, name, named_by, hidden from theme order by id")
        return [
            ThemeLine(theme, category, name, named_by, bool(hidden))
            for theme, category, name, named_by, hidden in rows.fetchall()
        ]

    def voiced(self, view: View) -> list[tuple[str, str]]:
        """Return (theme, document) of each member within a view; with a category, of that category's themes."""
        asked = any(getattr(view, name) for name in OF_HIGHLIGHTS if name != "category")
        where, values = conditions(self._db, replace(view, category=""), READY) if asked else ("1", {})
        tables = MEMBERS if asked else SHORT
        rows = self._db.execute(
            f"select member.theme, held.document from {tables}"
            f" where member.theme is not null and (:of = '' or member.category = :of) and {where}",
            {**values, "of": view.category},
        ).fetchall()
        if asked or not any(getattr(view, name) for name in OF_DOCUMENTS):
            return list(rows)
        within = {document for document, _ in self._pages.by_document(replace(view, category=""))}
        return [(theme, document) for theme, document in rows if document in within]

    def members(self, theme: str, view: View, *, cursor: Cursor, most: int) -> tuple[list[str], str, str]:
        """Return the ids of some members within a view, the most typical first, and the pages after and before."""
        where, values = conditions(self._db, view, READY)
        return TYPICAL.page(
            self._db,
            MEMBERS,
            f"member.theme = :of_theme and {where}",
            {**values, "of_theme": theme},
            cursor=cursor,
            most=most,
        )

    def loose(self, view: View, most: int) -> tuple[list[str], int]:
        """Return the first highlights of a view that are in no theme, the surest first, and how many there are."""
        where, values = conditions(self._db, view, READY)
        of = "and member.category = :category" if view.category else ""
        tables = (
            "page_document as document join page_highlight as highlight on highlight.document = document.id"
            f" where {where} and not exists (select 1 from theme_member as member"
            f" where member.highlight = highlight.id and member.theme is not null {of})"
        )
        total = int(self._db.execute(f"select count(*) from {tables}", values).fetchone()[0])
        query = f"select highlight.id from {tables} order by highlight.score desc, highlight.id limit :most"
        return [row[0] for row in self._db.execute(query, {**values, "most": most}).fetchall()], total

    def halves(self) -> list[tuple[str, str, str]]:
        """Return (date, account, document) of the documents that say something, by date."""
        rows = self._db.execute(
            "select date, account, id from page_document where coded > 0 and date <> '' order by date, id"
        )
        return list(rows.fetchall())

    def heard(self) -> set[str]:
        """Return the accounts of which a customer's words are kept."""
        rows = self._db.execute("select distinct account from page_document where heard and account <> ''")
        return {row[0] for row in rows.fetchall()}
