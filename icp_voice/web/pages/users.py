"""People: who may come in, as what, and with which password; the first of them ends the time of links."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from icp_voice.access import ME, Role, Session
from icp_voice.access.passwords import generated
from icp_voice.errors import AccessError, IcpVoiceError
from icp_voice.web.asker import Governing, Here, Lent, SignedIn, Who, asker_in, asker_of
from icp_voice.web.pages.sign_in import keep_signed_in
from icp_voice.web.show import page, went_well
from icp_voice.workspace import Workspace

router = APIRouter(prefix="/settings/people", dependencies=[Governing, SignedIn])
Name = Annotated[str, Form(max_length=200)]
Password = Annotated[str, Form(max_length=2_000)]


@router.get("")
def listed(request: Request, workspace: Lent) -> Response:
    """Show who may come in."""
    return _people(request, workspace)


@router.post("")
def add(
    request: Request,
    workspace: Lent,
    here: Here,
    asker: Who,
    name: Name = "",
    password: Password = "",
    role: Annotated[Role, Form()] = Role.RESEARCHER,
) -> Response:
    """Let somebody in; without a typed password one is made, and shown once."""
    chosen = password or generated()
    try:
        person = workspace.add_person(name, chosen, role)
    except AccessError as error:
        return _people(request, workspace, status=422, error=error, name=name, role=role)
    made = "" if password else chosen
    if asker.name != ME:
        return _people(request, workspace, told=person.name, made=made)
    # The first admin ends all sessions by links, this one too: who added them goes on as that admin.
    return _signed_in(
        request, here, here.access.sign_in(name, chosen, address_of(request)), workspace, person.name, made
    )


@router.post("/role")
def set_role(request: Request, workspace: Lent, name: Name, role: Annotated[Role, Form()]) -> Response:
    """Give a person another role."""
    workspace.set_role(name, role)
    return went_well(request, "/settings/people" if name != asker_of(request).name else "/", f"{name} is {role} now.")


@router.post("/password")
def new_password(
    request: Request, workspace: Lent, here: Here, asker: Who, name: Name, password: Password = ""
) -> Response:
    """Give a person another password, typed or made; it ends their sessions."""
    chosen = password or generated()
    try:
        workspace.set_password(name, chosen)
    except AccessError as error:
        return _people(request, workspace, status=422, error=error, of=name)
    made = "" if password else chosen
    if workspace.access.person(name).name != asker.name:
        return _people(request, workspace, told=name, made=made, again=True)
    session = here.access.sign_in(name, chosen, address_of(request))
    return _signed_in(request, here, session, workspace, name, made, again=True)


@router.post("/sign-out")
def sign_out(request: Request, workspace: Lent, name: Name) -> Response:
    """Sign a person out everywhere."""
    ended = workspace.end_sessions(name)
    return went_well(
        request, "/settings/people", f"{name} is signed out of {ended} {'place' if ended == 1 else 'places'}."
    )


@router.post("/remove")
def remove(request: Request, workspace: Lent, asker: Who, name: Name) -> Response:
    """Let a person in no longer."""
    workspace.remove_person(name)
    return went_well(
        request, "/settings/people" if name != asker.name else "/sign-in", f"{name} may come in no longer."
    )


@router.post("/tokens/{number}/revoke")
def revoke_any(request: Request, workspace: Lent, number: int) -> Response:
    """End anybody's token."""
    workspace.revoke_token(number)
    return went_well(request, "/settings/people", "The token is revoked.")


def _signed_in(
    request: Request, here: Any, session: Session, workspace: Workspace, told: str, made: str, *, again: bool = False
) -> Response:
    """Return the list of people to who goes on in another session."""
    request.state.asker = asker_in(session)
    return keep_signed_in(here, session, _people(request, workspace, told=told, made=made, again=again))


def _people(
    request: Request,
    workspace: Workspace,
    *,
    status: int = 200,
    error: IcpVoiceError | None = None,
    of: str = "",
    name: str = "",
    role: Role = Role.RESEARCHER,
    told: str = "",
    made: str = "",
    again: bool = False,
) -> Response:
    people = workspace.people()
    return page(
        request,
        "users.html.j2",
        status=status,
        open="settings",
        people=people,
        admins=sum(one.role is Role.ADMIN for one in people),
        tokens=workspace.tokens(),
        error=str(error) if error else "",
        of=of,
        name=name,
        role=role if people else Role.ADMIN,
        told=told,
        made=made,
        again=again,
    )


def address_of(request: Request) -> str:
    """Return where a request comes from, as tries to sign in are counted by it."""
    return request.client.host if request.client else ""
