"""The list of jobs, in `jobs.db` of the workspace: what is asked for, how far it is, and what came of it.

Who works holds `jobs.lock`: the lock falls with its process, however that ends, so a job that says it is running while
nobody holds the lock was interrupted.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from sqlite_utils import Database, Migrations

from icp_voice.errors import unknown
from icp_voice.jobs.nouns import KINDS, Job, JobState, StepProgress
from icp_voice.profile.coverage_news import CellChange
from icp_voice.store.shared_file import SharedFile, open_shared
from icp_voice.workspace import FileResult

FILE: Final = "jobs.db"
WORKER: Final = "jobs.lock"
EVERY: Final = 0.25  # seconds between two looks of who watches
REMEMBERED: Final = 200
MOST_CELLS: Final = 500
_GONE: Final = "Its process ended before the work was done."
_GO_ON: Final = "Start it again: it goes on from there."

migrations = Migrations("icp_voice_jobs")


@migrations()
def m001_jobs(db: Database) -> None:
    """Jobs, their steps, and their lines: one for each file."""
    db.execute(
        "create table job (id integer primary key autoincrement, kind text not null, arguments text not null,"
        " by text not null, state text not null, at text not null, started text not null, ended text not null,"
        " note text not null, error text not null, hint text not null, pid integer not null, cancel real not null,"
        " version integer not null)"
    )
    db.execute("create index job_state on job (state)")
    db.execute("create index job_version on job (version)")
    db.execute(
        "create table step (job integer not null, position integer not null, step text not null, done integer not null,"
        " total integer not null, primary key (job, step)) without rowid"
    )
    db.execute(
        "create table line (job integer not null, file text not null, position integer not null, result text not null,"
        " primary key (job, file)) without rowid"
    )


@migrations()
def m002_cells(db: Database) -> None:
    """Add what a job has made known: cells of the matrix that are in another state after it."""
    db.execute("alter table job add column cells text not null default '[]'")


class Jobs:
    """The jobs of one workspace; several threads and processes may use it."""

    def __init__(self, folder: Path, db: SharedFile) -> None:
        self.folder = folder
        self._db = db
        self.asked = threading.Event()  # wakes the supervisor in this process

    # -- for people ---------------------------------------------------------------------------------------------

    def start(self, kind: str, arguments: Mapping[str, object] | None = None, *, by: str = "me") -> Job:
        """Ask for a job; it begins when those before it are over. The same one that waits already is returned instead."""
        if kind not in KINDS:
            raise unknown("kind of job", kind, KINDS)
        given = json.dumps(dict(arguments or {}), sort_keys=True)
        with self._db.transaction() as conn:
            row = conn.execute(
                "select id from job where kind = ? and arguments = ? and state = 'queued'", (kind, given)
            ).fetchone()
            if row is None:
                made = conn.execute(
                    "insert into job (kind, arguments, by, state, at, started, ended, note, error, hint, pid, cancel, version)"
                    " values (?, ?, ?, 'queued', ?, '', '', '', '', '', 0, 0, (select coalesce(max(version), 0) + 1 from job))",
                    (kind, given, by, _now()),
                )
                row = (made.lastrowid,)
                self._prune(conn)
        self.asked.set()
        return self.job(int(row[0]))

    def again(self, id: int, *, by: str = "") -> Job:
        """Ask once more for a job that is over: what it had done is done, it goes on with the rest."""
        job = self.job(id)
        return self.start(job.kind, job.arguments, by=by or job.by)

    def cancel(self, id: int) -> Job:
        """End a job. What was kept stays; a process that does not end by itself in five seconds is ended."""
        with self._db.transaction() as conn:
            conn.execute(
                f"update job set state = 'cancelled', ended = ?, {_GROWN} where id = ? and state = 'queued'",
                (_now(), id),
            )
            conn.execute(
                f"update job set cancel = ?, {_GROWN} where id = ? and state = 'running' and cancel = 0",
                (time.time(), id),
            )
        if self.job(id).state is JobState.RUNNING:
            if self.working():
                self._signal(id, signal.SIGTERM)
            else:
                self.mend()
        self.asked.set()
        return self.job(id)

    def job(self, id: int) -> Job:
        """Return one job with its steps and lines."""
        found = self._jobs("where id = ?", (id,))
        if not found:
            raise unknown("job", str(id), [str(job.id) for job in self.jobs()])
        lines = self._db.rows("select result from line where job = ? order by position", (id,))
        ((cells,),) = self._db.rows("select cells from job where id = ?", (id,)) or (("[]",),)
        return replace(
            found[0],
            steps=self._steps(id),
            lines=tuple(_line(row[0]) for row in lines),
            cells=_cells(cells),
        )

    def jobs(self, most: int = 20) -> list[Job]:
        """Return the jobs, the latest first, without their steps and lines."""
        return self._jobs("order by id desc limit ?", (most,))

    def at_work(self) -> Job | None:
        """Return the job that is done now, else the one that is next, with its steps and without its lines."""
        found = self._jobs("where state in ('running', 'queued') order by state = 'queued', id limit 1", ())
        return replace(found[0], steps=self._steps(found[0].id)) if found else None

    def latest(self, kind: str, arguments: Mapping[str, object]) -> Job | None:
        """Return the latest job that was asked for in these words, without its steps and lines."""
        given = json.dumps(dict(arguments), sort_keys=True)
        found = self._jobs("where kind = ? and arguments = ? order by id desc limit 1", (kind, given))
        return found[0] if found else None

    def version(self, id: int = 0) -> int:
        """Return a number that grows whenever a job changes, or with 0 when any job does."""
        where, given = ("where id = ?", (id,)) if id else ("", ())
        return int(self._db.rows(f"select coalesce(max(version), 0) from job {where}", given)[0][0])

    def watch(self, id: int, *, since: int = -1, stop: Callable[[], bool] = lambda: False) -> Iterator[Job]:
        """Yield a job whenever it has changed, until it is over; `since` is the version that is known already."""
        while not stop():
            if self.version(id) != since:
                job = self.job(id)
                since = job.version
                yield job
                if job.over:
                    return
            time.sleep(EVERY)

    async def watching(self, id: int, *, since: int = -1) -> AsyncIterator[Job]:
        """Do the same as `watch` for code that must not block."""
        while True:
            if self.version(id) != since:
                job = self.job(id)
                since = job.version
                yield job
                if job.over:
                    return
            await asyncio.sleep(EVERY)

    # -- for who works ------------------------------------------------------------------------------------------

    def worker(self) -> FileLock:
        """Return the lock that is held by the one process that works."""
        return FileLock(self.folder / WORKER)

    def working(self) -> bool:
        """Whether a process is at work now."""
        lock = self.worker()
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
        return False

    def next(self) -> int:
        """Return the job that is to be done next, or 0."""
        rows = self._db.rows("select id from job where state = 'queued' order by id limit 1")
        return int(rows[0][0]) if rows else 0

    def claim(self, id: int, pid: int) -> bool:
        """Begin a job as the process that holds the worker's lock; False where it does not wait any more."""
        with self._db.transaction() as conn:
            return (
                conn.execute(
                    f"update job set state = 'running', started = ?, pid = ?, {_GROWN} where id = ? and state = 'queued'",
                    (_now(), pid, id),
                ).rowcount
                > 0
            )

    def plan(self, id: int, steps: Sequence[str]) -> None:
        """Note the steps that lie ahead."""
        with self._changing(id) as conn:
            conn.executemany(
                "insert or ignore into step values (?, ?, ?, 0, 0)",
                [(id, position, step) for position, step in enumerate(steps)],
            )

    def progress(self, id: int, steps: Mapping[str, tuple[int, int]]) -> None:
        """Note how far steps have come: done and total of each."""
        with self._changing(id) as conn:
            conn.execute("update job set note = '' where id = ?", (id,))
            conn.executemany(
                "insert into step values (?, (select count(*) from step where job = ?), ?, ?, ?)"
                " on conflict (job, step) do update set done = excluded.done, total = excluded.total",
                [(id, id, step, done, total) for step, (done, total) in steps.items()],
            )

    def line(self, id: int, result: FileResult) -> None:
        """Note what became of a file; what is told of it again replaces it."""
        import msgspec

        with self._changing(id) as conn:
            conn.execute(
                "insert into line values (?, ?, (select count(*) from line where job = ?), ?)"
                " on conflict (job, file) do update set result = excluded.result",
                (id, result.file, id, msgspec.json.encode(result).decode()),
            )

    def learned(self, id: int, cells: Sequence[CellChange]) -> None:
        """Note which cells of the matrix are in another state through a job; of very many the first."""
        import msgspec

        with self._changing(id) as conn:
            told = msgspec.json.encode(tuple(cells[:MOST_CELLS])).decode()
            conn.execute("update job set cells = ? where id = ?", (told, id))

    def note(self, id: int, note: str) -> None:
        """Say what a job waits for."""
        with self._changing(id) as conn:
            conn.execute("update job set note = ? where id = ?", (note, id))

    def finish(self, id: int, state: JobState, error: str = "", hint: str = "") -> None:
        """Note how a running job ended; one that was asked to end and did not get done is cancelled."""
        with self._changing(id) as conn:
            conn.execute(
                "update job set ended = :now, note = '', pid = 0,"
                " state = case when cancel > 0 and :state <> 'done' then 'cancelled' else :state end,"
                " error = case when cancel > 0 then '' else :error end, hint = case when cancel > 0 then '' else :hint end"
                " where id = :id and state = 'running'",
                {"now": _now(), "state": state, "error": error, "hint": hint, "id": id},
            )

    def mend(self) -> None:
        """Say of jobs whose process is gone that they were interrupted; call it only when nobody works."""
        for (id,) in self._db.rows("select id from job where state = 'running'"):
            self.finish(id, JobState.INTERRUPTED, _GONE, _GO_ON)

    def lost(self, id: int, pid: int, error: str) -> None:
        """Say how a process ended that has not said so itself."""
        state, holder = self._db.rows("select state, pid from job where id = ?", (id,))[0]
        if state == JobState.RUNNING and holder == pid:
            self.finish(id, JobState.INTERRUPTED, error, _GO_ON)
        elif state == JobState.QUEUED:
            with self._changing(id) as conn:
                conn.execute(
                    "update job set state = 'failed', ended = ?, error = ?, hint = ? where id = ? and state = 'queued'",
                    (_now(), f"It could not be started: {error}", "Ask whoever runs the server.", id),
                )

    def end_overdue(self, patience: float) -> None:
        """End processes that were asked to end long enough ago."""
        late = "select id from job where state = 'running' and cancel > 0 and cancel < ?"
        for (id,) in self._db.rows(late, (time.time() - patience,)):
            if self.working():
                self._signal(id, getattr(signal, "SIGKILL", signal.SIGTERM))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    # -- inside -------------------------------------------------------------------------------------------------

    def _signal(self, id: int, which: int) -> None:
        """Send a signal to the process of a job: the lock that it holds says that it is still that process."""
        for (pid,) in self._db.rows("select pid from job where id = ? and state = 'running' and pid > 0", (id,)):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, which)

    def _steps(self, id: int) -> tuple[StepProgress, ...]:
        rows = self._db.rows("select step, done, total from step where job = ? order by position", (id,))
        return tuple(StepProgress(step=step, done=done, total=total) for step, done, total in rows)

    def _prune(self, conn: sqlite3.Connection) -> None:
        """Forget jobs that ended long ago."""
        old = f"select max(id) - {REMEMBERED} from job"
        conn.execute(f"delete from job where id < ({old}) and state not in ('queued', 'running')")
        for table in ("step", "line"):
            conn.execute(f"delete from {table} where job < ({old}) and job not in (select id from job)")

    def _jobs(self, rest: str, given: tuple[object, ...]) -> list[Job]:
        columns = "id, kind, by, state, at, arguments, started, ended, note, error, hint, cancel, version"
        found = []
        for row in self._db.rows(f"select {columns} from job {rest}", given):
            told = dict(zip(columns.split(", "), row, strict=True))
            told |= {"state": JobState(told["state"]), "arguments": json.loads(told["arguments"])}
            told["cancelling"] = told.pop("cancel") > 0 and told["state"] is JobState.RUNNING
            found.append(Job(**told))
        return found

    @contextmanager
    def _changing(self, id: int) -> Iterator[sqlite3.Connection]:
        with self._db.transaction() as conn:
            yield conn
            conn.execute(f"update job set {_GROWN} where id = ?", (id,))


_GROWN: Final = "version = (select max(version) + 1 from job)"


def open_jobs(folder: Path) -> Jobs:
    """Open the jobs of a workspace, making their file as needed; only its owner may read it."""
    return Jobs(folder.resolve(), open_shared(folder.resolve() / FILE, migrations))


def _line(result: str) -> FileResult:
    import msgspec

    return msgspec.json.decode(result, type=FileResult)


def _cells(cells: str) -> tuple[CellChange, ...]:
    import msgspec

    return msgspec.json.decode(cells, type=tuple[CellChange, ...])


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
