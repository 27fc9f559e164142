"""Who asks: the session or the token behind a request, and what that person may do."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.concurrency import contextmanager_in_threadpool
from starlette.requests import HTTPConnection

from icp_voice.access import Role, Session
from icp_voice.errors import IcpVoiceError
from icp_voice.web.site import Site
from icp_voice.workspace import Workspace

COOKIE = "icp_voice"
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Forbidden(IcpVoiceError):
    """The person may not do that, or the request does not come from our own page."""


class NotFound(IcpVoiceError):
    """There is nothing at this address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """A person who is signed in. `csrf` is empty for programs with a token; `key` names the session, not its secret.

    `since` is when they were here before this visit (unix seconds), 0 if never.
    """

    name: str
    role: Role
    csrf: str = ""
    key: str = ""
    since: float = 0

    def may(self, role: Role) -> bool:
        """Say whether this person may do what this role may."""
        return self.role.may(role)

    @property
    def edits(self) -> bool:
        """Whether this person may change anything."""
        return self.may(Role.RESEARCHER)

    @property
    def governs(self) -> bool:
        """Whether this person may change settings and people."""
        return self.may(Role.ADMIN)


def session_key(token: str) -> str:
    """Return what a session is known by inside the server."""
    return sha256(token.encode()).hexdigest()[:16]


def asker_in(session: Session) -> Asker:
    """Return who asks in a session."""
    person = session.person
    return Asker(
        name=person.name, role=person.role, csrf=session.csrf, key=session_key(session.token), since=session.since
    )


def who_asks(site: Site, connection: HTTPConnection) -> Asker | None:
    """Return who asks, by a token or else by a session; None for a stranger, and for whoever was shut out meanwhile."""
    scheme, _, raw = connection.headers.get("authorization", "").partition(" ")
    if raw and scheme.lower() == "bearer":
        person = site.access.person_of_token(raw.strip())
        return Asker(name=person.name, role=person.role) if person else None
    if token := connection.cookies.get(COOKIE, ""):
        session = site.access.session(token)
        if session:
            return asker_in(session)
    return None


def site_of(request: Request) -> Site:
    """Return what all requests share."""
    site: Site = request.app.state.site
    return site


def asker_of(request: Request) -> Asker:
    """Return who asks; the door has let nobody else in."""
    asker: Asker = request.state.asker
    return asker


async def guarded(request: Request) -> None:
    """Refuse a change by somebody who may only read, or by a form that is not ours."""
    if request.method not in UNSAFE:
        return
    asker = asker_of(request)
    if not asker.may(Role.RESEARCHER):
        raise Forbidden(f"{asker.name} may read, not change.", hint="Ask an admin for the role of a researcher.")
    if asker.csrf:
        await check_csrf(request, asker.csrf)


async def check_csrf(request: Request, wanted: str) -> None:
    """Refuse a form that does not bear the session's secret, in a header or a field."""
    given = request.headers.get("x-csrf-token", "")
    if not given and request.headers.get("content-type", "").startswith(
        ("application/x-www-form-urlencoded", "multipart/form-data")
    ):
        given = str((await request.form()).get("csrf", ""))
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise Forbidden("This form is too old, or not from this server.", hint="Load the page again and repeat.")


def uploading(request: Request) -> None:
    """Refuse viewers, to look too: what is not kept yet is shown with every word."""
    asker = asker_of(request)
    if not asker.edits:
        raise Forbidden(f"{asker.name} may read, not upload.", hint="Ask an admin for the role of a researcher.")


def governing(request: Request) -> None:
    """Refuse everybody but admins."""
    asker = asker_of(request)
    if not asker.may(Role.ADMIN):
        raise Forbidden(f"{asker.name} may not change settings or people.", hint="Ask an admin.")


def signed_in(request: Request) -> None:
    """Refuse programs to let anybody in: a key that got out would make others, and outlive its being revoked."""
    if request.method in UNSAFE and not asker_of(request).csrf:
        raise Forbidden("A token lets nobody else in.", hint="Sign in with name and password to do this.")


async def lent(request: Request) -> AsyncIterator[Workspace]:
    """Lend the workspace, acting in the asker's name."""
    site = site_of(request)
    async with site.turn(), contextmanager_in_threadpool(site.lent(asker_of(request).name)) as workspace:
        yield workspace


Who = Annotated[Asker, Depends(asker_of)]
Lent = Annotated[Workspace, Depends(lent)]
Here = Annotated[Site, Depends(site_of)]
Guarded: Any = Depends(guarded)
Uploading: Any = Depends(uploading)
Governing: Any = Depends(governing)
SignedIn: Any = Depends(signed_in)
