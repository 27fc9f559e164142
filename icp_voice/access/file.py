"""The file `access.db`: readable by its owner alone, written in short transactions, used by many threads.

It is not a part of `voice.db`, which people open in other programs and hand on.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from icp_voice.errors import AccessError

FILE: Final = "access.db"
Clock = Callable[[], float]


class File:
    """The open file: rows are read, and changed in transactions, by one thread at a time."""

    def __init__(self, conn: sqlite3.Connection, clock: Clock) -> None:
        self._conn = conn
        self._lock = threading.Lock()
        self.clock = clock

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self._lock:
            return self._conn.execute(sql, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the file for writing from the first statement on; all inside happens or nothing."""
        with self._lock:
            self._conn.execute("begin immediate")
            try:
                yield self._conn
                self._conn.commit()
            except BaseException:
                self._conn.rollback()
                raise

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._conn.close()


def open_file(folder: Path, clock: Clock) -> File:
    """Open the file in a workspace's folder, making it as needed."""
    # Imported late: sqlite-utils brings pandas along.
    from sqlite_utils import Database

    from icp_voice.access.schema import migrations
    from icp_voice.lock import Lock

    path = folder / FILE
    _make_private(path)
    conn = sqlite3.connect(path, check_same_thread=False, timeout=10)
    # Two that make it at once would find it locked: SQLite does not wait where a file becomes WAL.
    with Lock(folder / "access.lock").held("access"):
        conn.execute("pragma journal_mode = wal")
        conn.execute("pragma synchronous = full")  # what was revoked must not come back with a power cut
        conn.execute("pragma secure_delete = on")
        db = Database(conn)
        if migrations.pending(db):
            migrations.apply(db)
    return File(conn, clock)


def digest(secret: str) -> str:
    """Return what is kept of a random secret: its SHA-256. Passwords, which people choose, need more."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _make_private(path: Path) -> None:
    """Make the file with mode 600 before anything is in it; what SQLite lays beside it gets the same mode."""
    try:
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        # By its path: closing a file that SQLite has open elsewhere in this process would drop its locks.
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise AccessError(
            f"{path} cannot be kept from others: {error.strerror}.",
            hint=f"It must be writable, and yours alone: chmod 600 {path}",
        ) from None
