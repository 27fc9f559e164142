"""A clock that ends a process when a file takes too long. A thread for each file would cost as much as reading it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

_TICK: Final = 0.1
_IDLE_TICKS: Final = 50  # after so many without a file, the thread sleeps until the next one


class Clock:
    """Calls `expire` once the time that was set is over. It ticks ten times a second while files are read."""

    def __init__(self, expire: Callable[[], None]) -> None:
        self._expire = expire
        self._lock = threading.Lock()
        self._asked = threading.Event()
        self._deadline: float | None = None
        self._closed = False
        self._thread: threading.Thread | None = None

    def start(self, seconds: float) -> None:
        """Set the time from now on."""
        with self._lock:
            self._deadline = time.monotonic() + seconds
        self._asked.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="icp-voice-clock", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Say that it was in time; once this has returned, nothing expires."""
        with self._lock:
            self._deadline = None

    def close(self) -> None:
        """End the thread; it is not waited for."""
        self.stop()
        self._closed = True
        self._asked.set()

    def _run(self) -> None:
        idle = 0
        while not self._closed:
            self._asked.wait()
            time.sleep(_TICK)
            with self._lock:
                idle = idle + 1 if self._deadline is None else 0
                if self._deadline is not None and time.monotonic() > self._deadline:
                    self._deadline = None
                    self._expire()
                if idle > _IDLE_TICKS and not self._closed:
                    self._asked.clear()
                    idle = 0
