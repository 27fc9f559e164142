"""The door: every request passes it. Who asks, from where, how much, and with which headers an answer leaves."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import SplitResult, quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from icp_voice.limits import MEGABYTE
from icp_voice.web.asker import UNSAFE, who_asks
from icp_voice.web.patience import hurried
from icp_voice.web.site import Site

OPEN = ("/sign-in", "/open", "/static/", "/health")
MOST_BODY = 4 * MEGABYTE
AT_ONCE = 256  # requests that are inside at the same time
UPLOADS = ("/upload/", "/accounts/import", "/api/v1/uploads/")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


class Door:
    """ASGI middleware around the whole application."""

    def __init__(
        self, app: ASGIApp, site: Site, most_upload: int, bug: Callable[[Request, Exception], Response]
    ) -> None:
        self._app = app
        self._site = site
        self._most_upload = most_upload
        self._bug = bug
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        left = False

        async def leave(message: Message) -> None:
            nonlocal left
            if message["type"] == "http.response.start":
                left = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("cache-control", "no-store")
                if self._site.secure:
                    headers.setdefault("strict-transport-security", "max-age=31536000")
            await send(message)

        if self._inside >= AT_ONCE:
            await _told(scope, 503, "Too many requests at once. Try again.")(scope, receive, leave)
            return
        self._inside += 1
        try:
            await self._let_in(scope, receive, leave, lambda: left)
        finally:
            self._inside -= 1

    async def _let_in(self, scope: Scope, receive: Receive, leave: Send, left: Callable[[], bool]) -> None:
        refused = await self._refused(scope)
        if refused is not None:
            await refused(scope, receive, leave)
            return
        most = self._most_upload if scope["path"].startswith(UPLOADS) else MOST_BODY
        length = Headers(scope=scope).get("content-length", "")
        if length.isdecimal() and int(length) > most:
            await _told(scope, 413, f"This is larger than {most // MEGABYTE} MB.")(scope, receive, leave)
            return
        try:
            await self._app(scope, hurried(_measured(receive, most)), leave)
        except ClientDisconnect:
            return
        except Exception as error:
            # Nothing above this place may print it: an error's text may hold customers' words.
            told = self._bug(Request(scope), error)
            if not left():
                await told(scope, receive, leave)

    async def _refused(self, scope: Scope) -> Response | None:
        """Return the answer to a request that may not come in; who may is noted in the request's state."""
        connection = HTTPConnection(scope)
        host = _parts(f"//{connection.headers.get('host', '')}").hostname or ""
        if self._site.hosts and host not in self._site.hosts:
            # A page elsewhere may have its own name lead here.
            return _told(scope, 421, "This server does not go by that name.")
        if scope["method"] in UNSAFE and not _from_here(connection):
            return _told(scope, 403, "This request comes from another site.")
        asker = await run_in_threadpool(who_asks, self._site, connection)
        scope.setdefault("state", {})["asker"] = asker
        if asker is None and not scope["path"].startswith(OPEN):
            return self._sign_in(scope, connection)
        return None

    def _sign_in(self, scope: Scope, connection: HTTPConnection) -> Response:
        path = scope["path"] + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
        if is_for_programs(scope["path"]):
            return JSONResponse(
                {"error": "Not signed in.", "hint": "Send a token: Authorization: Bearer icpv_..."},
                401,
                headers={"www-authenticate": "Bearer"},
            )
        target = "/sign-in" + (f"?next={quote(path, safe='')}" if scope["method"] == "GET" and path != "/" else "")
        if connection.headers.get("hx-request"):
            return Response(status_code=401, headers={"hx-redirect": "/sign-in"})
        return RedirectResponse(target, 303)


def is_for_programs(path: str) -> bool:
    """Say whether an address is one that programs ask: they are answered in JSON."""
    return path == "/api" or path.startswith("/api/")


def _from_here(connection: HTTPConnection) -> bool:
    """Say whether an unsafe request is our own page's, or a program's; browsers tell in these headers."""
    site = connection.headers.get("sec-fetch-site", "")
    if site and site not in ("same-origin", "none"):
        return False
    origin = connection.headers.get("origin", "")
    here = connection.headers.get("host", "").lower()
    return not origin or (bool(here) and _parts(origin).netloc == here)


def _parts(address: str) -> SplitResult:
    """Return the parts of an address; of one that is none, nothing."""
    try:
        return urlsplit(address.lower())
    except ValueError:
        return urlsplit("")


class TooLarge(Exception):
    """A body that goes on beyond its limit."""


def _measured(receive: Receive, most: int) -> Receive:
    """Return a receiver that stops a body which does not tell its length."""
    taken = 0

    async def measured() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise TooLarge
        return message

    return measured


def _told(scope: Scope, status: int, text: str) -> Response:
    if is_for_programs(scope["path"]):
        return JSONResponse({"error": text}, status, headers={"connection": "close"})
    return PlainTextResponse(text, status, headers={"connection": "close"})
