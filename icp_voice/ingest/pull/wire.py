"""The one way out: every request of a source, redirects included, is paced, bounded and kept to the vendor's hosts.

What vendors say about their limits in ways of their own becomes what HTTP has for it, 429 with Retry-After, so that one
rule of retrying serves all.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from dlt.sources.helpers.requests.retry import Client
from requests import PreparedRequest, RequestException, Response, Session
from requests.adapters import HTTPAdapter
from requests_ratelimiter import LimiterAdapter
from urllib3.exceptions import HTTPError

from icp_voice.errors import SettingsError, SourceError, SourcePaused
from icp_voice.ingest.pull.api import Api, ClientCredentials, Header, Pace, Patience
from icp_voice.ingest.pull.deadline import Deadline, WatchedAdapter
from icp_voice.ingest.pull.limits import asked_wait

_PORTS: Final = {"http": 80, "https": 443}


def open_session(source: str, api: Api, patience: Patience) -> Session:
    """Return a session that retries what may pass, at the vendor's pace, and reaches the API's hosts alone."""
    door = Door(source, api, patience)
    session = Client(
        request_timeout=(patience.connect, patience.read),
        raise_for_status=False,
        request_max_attempts=patience.attempts,
        request_backoff_factor=patience.backoff,
        request_max_retry_delay=max(patience.budget, 1.0),
    ).session
    session.headers["User-Agent"] = "icp-voice"
    session.trust_env = not _is_loopback(urlsplit(api.base_url))
    general = next((pace for pace in api.paces if not pace.path), Pace(per_second=5))
    for scheme in _PORTS:
        session.mount(f"{scheme}://", _Adapter(door, general))
    for pace in api.paces:
        if pace.path:
            session.mount(api.base_url.rstrip("/") + "/" + pace.path.lstrip("/"), _Adapter(door, pace))
    return session


class _Timed(WatchedAdapter):
    """Reads an answer to its end before a deadline; what waits for the vendor's pace is no part of it."""

    _door: Door

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        return self._door.timed(lambda: HTTPAdapter.send(self, request, *args, **{**kwargs, "stream": True}))


class _Adapter(LimiterAdapter, _Timed):
    """Sends at a pace what the door lets out, and hands on what it lets in."""

    def __init__(self, door: Door, pace: Pace) -> None:
        # A vendor that asks for patience says for how long: no waiting of the limiter's own on top.
        super().__init__(
            per_second=pace.per_second,
            per_minute=pace.per_minute,
            limit_statuses=(),
            burst=max(1.0, 1 / pace.per_second) if pace.per_second else 1,
        )
        self._door = door

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        self._door.let_out(request.url or "", verify=kwargs.get("verify", True))
        self._door.take_back(request)
        return self._door.let_in(super().send(request, *args, **kwargs))


class Door:
    """What may leave and what may come in: hosts, sizes, and how much waiting one run may spend."""

    def __init__(self, source: str, api: Api, patience: Patience) -> None:
        self._source = source
        self._patience = patience
        self._waited = 0.0
        self._hosts = [host.lower() for host in api.hosts if "://" not in host]
        own = [api.base_url, *(host for host in api.hosts if "://" in host)]
        if isinstance(api.auth, ClientCredentials):
            own.append(api.auth.url)
        self._auth = api.auth
        self._origin = _origin(urlsplit(api.base_url))
        self._origins = {_checked_origin(source, url) for url in own}

    def let_out(self, url: str, *, verify: object = True) -> None:
        """Raise SourceError for any host but the vendor's: no address in an answer leads a token elsewhere."""
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        known = _origin(parts) in self._origins or (
            parts.scheme == "https" and any(_fits(host, pattern) for pattern in self._hosts)
        )
        if not known or verify is False:
            raise SourceError(
                f"{self._source}: an answer leads to {parts.scheme}://{host}, which is not the vendor's; not followed.",
                hint="Check base_url; if it is right, please report this.",
            )

    def take_back(self, request: PreparedRequest) -> None:
        """Take a header of the vendor's choice off a request that is led to another host: requests does so only with its own."""
        if isinstance(self._auth, Header) and _origin(urlsplit(request.url or "")) != self._origin:
            request.headers.pop(self._auth.name, None)

    def timed(self, send: Callable[[], Response]) -> Response:
        """Return an answer read up to its cap; SourceError where headers and body take longer than a whole one may."""
        late = SourceError(f"{self._source}: an answer took longer than {self._patience.whole:.0f} seconds; not read.")
        with Deadline(self._patience.whole) as deadline:
            try:
                response = send()
                _read(response, self._source, self._patience)
            except (RequestException, HTTPError, OSError, ValueError):
                if deadline.passed:
                    raise late from None
                raise
        if deadline.passed:  # what was cut can look like an answer that has ended
            response.close()
            raise late
        return response

    def let_in(self, response: Response) -> Response:
        """Where an answer asks for patience, make a 429 of it, or end the run."""
        wait = asked_wait(response)
        if wait is None:
            return response
        response.status_code = 429
        if wait > 0:
            response.headers["Retry-After"] = str(int(wait) + (wait > int(wait)))
            self._waited += wait
        if self._waited > self._patience.budget:
            raise paused(self._source, wait)
        return response


def paused(source: str, seconds: float = 0) -> SourcePaused:
    """Return the error that ends a run because the vendor asks for more patience than the run has."""
    now = datetime.now().astimezone()
    until = now + timedelta(seconds=seconds)
    clock = f"{until:%H:%M}" if until.date() == now.date() else f"{until:%Y-%m-%d %H:%M}"
    told = f"go on after {clock}" if seconds else "go on later"
    return SourcePaused(
        f"{source}: the vendor's limit is reached; {told}.", hint="What came is kept; sync again then.", until=clock
    )


def _read(response: Response, source: str, patience: Patience) -> None:
    chunks: list[bytes] = []
    size = 0
    for chunk in response.iter_content(65536):
        size += len(chunk)
        chunks.append(chunk)
        if size > patience.most_bytes:
            response.close()
            raise SourceError(f"{source}: an answer is larger than {patience.most_bytes >> 20} MB; not read.")
    # requests keeps a body that it has read itself in these two.
    response._content = b"".join(chunks)
    response._content_consumed = True  # type: ignore[attr-defined]


def _checked_origin(source: str, url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts))):
        raise SettingsError(
            f"{source}: {parts.scheme}://{parts.hostname or ''} is no address that a token may be sent to.",
            hint="It must begin with https://.",
        )
    return _origin(parts)


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    return parts.scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme, 0)


def _is_loopback(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _fits(host: str, pattern: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern
