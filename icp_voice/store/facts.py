"""Facts: what was stated once and can be counted, each with the highlight that states it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlite_utils import Database

from icp_voice.model import Fact
from icp_voice.store.redactions import Redactions
from icp_voice.store.veil import Veil, masked


class Facts:
    """The fact table."""

    def __init__(self, db: Database, redactions: Redactions | None = None) -> None:
        self._db = db
        self._redactions = redactions or Redactions(db)

    def put(self, highlights: Iterable[str], facts: Iterable[Fact]) -> None:
        """Set the facts that some highlights state."""
        self._db.conn.executemany("delete from fact where highlight = ?", [(highlight,) for highlight in highlights])
        self._db.conn.executemany(
            "insert or ignore into fact (kind, value, highlight, start, end) values (?, ?, ?, ?, ?)",
            [(fact.kind, fact.value, fact.highlight, fact.start, fact.end) for fact in facts],
        )

    def all(self, *, kind: str = "", account_tag: str = "") -> list[Fact]:
        """Return the facts by kind, value and highlight, with the account that each was said of.

        A value is hidden if the words that state it are redacted, or if its own words are and stand nowhere beside it.
        """
        return self._read(
            "(:kind = '' or fact.kind = :kind)"
            " and (:tag = '' or document.account in (select account from tagged where tag = :tag))",
            {"kind": kind, "tag": account_tag},
        )

    def of(self, highlights: Iterable[str], *, bare: bool = False) -> list[Fact]:
        """Return the facts that some highlights state; `bare` with words that are redacted."""
        given = {"ids": json.dumps(list(highlights))}
        return self._read("fact.highlight in (select value from json_each(:ids))", given, bare=bare)

    def _read(self, where: str, values: dict[str, str], *, bare: bool = False) -> list[Fact]:
        found = self._db.query(
            "select fact.*, document.account, highlight.document, highlight.turn from fact"
            " join live_highlight as highlight on highlight.id = fact.highlight"
            f" join document on document.id = highlight.document where {where}"
            " and fact.highlight in (select highlight from held_tag)"
            " order by fact.kind, fact.value, fact.highlight",
            values,
        )
        rows, veil = list(found), Veil() if bare else self._redactions.veil()
        facts = []
        for row in rows:
            document, turn = row.pop("document"), row.pop("turn")
            if document in veil.spans:
                row["value"] = self._shown(veil, document, turn, row)
            facts.append(Fact(**row))
        return facts

    def _shown(self, veil: Veil, document: str, turn: int, row: Mapping[str, Any]) -> str:
        value, start, end = str(row["value"]), row["start"], row["end"]
        if any(low < end and start < high for low, high in veil.spans[document].get(turn, ())):
            return masked(value, [(0, len(value))])
        words = veil.words_of(document)
        return words.mask(value, self._redactions.shown([row["highlight"]], veil)) if words.touches(value) else value
