"""A server for the hooks alone: their route, and a thread that works off what arrives."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from icp_voice.errors import IcpVoiceError
from icp_voice.ingest.hooks.taking import Inbox
from icp_voice.web.hooks import hook_route
from icp_voice.workspace import Workspace

IDLE = 2.0  # seconds after which it is seen that a delivery's next try is due
AT_ONCE = 512

Tell = Callable[[str], None]


def serve_hooks(
    folder: Path, *, host: str, port: int, behind_proxy: bool, listening: Callable[[Inbox, str], None], tell: Tell
) -> None:
    """Serve the hooks of a workspace until a signal ends it. `listening` is told where; `tell` what went wrong."""
    _refuse_open_address(host, behind_proxy=behind_proxy)
    inbox, wake = Workspace(folder).inbox, threading.Event()
    inbox.settings  # noqa: B018 - wrong settings are told before anybody can call
    app = Starlette(routes=[hook_route(inbox, arrived=wake.set, tell=_Seldom(tell))])
    config = uvicorn.Config(
        app,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,  # addresses may bear a key
        server_header=False,
        proxy_headers=False,
        limit_concurrency=AT_ONCE,
        timeout_graceful_shutdown=5,
    )
    with bound_to(host, port) as bound, working(folder, inbox, wake, tell):
        listening(inbox, "http://{}:{}".format(f"[{host}]" if ":" in host else host, bound.getsockname()[1]))
        uvicorn.Server(config).run(sockets=[bound])


@contextmanager
def working(folder: Path, inbox: Inbox, wake: threading.Event, tell: Tell) -> Iterator[None]:
    """Work off deliveries in a thread meanwhile; what is not done at the end is done by the next."""
    stop = threading.Event()
    thread = threading.Thread(target=_work, args=(folder, inbox, wake, stop, tell), daemon=True, name="hooks")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        wake.set()
        thread.join(timeout=5)


def _work(folder: Path, inbox: Inbox, wake: threading.Event, stop: threading.Event, tell: Tell) -> None:
    # A connection to SQLite belongs to the thread that opened it.
    workspace = Workspace(folder)
    while not stop.is_set():
        if inbox.deliveries.next(time.time()):
            try:
                worked = workspace.work_deliveries(stop.is_set)
            except IcpVoiceError as error:
                tell(f"deliveries wait: {error}")
            else:
                tell(f"{worked.done} deliveries worked off" + (f", {worked.failed} failed" if worked.failed else ""))
        wake.wait(IDLE)
        wake.clear()


class _Seldom:
    """Tells the same thing once a minute, so that a stranger at the door does not fill the log."""

    def __init__(self, tell: Tell) -> None:
        self._tell, self._told = tell, dict[str, float]()

    def __call__(self, text: str) -> None:
        now = time.monotonic()
        if now - self._told.get(text, -60.0) >= 60:
            self._told[text] = now
            self._tell(text)


def _refuse_open_address(host: str, *, behind_proxy: bool) -> None:
    try:
        inside = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        raise IcpVoiceError(f'"{host}" is no address.', hint="Name one such as 127.0.0.1.") from None
    if not inside and not behind_proxy:
        raise IcpVoiceError(
            f"{host} can be reached from other machines, and this server speaks no TLS.",
            hint="Keep 127.0.0.1 and let a proxy with TLS stand before it; if it stands on another machine, say --behind-proxy.",
        )


@contextmanager
def bound_to(host: str, port: int) -> Iterator[socket.socket]:
    """Listen at an address, or say in one line why that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small answers at once only where the protocol is named.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((host, port))
            bound.listen(AT_ONCE)
        except OSError as error:
            raise IcpVoiceError(
                f"{host}:{port} cannot be listened on: {error.strerror}.", hint="Name another --port."
            ) from None
        yield bound
