"""Highlights and documents a page at a time: counted and paged in SQL, however many there are."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sqlite_utils import Database

from icp_voice.model import View
from icp_voice.store.cursor import Cursor, Order
from icp_voice.store.filter import OF_HIGHLIGHTS, READY, conditions
from icp_voice.store.page_tables import refresh
from icp_voice.store.redactions import Redactions

T = TypeVar("T")

# Fewer than these are sorted; of more, the first are found by walking along an index.
FEW = 2_000
MOST_KEPT = 64
STANDING = "page_document as document {join} page_highlight as highlight on highlight.document = document.id"
BY_SCORE = "page_highlight as highlight {join} page_document as document on document.id = highlight.document"
BY_CATEGORY = (
    "page_tag as held {join} page_highlight as highlight on highlight.id = held.id"
    " {join} page_document as document on document.id = highlight.document"
)
PLACE = ("document.file", "document.depth", "document.place", "document.id", "highlight.turn", "highlight.start")
ORDERS = {
    "newest": Order(("document.date desc", *PLACE, "highlight.id")),
    "place": Order((*PLACE, "highlight.id")),
    "surest": Order(("highlight.score desc", "highlight.id")),
}
SUREST_OF_CATEGORY = Order(("held.score desc", "held.id"))


class Pages:
    """Reads the page tables. What was counted is kept until something is written."""

    def __init__(self, db: Database, redactions: Redactions) -> None:
        self._db = db
        self._redactions = redactions
        self._version: object = None
        self._kept: dict[object, Any] = {}

    def kept(self) -> dict[object, Any]:
        """Return what was reckoned since anything was last written: a place to keep more of it."""
        refresh(self._db)
        conn = self._db.conn
        privacy = self._redactions.privacy
        version = (self._db.execute("pragma data_version").fetchone()[0], conn.total_changes, privacy)
        if version != self._version or conn.in_transaction or len(self._kept) > MOST_KEPT:
            self._version, self._kept = version, {}
        return self._kept

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what `make` makes, made once until something is written; `key` says what it is."""
        kept = self.kept()
        if key not in kept:
            kept[key] = make()
        found: T = kept[key]
        return found

    def count(self, view: View) -> int:
        """Return how many highlights belong to a view."""
        return self.once(("count", view_key(view)), lambda: self._count(view))

    def _count(self, view: View) -> int:
        where, values = conditions(self._db, view, READY)
        if any(getattr(view, name) for name in OF_HIGHLIGHTS):
            query = f"select count(*) from {STANDING.format(join='join')} where {where}"
        else:
            where, values = conditions(self._db, replace(view, coded=False), READY)
            number = "coded" if view.coded else "passages"
            query = f"select coalesce(sum({number}), 0) from page_document as document where {where}"
        return int(self._db.execute(query, values).fetchone()[0])

    def page(self, view: View, *, sort: str, cursor: Cursor, most: int) -> tuple[list[str], str, str]:
        """Return the ids of some highlights of a view, in order, and the cursors of the next and the previous page."""
        key = ("page", view_key(view), sort, cursor, most)
        return self.once(key, lambda: self._page(view, sort=sort, cursor=cursor, most=most))

    def _page(self, view: View, *, sort: str, cursor: Cursor, most: int) -> tuple[list[str], str, str]:
        total = self.count(view)
        order, tables = ORDERS[sort], STANDING
        if sort == "surest":
            order, tables = (SUREST_OF_CATEGORY, BY_CATEGORY) if view.category else (ORDERS[sort], BY_SCORE)
        if tables == BY_CATEGORY:
            where, values = conditions(self._db, replace(view, category="", coded=False), READY)
            where, values["category"] = f"held.category = :category and {where}", view.category
        else:
            where, values = conditions(self._db, view, READY)
            where += " and highlight.score is not null" if sort == "surest" else ""
        tables = tables.format(join="cross join" if total > FEW else "join")
        return order.page(self._db, tables, where, values, cursor=cursor, most=most)

    def by_document(self, view: View) -> list[tuple[str, int]]:
        """Return (document, how many highlights of the view) for those that have any."""
        return self.once(("by document", view_key(view)), lambda: self._by_document(view))

    def _by_document(self, view: View) -> list[tuple[str, int]]:
        where, values = conditions(self._db, view, READY)
        if any(getattr(view, name) for name in OF_HIGHLIGHTS):
            tables = STANDING.format(join="join")
            query = f"select document.id, count(*) from {tables} where {where} group by document.id"
        else:
            where, values = conditions(self._db, replace(view, coded=False), READY)
            number = "coded" if view.coded else "passages"
            query = f"select document.id, {number} from page_document as document where {where} and {number} > 0"
        return list(self._db.execute(query, values).fetchall())

    def by_category(self, view: View) -> dict[str, int]:
        """Return category -> how many highlights of a view carry it."""
        where, values = conditions(self._db, view, READY)
        if any(getattr(view, name) for name in OF_HIGHLIGHTS):
            query = (
                f"select held.category, count(*) from {STANDING.format(join='join')}"
                f" join page_tag as held on held.id = highlight.id where {where} group by held.category"
            )
        else:
            where, values = conditions(self._db, replace(view, coded=False), READY)
            query = (
                "select category, sum(number) from page_document as document"
                f" join page_count on page_count.document = document.id where {where} group by category"
            )
        return {category: int(number) for category, number in self._db.execute(query, values).fetchall()}

    def documents(self) -> Mapping[str, Sequence[str]]:
        """Return document -> account, kind, source and date, of all."""
        return self.once("documents", self._documents)

    def _documents(self) -> dict[str, Sequence[str]]:
        rows = self._db.execute("select id, account, kind, source, date from page_document").fetchall()
        return {identity: rest for identity, *rest in rows}

    def attributes(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Return account -> its attributes as (name, value), as a view names them."""
        return self.once("attributes", self._attributes)

    def _attributes(self) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        rows = self._db.execute(
            "select account.id, each.key, cast(each.value as text) from account, json_each(account.attributes) as each"
            " where each.value is not null and each.value <> ''"
        )
        for account, name, value in rows.fetchall():
            found.setdefault(account, []).append((name, value))
        return found


def view_key(view: View) -> str:
    """Return what is the same for views that hold the same, whatever they are called."""
    return repr(replace(view, name="", question="", attributes=dict(sorted(view.attributes.items()))))
