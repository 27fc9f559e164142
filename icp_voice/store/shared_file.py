"""A SQLite file of its own beside `voice.db`, used by several threads and processes: short changes, each wholly or not."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database, Migrations

from icp_voice.lock import Lock


class SharedFile:
    """One open file; threads take turns at its connection."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._lock = threading.Lock()

    def rows(self, sql: str, given: Sequence[object] | Mapping[str, object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with self._lock:
            return self._db.conn.execute(sql, given).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the file for writing from the first statement on: a transaction that begins by reading may fail later."""
        with self._lock:
            conn = self._db.conn
            conn.execute("begin immediate")
            try:
                yield conn
            except BaseException:
                conn.rollback()
                raise
            conn.commit()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()


def open_shared(path: Path, migrations: Migrations, *, forget: bool = False) -> SharedFile:
    """Open the file, making it as needed so that only its owner may read it; with `forget` nothing deleted is left in it."""
    if not path.exists():
        path.touch(mode=0o600)
    conn = sqlite3.connect(path, check_same_thread=False, timeout=10)
    conn.execute("pragma journal_mode = wal")
    conn.execute("pragma synchronous = normal")
    if forget:
        conn.execute("pragma secure_delete = on")
    db = Database(conn)
    if migrations.pending(db):
        with Lock(path.with_name(f"{path.name}.lock")).held("making a file"):
            migrations.apply(db)
    return SharedFile(db)
