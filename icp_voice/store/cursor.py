"""Paging by keys: a page begins after a row and not after a number of rows, so that none is lost or doubled.

A cursor is the place of a row in its order, and a direction. It is written as letters and digits alone, so that it can
stand in an address.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from icp_voice.errors import IcpVoiceError

FORWARDS, BACKWARDS = "n", "p"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: after the row with these keys, or before it. Without keys, at the first row."""

    keys: tuple[str | int | float, ...] = ()
    backwards: bool = False

    @property
    def text(self) -> str:
        """The cursor as it stands in an address."""
        packed = json.dumps(self.keys, ensure_ascii=False, separators=(",", ":")).encode()
        return (BACKWARDS if self.backwards else FORWARDS) + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read_cursor(text: str) -> Cursor:
    """Read a cursor that was written before; empty for the first page."""
    if not text:
        return Cursor()
    try:
        packed = base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
        keys = json.loads(packed)
    except (binascii.Error, ValueError, RecursionError):
        keys = None
    plain = isinstance(keys, list) and keys and all(isinstance(key, str | int | float) for key in keys)
    if text[0] not in (FORWARDS, BACKWARDS) or not plain:
        raise IcpVoiceError("This is no place to go on from.", hint="Begin again at the first page.")
    return Cursor(tuple(keys), text[0] == BACKWARDS)


@dataclass(frozen=True, slots=True)
class Order:
    """The columns by which rows stand in line, the last of which is of one row alone; " desc" marks a falling one."""

    columns: tuple[str, ...]

    def page(
        self,
        db: Database,
        tables: str,
        where: str,
        values: Mapping[str, object],
        *,
        cursor: Cursor,
        most: int,
    ) -> tuple[list[str], str, str]:
        """Return the last columns of a page of rows, and the cursors of the pages after and before it."""
        rows = self._rows(db, tables, where, values, cursor, most + 1)
        more, rows = len(rows) > most, rows[:most]
        if cursor.backwards:
            rows.reverse()
        if not rows:
            return [], "", ""
        first, last = Cursor(rows[0], backwards=True), Cursor(rows[-1])
        there = cursor.keys and self._rows(db, tables, where, values, last if cursor.backwards else first, 1)
        after, before = (bool(there), more) if cursor.backwards else (more, bool(there))
        return [str(row[-1]) for row in rows], last.text if after else "", first.text if before else ""

    def _rows(
        self, db: Database, tables: str, where: str, values: Mapping[str, object], cursor: Cursor, most: int
    ) -> list[tuple[str | int | float, ...]]:
        beyond, keys = self._beyond(cursor)
        line = ", ".join(self._line(backwards=cursor.backwards))
        names = ", ".join(_bare(column) for column in self.columns)
        query = f"select {names} from {tables} where {where}{beyond} order by {line} limit :most"
        return list(db.execute(query, {**values, **keys, "most": most}).fetchall())

    def _line(self, *, backwards: bool) -> list[str]:
        return [f"{_bare(column)}{' desc' if _falls(column) != backwards else ''}" for column in self.columns]

    def _beyond(self, cursor: Cursor) -> tuple[str, dict[str, object]]:
        """Return the condition that a row stands beyond the cursor; the first column alone can use an index."""
        if not cursor.keys:
            return "", {}
        if len(cursor.keys) != len(self.columns):
            raise IcpVoiceError("This place is of another order.", hint="Begin again at the first page.")
        parts: Sequence[str] = []
        for number, column in reversed(list(enumerate(self.columns))):
            sign = "<" if _falls(column) != cursor.backwards else ">"
            equal = f" or {_bare(column)} = :key{number} and ({parts[0]})" if parts else ""
            parts = [f"{_bare(column)} {sign} :key{number}{equal}"]
        lead = "<=" if _falls(self.columns[0]) != cursor.backwards else ">="
        keys: dict[str, object] = {f"key{number}": key for number, key in enumerate(cursor.keys)}
        return f" and {_bare(self.columns[0])} {lead} :key0 and ({parts[0]})", keys


def _bare(column: str) -> str:
    return column.removesuffix(" desc")


def _falls(column: str) -> bool:
    return column.endswith(" desc")
