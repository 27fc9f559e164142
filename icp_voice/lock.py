"""One writer at a time: the second process waits, and is told who holds the workspace."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from icp_voice.errors import WorkspaceError

PATIENCE = 60.0


class Lock:
    """A lock on a workspace, held by a process for one verb; it falls when the process ends, however it ends."""

    def __init__(self, path: Path, notice: Callable[[str], None] | None = None) -> None:
        self._path = path
        self._lock = FileLock(path)
        self._notice = notice or (lambda told: None)

    @contextmanager
    def held(self, what: str) -> Iterator[None]:
        """Hold the lock; wait up to a minute for another process, then raise WorkspaceError naming it."""
        with self._acquired():
            if self._lock.lock_counter == 1:
                self._holder.write_text(f"process {os.getpid()} (icp-voice {what})", "utf-8")
            yield

    @contextmanager
    def _acquired(self) -> Iterator[None]:
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            self._notice(f"waiting: {self._told()} holds the workspace")
            self._wait()
        try:
            yield
        finally:
            self._lock.release()

    def _wait(self) -> None:
        start = time.monotonic()
        try:
            self._lock.acquire(timeout=PATIENCE, poll_interval=0.1)
        except Timeout as error:
            waited = time.monotonic() - start
            raise WorkspaceError(
                f"{self._told()} has held the workspace for more than {waited:.0f} seconds.",
                hint="Wait for it to end, then try again.",
            ) from error

    @property
    def _holder(self) -> Path:
        return self._path.with_suffix(".holder")

    def _told(self) -> str:
        try:
            return self._holder.read_text("utf-8")
        except OSError:
            return "another process"
