"""The work of one job, in a process of its own, which tells how far it is and ends when it is asked to."""

from __future__ import annotations

import os
import signal
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Final

from filelock import Timeout

from icp_voice import lock
from icp_voice.errors import IcpVoiceError
from icp_voice.jobs.jobs import Jobs, open_jobs
from icp_voice.jobs.nouns import Job, JobState
from icp_voice.run import step_names
from icp_voice.workspace import FileResult, Workspace

LOG: Final = "jobs.log"
_LOG_BYTES: Final = 256 * 1024
_PATIENCE: Final = 4 * 3600.0
_ENDED: Final = 3
_SECONDS: Final = 0.25


class Ended(BaseException):
    """Somebody asked this process to end."""


def work_off(folder: Path, id: int) -> int:
    """Do a job that waits; return the exit code of the process. One that another process has begun is left to it."""
    jobs = open_jobs(folder)
    try:
        with jobs.worker().acquire(timeout=10):
            return _work(jobs, id)
    except Timeout:
        return 0


def _work(jobs: Jobs, id: int) -> int:
    job = jobs.job(id)
    progress = _Progress(jobs, id)
    signal.signal(signal.SIGTERM, _end)
    if not jobs.claim(id, os.getpid()):
        return 0
    # A person at a command line is told to try again after a minute; a job has time.
    lock.PATIENCE = _PATIENCE
    try:
        jobs.plan(id, _steps(job, jobs.folder))
        _do(job, jobs, progress)
    except Ended:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        progress.flush()
        jobs.finish(id, JobState.INTERRUPTED, "It was ended before the work was done.", "Start it again.")
        return _ENDED
    except IcpVoiceError as error:
        jobs.finish(id, JobState.FAILED, error.message, error.hint)
    except Exception as error:
        _log(jobs.folder, job, error)
        what = f"It stopped at something unforeseen ({type(error).__name__})."
        jobs.finish(id, JobState.FAILED, what, f"Where it stopped stands in {LOG}; please report it.")
    else:
        progress.flush()
        jobs.finish(id, JobState.DONE)
    return 0


def _do(job: Job, jobs: Jobs, progress: _Progress) -> None:
    if job.kind == "demo":
        from icp_voice.demo import run_demo

        run_demo(jobs.folder, progress.told)
        return
    workspace = Workspace(jobs.folder, by=job.by, notice=lambda text: jobs.note(job.id, text))
    before = workspace.coverage()
    if job.kind == "keep":
        batch = str(job.arguments.get("batch", ""))
        workspace.keep(batch, progress=progress.reached, said=lambda result: jobs.line(job.id, result))
    elif job.kind == "sync":
        names = job.arguments.get("sources", ())
        chosen = [str(name) for name in names] if isinstance(names, list | tuple) else []
        for name in chosen or list(workspace.settings.connectors):
            jobs.line(job.id, _synced(name, workspace, progress))
    workspace.run(progress.advanced)
    jobs.learned(job.id, workspace.coverage_since(before))


def _steps(job: Job, folder: Path) -> tuple[str, ...]:
    """Return the steps that lie ahead, so that they can be shown before they begin."""
    first = () if job.kind in ("run", "sync") else ("reading",)
    return (*first, *step_names(folder))


def _synced(name: str, workspace: Workspace, progress: _Progress) -> FileResult:
    added = workspace.sync(name, progress=progress.reached)[name]
    return FileResult(
        file=name,
        purpose="source",
        new=len(added.new),
        updated=len(added.updated),
        unchanged=len(added.unchanged),
        duplicates=len(added.duplicates),
        documents=tuple((*added.new, *added.updated))[:100],
        warnings=tuple(added.warnings[:20]),
        error=added.errors[0].error if added.errors else "",
        hint=added.errors[0].hint if added.errors else "",
    )


class _Progress:
    """Writes down how far the steps are, at most four times a second."""

    def __init__(self, jobs: Jobs, job: int) -> None:
        self._jobs, self._job = jobs, job
        self._steps: dict[str, tuple[int, int]] = {}
        self._changed: set[str] = set()
        self._written = 0.0

    def reached(self, step: str, done: int, total: int) -> None:
        """Note how much of a step is done in all."""
        other = bool(self._changed) and step not in self._changed
        self._steps[step] = (done, total)
        self._changed.add(step)
        if other or 0 < total <= self._steps[step][0] or time.monotonic() - self._written >= _SECONDS:
            self.flush()

    def advanced(self, step: str, done: int, total: int) -> None:
        """Note how much more of a step is done."""
        self.reached(step, self._steps.get(step, (0, 0))[0] + done, total)

    def told(self, step: str, done: int, total: int) -> None:
        """Note either of the two: only reading says how much is done in all."""
        (self.reached if step == "reading" else self.advanced)(step, done, total)

    def flush(self) -> None:
        """Write down what has changed."""
        if self._changed:
            self._jobs.progress(self._job, {step: self._steps[step] for step in self._steps if step in self._changed})
            self._changed.clear()
        self._written = time.monotonic()


def _end(number: int, frame: FrameType | None) -> None:
    raise Ended


def _log(folder: Path, job: Job, error: Exception) -> None:
    """Note where something unforeseen happened: places in the code, never what was being read."""
    path = folder / LOG
    places = [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in traceback.extract_tb(error.__traceback__)]
    told = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} job {job.id} {job.kind} {type(error).__name__}: {' > '.join(places[-15:])}\n"
    before = path.read_bytes()[-_LOG_BYTES // 2 :] if path.exists() and path.stat().st_size > _LOG_BYTES else None
    number = os.open(path, os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if before is not None else os.O_APPEND), 0o600)
    with open(number, "wb") as stream:
        stream.write((before or b"") + told.encode())
