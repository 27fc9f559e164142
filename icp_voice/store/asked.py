"""Our own questions: in which turn we asked for which category, and whether the answer said anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of ours to an account that no later word of that document answers."""

    account: str
    category: str
    document: str
    turn: int
    file: str
    date: str


class Questions:
    """The asked table."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, document: str, asked: Iterable[tuple[int, str]]) -> None:
        """Set which turns of a document ask for which category."""
        self._db.execute("delete from asked where document = ?", (document,))
        self._db.conn.executemany(
            "insert into asked (document, turn, category) values (?, ?, ?)",
            [(document, turn, category) for turn, category in asked],
        )

    def ours(self, document: str) -> list[tuple[int, str]]:
        """Return (turn, text) of what was said by others than customers in a document, where it asks something."""
        rows = self._db.execute(
            "select turn.position, turn.text from turn left join speaker"
            " on speaker.document = turn.document and speaker.name = turn.speaker"
            " where turn.document = ? and coalesce(speaker.side, 'unknown') <> 'customer' and turn.text like '%?%'"
            " order by turn.position",
            (document,),
        )
        return list(rows.fetchall())

    def unanswered(self) -> list[Asked]:
        """Return the questions in whose document nothing that was said afterwards holds the category, newest first."""
        rows = self._db.query(
            "select document.account, asked.category, asked.document, min(asked.turn) as turn, document.file, document.date"
            " from asked join document on document.id = asked.document where document.account <> '' and not exists ("
            "select 1 from live_highlight as highlight join held_tag on held_tag.highlight = highlight.id"
            " where highlight.document = asked.document and highlight.turn > asked.turn"
            " and held_tag.category = asked.category)"
            " group by asked.document, asked.category order by document.date desc, document.file, asked.category"
        )
        return [Asked(**row) for row in rows]
