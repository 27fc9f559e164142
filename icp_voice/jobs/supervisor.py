"""Who starts the jobs that wait: a thread of the server, with one child process at a time.

The child has a process group of its own: it goes on when the server ends, and the next server finds it at work.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from typing import Final

from icp_voice.errors import IcpVoiceError
from icp_voice.jobs.jobs import EVERY, Jobs

PATIENCE: Final = 5.0
_IDLE: Final = 2.0


class Supervisor:
    """Starts jobs one after another, as a context: `with Supervisor(jobs): ...`. Leaving it ends no job."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._stop = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._job = 0
        self._thread = threading.Thread(target=self._run, name="icp-voice-jobs", daemon=True)

    def __enter__(self) -> Supervisor:
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._stop.set()
        self._jobs.asked.set()
        self._thread.join(timeout=5)
        if self._child is not None:
            # It goes on; somebody must take note when it ends, as long as this process lives.
            threading.Thread(target=self._child.wait, name="icp-voice-job", daemon=True).start()

    def tend(self) -> bool:
        """Look once after everything: what has ended, what is overdue, what is next; tell whether something works."""
        self._jobs.end_overdue(PATIENCE)
        if self._child is not None:
            if self._child.poll() is None:
                return True
            self._bury(self._child)
        if self._jobs.working():
            return True
        self._jobs.mend()
        if job := self._jobs.next():
            self._begin(job)
            return True
        return False

    def _run(self) -> None:
        while not self._stop.is_set():
            busy = False
            # A full disk or a locked file must not end the only thread that starts jobs.
            with suppress(OSError, IcpVoiceError, _database_error()):
                busy = self.tend()
            self._jobs.asked.wait(EVERY if busy else _IDLE)
            self._jobs.asked.clear()

    def _begin(self, job: int) -> None:
        path = os.pathsep.join(os.path.abspath(entry) for entry in sys.path if entry)
        self._job = job
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-m", "icp_voice.jobs", str(self._jobs.folder), str(job)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
            # In the server's session: a system that gives each session its share heeds no low priority across them.
            process_group=0,
        )

    def _bury(self, child: subprocess.Popen[bytes]) -> None:
        """Note how a child ended that could not say so itself."""
        self._child = None
        if child.returncode:
            self._jobs.lost(self._job, child.pid, f"its process ended ({_name(child.returncode)}).")


def _database_error() -> type[Exception]:
    import sqlite3

    return sqlite3.Error


def _name(code: int) -> str:
    if code < 0:
        with suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit {code}"
