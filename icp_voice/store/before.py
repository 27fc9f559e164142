"""What stood in a table before a person's change and what the change made of it, so that it can be taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlite_utils import Database

# table -> the columns of its key, and the others
TABLES = {
    "view": (("name",), ("filter",)),
    "account": (("id",), ("name", "domains", "attributes")),
    "account_said": (("account", "field"), ("value",)),
    "account_alias": (("id",), ("name", "domains", "account")),
    "account_tag": (("account", "tag", "by"), ("held",)),
    "contact": (("account", "name"), ("role", "email")),
    "source_account": (("source", "record"), ("account",)),
    "assignment": (("document", "field"), ("value",)),
    "interview": (("number",), ("account",)),
}
Row = tuple[str, tuple[str | int, ...]]
Values = list[str | int] | None


class Before:
    """The before_change table: rows as they stood before a change, and as it left them; null where there was none."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @contextmanager
    def keeping(self, rows: Sequence[Row], detail: dict[str, object]) -> Iterator[None]:
        """Keep what stands in some rows, each named by its table and key, while they are changed.

        In `detail` stands afterwards as "was" the number by which it is put back.
        """
        before = [self._values(table, key) for table, key in rows]
        yield
        kept = [
            [table, list(key), was, self._values(table, key)] for (table, key), was in zip(rows, before, strict=True)
        ]
        cursor = self._db.execute("insert into before_change (rows) values (?)", (json.dumps(kept),))
        detail["was"] = int(cursor.lastrowid or 0)

    def put_back(self, number: int) -> bool:
        """Put back what stood there, or do nothing and return False where something else was said since."""
        found = self._db.execute("select rows from before_change where number = ?", (number,)).fetchone()
        kept = json.loads(found[0]) if found else []
        if not kept or any(self._values(table, key) != came for table, key, _, came in kept):
            return False
        for table, key, was, _ in kept:
            self._put(table, key, was)
        return True

    def _values(self, table: str, key: Sequence[str | int]) -> Values:
        keys, others = TABLES[table]
        row = self._db.execute(f"select {', '.join(others)} from {table} where {_equal(keys)}", tuple(key)).fetchone()
        return list(row) if row else None

    def _put(self, table: str, key: Sequence[str | int], values: Values) -> None:
        keys, others = TABLES[table]
        if values is None:
            self._db.execute(f"delete from {table} where {_equal(keys)}", tuple(key))
            return
        set_to = ", ".join(f"{name} = ?" for name in others)
        done = self._db.execute(f"update {table} set {set_to} where {_equal(keys)}", (*values, *key))
        if not done.rowcount:
            names = (*keys, *others)
            marks = ", ".join("?" * len(names))
            self._db.execute(f"insert into {table} ({', '.join(names)}) values ({marks})", (*key, *values))


def _equal(keys: Sequence[str]) -> str:
    return " and ".join(f"{key} = ?" for key in keys)
