"""Facts: what was stated once and can be counted, each with the highlight that states it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database

from icp_voice.model import Fact


class Facts:
    """The fact table."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, highlights: Iterable[str], facts: Iterable[Fact]) -> None:
        """Set the facts that some highlights state."""
        self._db.conn.executemany("delete from fact where highlight = ?", [(highlight,) for highlight in highlights])
        self._db.conn.executemany(
            "insert or ignore into fact (kind, value, highlight, start, end) values (?, ?, ?, ?, ?)",
            [(fact.kind, fact.value, fact.highlight, fact.start, fact.end) for fact in facts],
        )

    def all(self, *, kind: str = "", account_tag: str = "") -> list[Fact]:
        """Return the facts by kind, value and highlight, with the account that each was said of."""
        rows = self._db.query(
            "select fact.*, document.account from fact join live_highlight as highlight on highlight.id = fact.highlight"
            " join document on document.id = highlight.document where (:kind = '' or fact.kind = :kind)"
            " and fact.highlight in (select highlight from held_tag)"
            " and (:tag = '' or document.account in (select account from tagged where tag = :tag))"
            " order by fact.kind, fact.value, fact.highlight",
            {"kind": kind, "tag": account_tag},
        )
        return [Fact(**row) for row in rows]
