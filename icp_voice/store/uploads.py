"""Files that came by the browser: staged in batches until somebody keeps them, and where each kept one lies.

They stand in `uploads/` of the workspace under numbers, and their names in `uploads/uploads.db`: no name from outside ever
becomes a path. What was staged and never kept is swept away after a week.
"""

from __future__ import annotations

import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from sqlite_utils import Database, Migrations

from icp_voice.errors import IcpVoiceError, UnknownName, UnreadableFile
from icp_voice.limits import MEGABYTE, raise_hint
from icp_voice.store.names import safe_name, with_number
from icp_voice.store.shared_file import SharedFile, open_shared

FOLDER: Final = "uploads"
FILE: Final = "uploads.db"
MOST_FILES: Final = 500
MOST_MEGABYTES: Final = 2_048
MOST_OPEN: Final = 50
KEPT_DAYS: Final = 7
_DAY: Final = 86_400.0
_COLUMNS: Final = "batch, number, name, size, choices, state, file, error, hint"

migrations = Migrations("icp_voice_uploads")


@migrations()
def m001_batches(db: Database) -> None:
    """Batches and their files."""
    db.execute("create table batch (id text primary key, by text not null, at real not null)")
    # state: writing, there, kept or failed; choices: what a person said of it; file: the name under which it is kept
    db.execute(
        "create table staged (batch text not null, number integer not null, name text not null, size integer not null,"
        " choices text not null, state text not null, file text not null, error text not null, hint text not null,"
        " at real not null, primary key (batch, number))"
    )
    db.execute("create index staged_file on staged (file)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """One file of a batch: its name for people, and what became of it. `file` is the name under which it is kept."""

    batch: str
    number: int
    name: str
    size: int
    state: str
    choices: str = ""
    file: str = ""
    error: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Files that came together. `at` is when, in unix seconds."""

    id: str
    by: str
    at: float
    files: tuple[Staged, ...] = ()


class Uploads:
    """The folder of uploads; several threads and processes may use it."""

    def __init__(self, folder: Path, db: SharedFile, *, file_mb: int) -> None:
        self._folder = folder
        self._db = db
        self.file_mb = file_mb

    # -- batches ------------------------------------------------------------------------------------------------

    def open(self, *, by: str) -> Batch:
        """Begin a batch."""
        self.sweep()
        batch = Batch(id=secrets.token_hex(8), by=by, at=time.time())
        with self._db.transaction() as conn:
            waiting = (
                "select count(*) from batch where not exists (select 1 from staged where batch = id and state = 'kept')"
            )
            if conn.execute(waiting).fetchone()[0] >= MOST_OPEN:
                raise IcpVoiceError(
                    f"{MOST_OPEN} uploads wait to be kept already.", hint="Keep or discard some of them first."
                )
            conn.execute("insert into batch values (?, ?, ?)", (batch.id, batch.by, batch.at))
        return batch

    def batch(self, id: str) -> Batch:
        """Return a batch with the files that have arrived whole."""
        row = next(iter(self._db.rows("select id, by, at from batch where id = ?", (id,))), None)
        if row is None:
            raise _no_upload(f'No upload "{id}".')
        return Batch(id=row[0], by=row[1], at=row[2], files=self._staged("batch = ? and state <> 'writing'", id))

    def batches(self) -> list[Batch]:
        """Return the batches of which something has not been kept, the newest first."""
        rows = self._db.rows(
            "select id from batch where exists (select 1 from staged where batch = id and state in ('there', 'failed'))"
            " order by at desc, id"
        )
        return [self.batch(row[0]) for row in rows]

    def discard(self, batch: str) -> None:
        """Throw away what was not kept of a batch; one of which nothing is left does not wait any more."""
        self._drop("batch = ? and state <> 'kept'", batch)
        with self._db.transaction() as conn:
            conn.execute(
                "delete from batch where id = ? and not exists (select 1 from staged where batch = id)", (batch,)
            )
        self._tidy()

    def sweep(self, now: float | None = None) -> int:
        """Throw away what nobody kept for a week, and what was never wholly written; return how many files."""
        at = time.time() if now is None else now
        gone = self._drop(
            "(state in ('there', 'failed') and at < ?) or (state = 'writing' and at < ?)",
            at - KEPT_DAYS * _DAY,
            at - _DAY,
        )
        with self._db.transaction() as conn:
            conn.execute(
                "delete from batch where at < ? and not exists (select 1 from staged where batch = id)", (at - _DAY,)
            )
        self._tidy()
        return gone

    # -- files --------------------------------------------------------------------------------------------------

    @contextmanager
    def add(self, batch: str, name: str) -> Iterator[Writer]:
        """Take a file into a batch, in chunks; nothing of it stays if the block is left by an error."""
        shown = safe_name(name)
        number = self._begin(batch, shown)
        path = self.path(batch, number)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with path.open("xb") as stream:
                writer = Writer(stream, shown, file_mb=self.file_mb, room=self._room(batch))
                yield writer
            self._end(batch, number, writer.size)
        except OSError as error:
            self._drop("batch = ? and number = ?", batch, number)
            raise UnreadableFile(
                f"{shown}: {error.strerror or 'cannot be written'}", hint="Is the disk full?"
            ) from error
        except BaseException:
            self._drop("batch = ? and number = ?", batch, number)
            raise

    def staged(self, batch: str, number: int) -> Staged:
        """Return one file of a batch."""
        found = self._staged("batch = ? and number = ? and state <> 'writing'", batch, number)
        if not found:
            raise _no_upload(f"No file {number} in this upload.")
        return found[0]

    def remove(self, batch: str, number: int) -> None:
        """Throw one file away that was not kept."""
        self._drop("batch = ? and number = ? and state <> 'kept'", batch, number)

    def choose(self, batch: str, number: int, choices: str) -> None:
        """Keep what a person says of a file that is not kept yet."""
        with self._db.transaction() as conn:
            conn.execute(
                "update staged set choices = ?, file = case state when 'failed' then '' else file end"
                " where batch = ? and number = ? and state <> 'kept'",
                (choices, batch, number),
            )

    def name(self, batch: str, number: int, file: str) -> None:
        """Say under which name a file is about to be kept; it stays so when keeping goes on."""
        self._set(batch, number, "file = ?", file)

    def kept(self, batch: str, number: int) -> None:
        """Say that a file is kept; what stood under its name before is thrown away."""
        file = self.staged(batch, number).file
        self._set(batch, number, "state = 'kept', error = '', hint = ''")
        self._drop("file = ? and state = 'kept' and (batch <> ? or number <> ?)", file, batch, number)

    def failed(self, batch: str, number: int, error: str, hint: str) -> None:
        """Say why a file could not be kept; it waits for other choices, or to be swept."""
        self._set(batch, number, "state = 'failed', error = ?, hint = ?", error, hint)

    def path(self, batch: str, number: int) -> Path:
        """Return where a file lies."""
        return self._folder / batch / f"{number:04d}"

    def original(self, file: str) -> Path | None:
        """Return where the original of a kept file lies, or of the archive in which it came."""
        parts = file.split("/")
        for length in range(len(parts), 1, -1):
            for one in self._staged("file = ? and state = 'kept'", "/".join(parts[:length])):
                return self.path(one.batch, one.number)
        return None

    def forget(self, file: str) -> bool:
        """Throw away the original of a kept file, such as one whose words are erased; tell whether there was one."""
        return self._drop("file = ? and state = 'kept'", file) > 0

    def takes(self, file: str) -> bool:
        """Tell whether a file of an upload is kept, or about to be kept, under this name."""
        return bool(self._db.rows("select 1 from staged where file = ? limit 1", (file,)))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    # -- inside -------------------------------------------------------------------------------------------------

    def _begin(self, batch: str, name: str) -> int:
        with self._db.transaction() as conn:
            if not conn.execute("select 1 from batch where id = ?", (batch,)).fetchone():
                raise _no_upload(f'No upload "{batch}".')
            count, last = conn.execute(
                "select count(*), coalesce(max(number), 0) from staged where batch = ?", (batch,)
            ).fetchone()
            if count >= MOST_FILES:
                raise IcpVoiceError(f"An upload holds at most {MOST_FILES} files.", hint="Begin another one.")
            taken = {row[0] for row in conn.execute("select name from staged where batch = ?", (batch,)).fetchall()}
            conn.execute(
                "insert into staged values (?, ?, ?, 0, '', 'writing', '', '', '', ?)",
                (batch, last + 1, with_number(name, taken.__contains__), time.time()),
            )
            return int(last) + 1

    def _end(self, batch: str, number: int, size: int) -> None:
        with self._db.transaction() as conn:
            if self._room(batch, conn) < size:
                raise _too_much()
            conn.execute(
                "update staged set state = 'there', size = ? where batch = ? and number = ?", (size, batch, number)
            )

    def _room(self, batch: str, conn: sqlite3.Connection | None = None) -> int:
        sql = "select coalesce(sum(size), 0) from staged where batch = ?"
        taken = conn.execute(sql, (batch,)).fetchone() if conn else self._db.rows(sql, (batch,))[0]
        return MOST_MEGABYTES * MEGABYTE - int(taken[0])

    def _drop(self, where: str, *given: object) -> int:
        """Throw files away with their rows; a row goes last, so that no file is left without one."""
        found = self._db.rows(f"select batch, number from staged where {where}", given)
        for batch, number in found:
            with suppress(FileNotFoundError):
                self.path(batch, number).unlink()
            with self._db.transaction() as conn:
                conn.execute("delete from staged where batch = ? and number = ?", (batch, number))
        return len(found)

    def _tidy(self) -> None:
        """Take away folders in which nothing is kept any more."""
        # The folders are listed first: what is made meanwhile has its row before its folder.
        folders = list(self._folder.iterdir())
        known = {row[0] for row in self._db.rows("select distinct batch from staged")}
        for one in folders:
            if one.is_dir() and one.name not in known and not one.is_symlink():
                shutil.rmtree(one, ignore_errors=True)

    def _set(self, batch: str, number: int, what: str, *given: object) -> None:
        with self._db.transaction() as conn:
            conn.execute(f"update staged set {what} where batch = ? and number = ?", (*given, batch, number))

    def _staged(self, where: str, *given: object) -> tuple[Staged, ...]:
        rows = self._db.rows(f"select {_COLUMNS} from staged where {where} order by number", given)
        return tuple(Staged(**dict(zip(_COLUMNS.split(", "), row, strict=True))) for row in rows)


class Writer:
    """Takes the bytes of one file; refuses more than a file, or its batch, may hold."""

    def __init__(self, stream: BinaryIO, name: str, *, file_mb: int, room: int) -> None:
        self._stream, self._name, self._file_mb, self._room = stream, name, file_mb, room
        self.size = 0

    def write(self, chunk: bytes) -> None:
        """Write some bytes."""
        self.size += len(chunk)
        if self.size > self._file_mb * MEGABYTE:
            raise UnreadableFile(f"{self._name}: larger than {self._file_mb} MB", hint=raise_hint("file_mb"))
        if self.size > self._room:
            raise _too_much()
        self._stream.write(chunk)


def _too_much() -> IcpVoiceError:
    return IcpVoiceError(f"An upload holds at most {MOST_MEGABYTES:,} MB.", hint="Begin another one.")


def _no_upload(what: str) -> UnknownName:
    return UnknownName(what, hint="It was discarded, or nobody kept it for a week. Upload the files again.")


def open_uploads(workspace: Path, *, file_mb: int) -> Uploads:
    """Open the uploads of a workspace, making their folder as needed; only its owner may look into it."""
    folder = workspace / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return Uploads(folder, open_shared(folder / FILE, migrations, forget=True), file_mb=file_mb)
