"""Changes: who did what and when, in ids, counts and names of categories; customers' words never come here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlite_utils import Database

from icp_voice.model import Change

UNDOABLE = ("confirm", "reject", "mark", "unmark", "rename theme", "hide theme", "show theme", "merge themes")
UNDOABLE += ("split theme", "move highlight")
# A change can be taken back while it stands and nothing later was said of the same thing by the same person.
READ = """
select number, at, by, verb, subject, detail, undone, undone = 0
  and verb in (select value from json_each(:undoable))
  and not exists (select 1 from change as later where later.touches = change.touches and change.touches != ''
    and later.number > change.number and later.undone = 0) as undoable
from change
"""


def now() -> str:
    """Return the moment as it is written down: ISO, UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Changes:
    """The change table."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def note(
        self, *, at: str, by: str, verb: str, subject: str = "", detail: Mapping[str, object], touches: str = ""
    ) -> int:
        """Keep that somebody did something; return its number. `touches` names what only its latest change undoes."""
        cursor = self._db.execute(
            "insert into change (at, by, verb, subject, detail, touches) values (?, ?, ?, ?, ?, ?)",
            (at, by, verb, subject, json.dumps(dict(detail), ensure_ascii=False, sort_keys=True), touches),
        )
        return int(cursor.lastrowid or 0)

    def page(self, *, before: int = 0, most: int = 50, by: str = "", verb: str = "") -> list[Change]:
        """Return changes, the latest first: those before a number, by one person, of one verb."""
        return self._select(
            "where (:before = 0 or number < :before) and (:by = '' or by = :by) and (:verb = '' or verb = :verb)"
            " order by number desc limit :most",
            before=before,
            most=most,
            by=by,
            verb=verb,
        )

    def get(self, number: int) -> Change | None:
        """Return one change."""
        return next(iter(self._select("where number = :number", number=number)), None)

    def last_undoable(self, by: str) -> Change | None:
        """Return the latest change of a person that can be taken back."""
        found = self._select(
            "where by = :by and undone = 0 and verb in (select value from json_each(:undoable))"
            " and undoable order by number desc limit 1",
            by=by,
        )
        return next(iter(found), None)

    def undone(self, number: int, *, through: int) -> None:
        """Keep that a change was taken back, and through which change."""
        self._db.execute("update change set undone = ? where number = ?", (through, number))

    def _select(self, where: str, **values: object) -> list[Change]:
        rows = self._db.query(f"{READ} {where}", {"undoable": json.dumps(UNDOABLE), **values})
        return [_read(row) for row in rows]


def _read(row: Mapping[str, Any]) -> Change:
    return Change(
        number=row["number"],
        at=row["at"],
        by=row["by"],
        verb=row["verb"],
        subject=row["subject"],
        detail=json.loads(row["detail"]),
        undone=bool(row["undone"]),
        undoable=bool(row["undoable"]),
    )
