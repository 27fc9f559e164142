"""How people arranged the ICP document: a list of what they did, in which each line can be taken back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged:
    """One line: `action` is hide, show, order, annotate, write, remove, add view or remove view.

    `part` is what it was done to (section, theme, quote, paragraph, view), `target` which one; `value` holds the rest.
    """

    number: int
    at: str
    by: str
    action: str
    part: str
    target: str
    value: Mapping[str, Any] = field(default_factory=dict)
    undone: bool = False


class Arrangements:
    """The arrangement table."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, action: str, part: str, target: str, *, by: str, at: str, value: Mapping[str, object]) -> int:
        """Keep what somebody did; return its number."""
        cursor = self._db.execute(
            "insert into arrangement (at, by, action, part, target, value) values (?, ?, ?, ?, ?, ?)",
            (at, by, action, part, target, json.dumps(dict(value), ensure_ascii=False, sort_keys=True)),
        )
        return int(cursor.lastrowid or 0)

    def undo(self, number: int) -> None:
        """Take one line back."""
        self._db.execute("update arrangement set undone = 1 where number = ?", (number,))

    def all(self) -> list[Arranged]:
        """Return the lines, first to last; those taken back are marked so."""
        return [
            Arranged(**{**row, "value": json.loads(row["value"]), "undone": bool(row["undone"])})
            for row in self._db.query("select * from arrangement order by number")
        ]
