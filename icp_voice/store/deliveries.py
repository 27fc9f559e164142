"""Deliveries of webhooks: taken in once, worked off later, in a file of their own.

`hooks.db` stands beside `voice.db`: SQLite lets one writer write at a time, and a run may write for minutes, while who
delivers waits for seconds. Every commit is on the disk before it is acknowledged.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database, Migrations

from icp_voice.lock import Lock
from icp_voice.store.shared_file import SharedFile

FILE = "hooks.db"
MOST_ATTEMPTS = 8
TOGETHER = 50
_FIRST_WAIT, _LONGEST_WAIT = 10.0, 6 * 3600.0
_FIRST_REST, _LONGEST_REST = 30.0, 3600.0
_COLUMNS = "id, source, records, words, came, state, due, attempts, reason"

migrations = Migrations("icp_voice_hooks")


@migrations()
def m001_deliveries(db: Database) -> None:
    """Deliveries, and the sources that are left alone for a while."""
    # state: waiting, done or failed; due: when to work on it next; ended: when it was done; words: what came in our form
    db.execute(
        "create table delivery (id integer primary key, source text not null, event text not null,"
        " records text not null, words blob not null, came real not null, state text not null, due real not null,"
        " attempts integer not null, reason text not null, ended real, unique (source, event))"
    )
    db.execute("create index delivery_due on delivery (state, due)")
    db.execute("create index delivery_ended on delivery (state, ended)")
    db.execute(
        "create table rest (source text primary key, until real not null, failures integer not null, reason text not null)"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One delivery that is not done: records to read anew, or words in our own form. Times are unix seconds."""

    id: int
    source: str
    records: tuple[str, ...]
    words: bytes = b""
    came: float = 0
    state: str = "waiting"
    due: float = 0
    attempts: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rest:
    """A source that is left alone until a time, and why."""

    source: str
    until: float
    reason: str


class Deliveries:
    """The delivery and rest tables; several threads may use it."""

    def __init__(self, db: SharedFile) -> None:
        self._db = db

    def put(self, source: str, events: Sequence[tuple[str, Sequence[str], bytes]], now: float) -> int:
        """Keep (event id, records, words) that were not delivered before, all or none; return how many were new."""
        rows = [
            (source, hashlib.sha256(event.encode()).hexdigest(), json.dumps(list(records)), words, now, now)
            for event, records, words in events
        ]
        with self._db.transaction() as conn:
            return conn.executemany(
                "insert into delivery (source, event, records, words, came, state, due, attempts, reason)"
                " values (?, ?, ?, ?, ?, 'waiting', ?, 0, '') on conflict (source, event) do nothing",
                rows,
            ).rowcount

    def next(self, now: float) -> list[Delivery]:
        """Return what to work on together: one source's deliveries that are due. What failed before comes alone."""
        due = "state = 'waiting' and due <= :now and source not in (select source from rest where until > :now)"
        first = self._select(f"{due} order by due, id limit 1", {"now": now})
        if not first or first[0].attempts or first[0].words:
            return first
        untried = f"{due} and source = :source and attempts = 0 and words = x'' order by id limit {TOGETHER}"
        return self._select(untried, {"now": now, "source": first[0].source})

    def done(self, deliveries: Sequence[Delivery], now: float) -> None:
        """Note that these were worked off; their words are forgotten, their event ids are known for a while."""
        with self._db.transaction() as conn:
            conn.executemany(
                "update delivery set state = 'done', words = x'', reason = '', ended = ? where id = ?",
                [(now, one.id) for one in deliveries],
            )

    def failed(self, deliveries: Sequence[Delivery], reason: str, now: float, *, for_good: bool = False) -> None:
        """Note why these could not be worked off; they wait longer each time, and after some times for a person."""
        rows = []
        for one in deliveries:
            last = for_good or one.attempts + 1 >= MOST_ATTEMPTS
            wait = min(_FIRST_WAIT * 4**one.attempts, _LONGEST_WAIT)
            rows.append(("failed" if last else "waiting", now + wait, one.attempts + 1, reason, one.id))
        with self._db.transaction() as conn:
            conn.executemany("update delivery set state = ?, due = ?, attempts = ?, reason = ? where id = ?", rows)

    def rest(self, source: str, reason: str, now: float, *, seconds: float = 0) -> None:
        """Leave a source alone: for so long, or else longer each time that it fails."""
        with self._db.transaction() as conn:
            row = conn.execute("select failures from rest where source = ?", (source,)).fetchone()
            failures = row[0] if row else 0
            wait = seconds or min(_FIRST_REST * 2**failures, _LONGEST_REST)
            grown = failures if seconds else min(failures + 1, 30)
            conn.execute("insert or replace into rest values (?, ?, ?, ?)", (source, now + wait, grown, reason))

    def awake(self, source: str) -> None:
        """Note that a source answers."""
        with self._db.transaction() as conn:
            conn.execute("delete from rest where source = ?", (source,))

    def pending(self) -> list[Delivery]:
        """Return what is not done, the failed ones first; their words are left out."""
        rows = self._db.rows(
            f"select {_COLUMNS.replace('words', 'length(words)')} from delivery where state <> 'done' order by state, id"
        )
        return [_delivery((*row[:3], b"", *row[4:])) for row in rows]

    def rests(self, now: float) -> list[Rest]:
        """Return the sources that are left alone at present."""
        rows = self._db.rows("select source, until, reason from rest where until > :now order by source", {"now": now})
        return [Rest(*row) for row in rows]

    def count(self, state: str, *, since: float = 0) -> int:
        """Return how many deliveries are in a state that came since a time."""
        asked = {"state": state, "since": since}
        rows = self._db.rows("select count(*) from delivery where state = :state and came >= :since", asked)
        return int(rows[0][0])

    def retry(self, ids: Sequence[int], now: float) -> int:
        """Have these, or all that failed or wait, worked on at once; return how many there are."""
        chosen, where = _chosen(ids)
        with self._db.transaction() as conn:
            conn.execute("delete from rest")
            changed = conn.execute(
                f"update delivery set state = 'waiting', attempts = 0, due = ? where state <> 'done'{where}",
                (now, *chosen),
            )
            return changed.rowcount

    def forget(self, ids: Sequence[int], now: float) -> int:
        """Give up these, or all that failed, with their words; return how many there were."""
        chosen, where = _chosen(ids)
        states = "state <> 'done'" if ids else "state = 'failed'"
        with self._db.transaction() as conn:
            changed = conn.execute(
                f"update delivery set state = 'done', words = x'', ended = ? where {states}{where}", (now, *chosen)
            )
            return changed.rowcount

    def prune(self, before: float) -> None:
        """Forget the ids of what was done before a time."""
        asked = {"before": before}
        if self._db.rows("select 1 from delivery where state = 'done' and ended < :before limit 1", asked):
            with self._db.transaction() as conn:
                conn.execute("delete from delivery where state = 'done' and ended < :before", asked)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _select(self, where: str, asked: dict[str, Any]) -> list[Delivery]:
        return [_delivery(row) for row in self._db.rows(f"select {_COLUMNS} from delivery where {where}", asked)]


def open_deliveries(folder: Path) -> Deliveries:
    """Open the file in a workspace's folder, making it as needed."""
    path = folder / FILE
    conn = sqlite3.connect(path, check_same_thread=False, timeout=5)
    conn.execute("pragma journal_mode = wal")
    conn.execute("pragma synchronous = full")
    conn.execute("pragma secure_delete = on")
    db = Database(conn)
    if migrations.pending(db):
        with Lock(folder / "hooks.lock").held("hooks"):
            migrations.apply(db)
    return Deliveries(SharedFile(db))


def _delivery(row: tuple[Any, ...]) -> Delivery:
    identity, source, records, words, came, state, due, attempts, reason = row
    return Delivery(
        id=identity,
        source=source,
        records=tuple(json.loads(records)),
        words=words,
        came=came,
        state=state,
        due=due,
        attempts=attempts,
        reason=reason,
    )


def _chosen(ids: Sequence[int]) -> tuple[tuple[int, ...], str]:
    return tuple(ids), f" and id in ({', '.join('?' * len(ids))})" if ids else ""
