"""Which step has dealt with what, and from which version of it: what makes a re-run cost only what is new."""

from __future__ import annotations

from collections.abc import Mapping

from sqlite_utils import Database

# The steps that deal with highlights, as a list in SQL.
WITH_HIGHLIGHTS = "('tags', 'vectors', 'facts', 'search')"


class Progress:
    """The done table."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def versions(self, step: str) -> dict[str, str]:
        """Return subject -> version for all that a step has dealt with."""
        rows = self._db.execute("select subject, version from done where step = ?", (step,))
        return dict(rows.fetchall())

    def put(self, step: str, versions: Mapping[str, str]) -> None:
        """Note that a step has dealt with these subjects: in the transaction that keeps its results, or after it."""
        self._db.conn.executemany(
            "insert or replace into done (step, subject, version) values (?, ?, ?)",
            [(step, subject, version) for subject, version in versions.items()],
        )
