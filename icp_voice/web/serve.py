"""The server of the web workspace: where it may listen, the link that lets one in, and the threads beside it."""

from __future__ import annotations

import ipaddress
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn

from icp_voice.errors import IcpVoiceError
from icp_voice.jobs import Supervisor
from icp_voice.web.app import build
from icp_voice.web.patience import Patient
from icp_voice.web.server import bound_to
from icp_voice.web.site import Site
from icp_voice.web.warming import Warming

CONNECTIONS = 768  # fewer than the files that a process may have open


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where to listen. `names` are the host names people use for it; `certificate` and `key` are files for TLS."""

    host: str = "127.0.0.1"
    port: int = 8700
    behind_proxy: bool = False
    names: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None

    @property
    def inside(self) -> bool:
        """Whether only this machine can connect."""
        try:
            return self.host == "localhost" or ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            raise IcpVoiceError(f'"{self.host}" is no address.', hint="Name one such as 127.0.0.1.") from None

    @property
    def hosts(self) -> frozenset[str]:
        """The names that the server answers to: a page elsewhere must not reach it by a name of its own."""
        if self.names:
            return frozenset(name.lower() for name in self.names) | {"127.0.0.1", "localhost", "::1"}
        return frozenset({"127.0.0.1", "localhost", "::1"}) if self.inside and not self.behind_proxy else frozenset()


def serve(folder: Path, listening: Listening, *, open_browser: bool, ready: Callable[[str, str], None]) -> None:
    """Serve a folder until a signal ends it. `ready` is told the address, and the one that lets one in once."""
    folder.mkdir(parents=True, exist_ok=True)
    secure = listening.behind_proxy or listening.certificate is not None
    app = build(folder, secure=secure, hosts=listening.hosts)
    site: Site = app.state.site
    _refuse_strangers(site, listening)
    config = uvicorn.Config(
        app,
        loop="asyncio",
        http=Patient,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",  # it tells every malformed request: strangers could fill the log
        access_log=False,  # an address may hold a question or a token
        server_header=False,
        proxy_headers=listening.behind_proxy,
        forwarded_allow_ips="127.0.0.1,::1",
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=3,
        ssl_certfile=listening.certificate,
        ssl_keyfile=listening.key,
    )
    with bound_to(listening.host, listening.port) as bound:
        scheme = "https" if listening.certificate else "http"
        shown = f"[{listening.host}]" if ":" in listening.host else listening.host
        base = f"{scheme}://{shown}:{bound.getsockname()[1]}"
        entry = base if site.access.has_people() else f"{base}/open?token={site.access.one_time_link()}"
        ready(base, entry)
        if open_browser:
            webbrowser.open(entry)
        try:
            with Supervisor(site.jobs), Warming(site):
                _Server(config, site).run(sockets=[bound])
        finally:
            site.close()


class _Server(uvicorn.Server):
    """A server that tells those who wait for news that it is about to end."""

    def __init__(self, config: uvicorn.Config, site: Site) -> None:
        super().__init__(config)
        self._site = site

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end, at a signal."""
        self._site.ending.set()
        super().handle_exit(sig, frame)


def _refuse_strangers(site: Site, listening: Listening) -> None:
    """Refuse to be reached from elsewhere as long as anybody could come in, or passwords would travel in the open."""
    if listening.inside and not listening.behind_proxy:
        return
    if not site.access.has_people():
        raise IcpVoiceError(
            f"{listening.host} can be reached from other machines, and nobody has a password yet.",
            hint="Add an admin first: icp-voice users add NAME --role admin.",
        )
    if not listening.behind_proxy and listening.certificate is None:
        raise IcpVoiceError(
            f"{listening.host} can be reached from other machines, and passwords would travel unencrypted.",
            hint="Name --certificate and --key, or let a proxy with TLS stand before it and say --behind-proxy.",
        )
