"""Full-text search: which highlights hold the words of a question, best first."""

from __future__ import annotations

from collections.abc import Iterable

from sqlite_utils import Database


class Search:
    """The turn_search table (FTS5, porter stemming)."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def turns(self, words: Iterable[str], *, most: int = 400) -> dict[tuple[str, int], float]:
        """Return (document, turn) -> BM25 score (higher is better) for turns that hold any of the words."""
        query = " OR ".join('"' + word.replace('"', '""') + '"' for word in words)
        if not query:
            return {}
        rows = self._db.execute(
            "select turn.document, turn.position, -bm25(turn_search) as score from turn_search"
            " join turn on turn.rowid = turn_search.rowid where turn_search match ?"
            " order by score desc, turn.document, turn.position limit ?",
            (query, most),
        )
        return {(document, position): score for document, position, score in rows.fetchall()}

    def frequency(self, word: str) -> int:
        """Return in how many turns a word (or a form of it) stands."""
        quoted = '"' + word.replace('"', '""') + '"'
        row = self._db.execute("select count(*) from turn_search where turn_search match ?", (quoted,)).fetchone()
        return int(row[0])
