"""What was written since: numbers that grow with every write, so that what was made of the store can be kept till then.

All who have the file open see the same numbers. What only keeps account of other tables is not counted.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlite_utils import Database

ARRANGED, TAGS, REST, HIDDEN, PROPOSED = "arranged", "tags", "rest", "hidden", "proposed"
WATCHED = {
    ARRANGED: ("arrangement",),
    TAGS: ("tag",),
    REST: (
        "account",
        "account_alias",
        "account_said",
        "account_tag",
        "asked",
        "assignment",
        "contact",
        "document",
        "duplicate",
        "fact",
        "highlight",
        "interview",
        "interview_mark",
        "meta",
        "put_aside",
        "redaction",
        "source_gone",
        "source_record",
        "speaker",
        "theme",
        "theme_decision",
        "theme_member",
        "theme_pin",
        "turn",
        "vector",
        "view",
    ),
}
# Who marked a passage last is no part of what is shown of it.
COLUMNS = {"highlight": " of id, document, turn, start, end, context, key"}
# What only keeps account of other tables, or is not read by anything that is kept.
NOT_WATCHED = frozenset(
    """_sqlite_migrations arrival before_change change counted done edition first_said moved page_count page_document
    page_highlight page_stale page_tag skipped source_account tag_before theme_event turn_search turn_search_config
    turn_search_data turn_search_docsize turn_search_idx written""".split()
)
# What takes words from those who might read them: a person hides them, forgets somebody or a theme, or the document goes.
# One that is kept again with other words counts as gone, too (an insert that replaces a row deletes it first).
HIDING = (
    "after insert on redaction when new.state = 'confirmed'",
    "after update of state on redaction when old.state <> new.state and new.state <> 'rejected'",
    "after delete on document",
    "after delete on contact",
    "after insert on theme_decision when new.kind = 'hidden'",
)
PROPOSING = "after insert on redaction when new.state = 'proposed'"
TABLE = "create table written (part text primary key, number integer not null) without rowid"


@dataclass(frozen=True, slots=True)
class Numbers:
    """How often something was written: to the arrangement of the document, to tags, and to anything else.

    `hidden` is how often words were taken from those who read, `proposed` how often a rule would have it so.
    """

    arranged: int
    tags: int
    rest: int
    hidden: int
    proposed: int


class Written:
    """Reads the written table, which triggers keep."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def numbers(self) -> Numbers:
        """Return the numbers as they are now."""
        known = dict(self._db.execute("select part, number from written").fetchall())
        return Numbers(known[ARRANGED], known[TAGS], known[REST], known[HIDDEN], known[PROPOSED])

    def passages_of(self, accounts: Collection[str]) -> list[str]:
        """Return the ids of the highlights in the documents of some accounts; "" stands for nobody's documents."""
        rows = self._db.execute(
            "select highlight.id from document join highlight on highlight.document = document.id"
            " where document.account in (select value from json_each(?))",
            (json.dumps(sorted(accounts)),),
        )
        return [row[0] for row in rows.fetchall()]


def set_up(db: Database) -> None:
    """Make the table, and the triggers that count."""
    db.execute(TABLE)
    for part, tables in WATCHED.items():
        db.execute("insert into written values (?, 0)", (part,))
        for table in tables:
            for event in ("insert", "delete", "update"):
                columns = COLUMNS.get(table, "") if event == "update" else ""
                _count(db, f"{table}_written_{event}", f"after {event}{columns} on {table}", part)


def count_hiding(db: Database) -> None:
    """Count also how often words were hidden: what was made before that must not be shown any more."""
    db.conn.executemany("insert into written values (?, 0)", [(HIDDEN,), (PROPOSED,)])
    events = [(HIDDEN, event) for event in HIDING] + [(PROPOSED, PROPOSING)]
    for number, (part, event) in enumerate(events):
        _count(db, f"hiding_{number}", event, part)


def _count(db: Database, name: str, event: str, part: str) -> None:
    """Make the trigger that counts an event for a part."""
    db.execute(f"create trigger {name} {event} begin update written set number = number + 1 where part = '{part}'; end")
