"""Changes: who did what and when, in ids, counts and names of categories; customers' words never come here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlite_utils import Database

from icp_voice.model import Change

DECIDED = ("confirm", "reject")
MARKED = ("mark", "unmark")
THEMED = ("rename theme", "hide theme", "show theme", "merge themes", "split theme", "move highlight")
INTERVIEWED = ("mark interview",)
ICP = ("set icp", "remove icp rule", "tag account")
ARRANGED = tuple(
    f"{action} in document"
    for action in ("hide", "show", "order", "annotate", "write", "remove", "add view", "remove view")
)
VIEWED = ("save view", "remove view", "rename view")
TYPED = ("put account", "merge accounts", "put contact", "remove contact")
REDACTED = ("redact", "redact words", "confirm redaction", "reject redaction")
UNDOABLE = (*DECIDED, *MARKED, *THEMED, *INTERVIEWED, *ICP, *REDACTED, *ARRANGED, *VIEWED, *TYPED)
# A decision about a tag, or about who is ICP, can be taken back while it is the latest about it, a passage while nothing
# was said of it since; what was decided about themes can be taken back by itself, whatever came later.
LATER = f"""
  case when change.verb in {(*DECIDED, *INTERVIEWED, *ICP, *VIEWED, *TYPED)} then (select later.number from change as later
      where later.touches = change.touches and change.touches != '' and later.number > change.number
      and later.undone = 0 order by later.number limit 1)
    when change.verb in {MARKED} then (select later.number from change as later
      where later.subject = change.subject and later.number > change.number and later.undone = 0
      and later.verb in {(*DECIDED, *MARKED, "move highlight")} order by later.number limit 1)
  end
"""
LATEST = "order by number desc limit 1"
READ = f"""
select number, at, by, verb, subject, detail, touches, undone,
  undone = 0 and verb in {UNDOABLE} and ({LATER}) is null
    and (verb not in {(*VIEWED, *TYPED)} or json_extract(detail, '$.was') is not null) as undoable
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

    def choices(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return who has changed anything, and by which verbs."""
        found = [
            tuple(row[0] for row in self._db.execute(f"select distinct {one} from change order by 1").fetchall())
            for one in ("by", "verb")
        ]
        return found[0], found[1]

    def get(self, number: int) -> Change | None:
        """Return one change."""
        return next(iter(self._select("where number = :number", number=number)), None)

    def last_undoable(self, by: str) -> Change | None:
        """Return the latest change of a person that can be taken back."""
        found = self._select(f"where by = :by and undone = 0 and verb in {UNDOABLE} and undoable {LATEST}", by=by)
        return next(iter(found), None)

    def later(self, number: int) -> int:
        """Return the number of the change that has to be taken back before this one; 0 if none has."""
        row = self._db.execute(f"select {LATER} from change where number = ?", (number,)).fetchone()
        return int(row[0] or 0) if row else 0

    def next_about(self, number: int) -> Change | None:
        """Return the next change that stands and is about the same tag by the same person."""
        found = self._select(
            "where number > :number and undone = 0 and touches != '' and touches ="
            " (select touches from change where number = :number) order by number limit 1",
            number=number,
        )
        return next(iter(found), None)

    def of_theme_decision(self, decision: int) -> Change | None:
        """Return the change by which a decision about themes was made."""
        found = self._select(
            f"where verb in {THEMED} and json_extract(detail, '$.decision') = :decision {LATEST}", decision=decision
        )
        return next(iter(found), None)

    def of_arrangement(self, arranged: int) -> Change | None:
        """Return the change by which something was done to the document's arrangement."""
        found = self._select(
            f"where verb in {ARRANGED} and json_extract(detail, '$.number') = :arranged {LATEST}", arranged=arranged
        )
        return next(iter(found), None)

    def undone(self, number: int) -> None:
        """Keep that a change was taken back."""
        self._db.execute("update change set undone = 1 where number = ?", (number,))

    def _select(self, where: str, **values: object) -> list[Change]:
        rows = self._db.query(f"{READ} {where}", values)
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
