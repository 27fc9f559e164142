"""Editions: the ICP document as it was on a day. Their quotes are places in turns, and erased words leave them too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

ERASED = "words that are no longer kept"
SOMEBODY = "somebody"
UNNAMED = "speaker not named"
# Customers who speak in this document and are known from nowhere else.
ONLY_HERE = """
select distinct name from speaker where document = :document and side = 'customer'
  and not exists (select 1 from speaker as other where other.name = speaker.name and other.document <> :document)
  and not exists (select 1 from contact where contact.name = speaker.name)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One dated version of the ICP document. `counts` says how much it holds: documents, accounts, themes, quotes ..."""

    id: str
    number: int
    name: str
    note: str
    at: str
    by: str
    counts: Mapping[str, int]


class Editions:
    """The edition table."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, edition: Edition, paper: str, ledger: str) -> None:
        """Keep an edition: `paper` is what it shows, `ledger` what it rests on, both as JSON without customers' words."""
        self._db.execute(
            "insert into edition (number, id, name, note, at, by, counts, paper, ledger)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                edition.number,
                edition.id,
                edition.name,
                edition.note,
                edition.at,
                edition.by,
                json.dumps(dict(edition.counts)),
                paper,
                ledger,
            ),
        )

    def next_number(self) -> int:
        """Return the number of the next edition."""
        return int(self._db.execute("select coalesce(max(number), 0) + 1 from edition").fetchone()[0])

    def all(self) -> list[Edition]:
        """Return the editions, the first first."""
        columns = "id, number, name, note, at, by, counts"
        return [_read(row) for row in self._db.query(f"select {columns} from edition order by number")]

    def paper(self, number: int) -> str:
        """Return what an edition shows, as JSON."""
        return str(self._db.execute("select paper from edition where number = ?", (number,)).fetchone()[0])

    def ledger(self, number: int) -> str:
        """Return what an edition rests on, as JSON."""
        return str(self._db.execute("select ledger from edition where number = ?", (number,)).fetchone()[0])

    def forget(self, document: str) -> None:
        """Take from all editions who spoke in a document, its title, and names made of its words; call it before they go.

        Quotes need nothing: they are places in turns, and show nothing once the turns are gone.
        """
        rows = self._db.execute("select text from turn where document = ?", (document,)).fetchall()
        words = "\n".join(text for (text,) in rows).casefold()
        titles = self._db.execute("select title, file from document where id = ?", (document,)).fetchall()
        gone = {part for title, file in titles for part in (title, file.rsplit("/", 1)[-1]) if part}
        people = [name for (name,) in self._db.execute(ONLY_HERE, {"document": document}).fetchall()]
        for number, paper, ledger in self._db.execute("select number, paper, ledger from edition").fetchall():
            kept, basis = json.loads(paper), json.loads(ledger)
            named = {theme["name"] for theme in basis.get("themes", ()) if theme.get("named_by") == "model"}
            lost = _Lost(document, frozenset(gone | {one for one in named if one.casefold() in words}), _any(people))
            left = (json.dumps(lost.taken(one), ensure_ascii=False) for one in (kept, basis))
            self._db.execute("update edition set paper = ?, ledger = ? where number = ?", (*left, number))


@dataclass(frozen=True, slots=True)
class _Lost:
    """What is to be taken out of JSON values: whole texts, and people's names within any text."""

    document: str
    texts: frozenset[str]
    people: re.Pattern[str] | None

    def taken(self, value: Any) -> Any:
        """Return a value without it."""
        if isinstance(value, str):
            if value in self.texts:
                return f"({ERASED})"
            return self.people.sub(SOMEBODY, value) if self.people else value
        if isinstance(value, list):
            return [self.taken(one) for one in value]
        if isinstance(value, dict):
            unnamed = {"who": UNNAMED} if "who" in value and value.get("document") == self.document else {}
            return {key: self.taken(one) for key, one in value.items()} | unnamed
        return value


def _any(people: Iterable[str]) -> re.Pattern[str] | None:
    names = [re.escape(name) for name in sorted(people, key=len, reverse=True) if name.strip()]
    return re.compile(rf"\b(?:{'|'.join(names)})\b") if names else None


def _read(row: Mapping[str, Any]) -> Edition:
    return Edition(**{**row, "counts": json.loads(row["counts"])})
