"""A deadline over one whole request: headers and body together, however slowly their bytes drip in.

A time limit of a socket begins anew with each byte. Here a timer cuts the connection when the time is over, so that
whoever waits for the next byte goes on at once.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from typing import Any, Final

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_here: Final = threading.local()


class Deadline:
    """Cuts the connections that this thread uses inside of it once `seconds` are over; `passed` tells that it did."""

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        _here.deadline = self
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        _here.deadline = None
        self._timer.cancel()
        with self._lock:  # a connection that is used once more later is not cut by a timer that came late
            self._sockets.clear()

    def watch(self, used: socket.socket | None) -> None:
        """Cut this connection as well; at once if the time is over."""
        with self._lock:
            if used is not None:
                self._sockets.append(used)
            if self.passed:
                self._cut_all()

    def _cut(self) -> None:
        with self._lock:
            self.passed = True
            self._cut_all()

    def _cut_all(self) -> None:
        for used in self._sockets:
            with contextlib.suppress(OSError):
                # Not that of a TLS socket, which would forget its keys while another thread reads with them.
                socket.socket.shutdown(used, socket.SHUT_RDWR)


def _watch(used: Any) -> None:
    deadline: Deadline | None = getattr(_here, "deadline", None)
    if deadline is not None and isinstance(used, socket.socket):
        deadline.watch(used)


class _Plain(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        _watch(made)
        return made

    def request(self, *args: Any, **kwargs: Any) -> None:
        _watch(self.sock)  # one that was kept open
        super().request(*args, **kwargs)


class _Secure(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        _watch(made)
        return made

    def request(self, *args: Any, **kwargs: Any) -> None:
        _watch(self.sock)  # what TLS has made of it, or one that was kept open
        super().request(*args, **kwargs)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class WatchedAdapter(HTTPAdapter):
    """Sends over connections that a deadline can cut."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Have the pools make connections that a deadline knows."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Have those of a proxy do so as well."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
        return manager
