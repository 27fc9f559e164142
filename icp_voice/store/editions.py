"""Editions: the ICP document as it was on a day. Their quotes are places in turns, and erased words leave them too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

ERASED = "words that are no longer kept"


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
        """Take from all editions what a document says of itself and the names made of its words; call it before they go.

        Quotes need nothing: they are places in turns, and show nothing once the turns are gone.
        """
        said = [
            text for (text,) in self._db.execute("select text from turn where document = ?", (document,)).fetchall()
        ]
        words = "\n".join(said).casefold()
        titles = self._db.execute("select title, file from document where id = ?", (document,)).fetchall()
        gone = {part for title, file in titles for part in (title, file.rsplit("/", 1)[-1]) if part}
        for number, paper, ledger in self._db.execute("select number, paper, ledger from edition").fetchall():
            kept, basis = json.loads(paper), json.loads(ledger)
            named = {theme["name"] for theme in basis.get("themes", ()) if theme.get("named_by") == "model"}
            lost = gone | {name for name in named if name.casefold() in words}
            if lost:
                self._db.execute(
                    "update edition set paper = ?, ledger = ? where number = ?",
                    (*(json.dumps(_without(one, lost), ensure_ascii=False) for one in (kept, basis)), number),
                )


def _without(value: Any, lost: set[str]) -> Any:
    """Return a JSON value in which each text that is lost gives way to a notice."""
    if isinstance(value, str):
        return f"({ERASED})" if value in lost else value
    if isinstance(value, list):
        return [_without(one, lost) for one in value]
    if isinstance(value, dict):
        return {key: _without(one, lost) for key, one in value.items()}
    return value


def _read(row: Mapping[str, Any]) -> Edition:
    return Edition(**{**row, "counts": json.loads(row["counts"])})
