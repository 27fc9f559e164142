"""One's own account: password, API tokens and sessions. Whoever is signed in changes these, viewers too."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from icp_voice.access import ME, Role
from icp_voice.access.tokens import DAYS, MOST_DAYS
from icp_voice.errors import AccessError, IcpVoiceError, SignInRefused, TooManyTries
from icp_voice.web.asker import Asker, Forbidden, Here, Lent, Who, asker_in, asker_of, check_csrf
from icp_voice.web.pages.sign_in import keep_signed_in
from icp_voice.web.pages.users import Name, Password, address_of
from icp_voice.web.show import page, went_well
from icp_voice.workspace import Workspace


async def own(request: Request) -> None:
    """Let everybody who is signed in change what is their own; a program's token is not enough for that."""
    if request.method != "POST":
        return
    asker = asker_of(request)
    if not asker.csrf:
        raise Forbidden("A token cannot change passwords or tokens.", hint="Sign in with name and password.")
    await check_csrf(request, asker.csrf)


router = APIRouter(prefix="/me", dependencies=[Depends(own)])


@router.get("")
def my_account(request: Request, workspace: Lent, asker: Who) -> Response:
    """Show one's own account."""
    return _mine(request, workspace, asker)


@router.post("/password")
def my_password(
    request: Request,
    workspace: Lent,
    here: Here,
    asker: Who,
    current: Password = "",
    password: Password = "",
    again: Password = "",
) -> Response:
    """Change one's own password; it ends one's sessions but for this one."""
    try:
        if password != again:
            raise AccessError("The two new passwords are not the same.", hint="Type the new one twice.")
        here.access.end_session(here.access.sign_in(asker.name, current, address_of(request)).token)
        workspace.set_password(asker.name, password)
    except (SignInRefused, TooManyTries, AccessError) as error:
        told = error
        if isinstance(error, SignInRefused):
            told = AccessError("This is not your current password.", hint="Type it again.")
        return _mine(request, workspace, asker, status=422, error=told, field=_field(error))
    session = here.access.sign_in(asker.name, password, address_of(request))
    request.state.asker = asker_in(session)
    return keep_signed_in(
        here, session, went_well(request, "/me", "Your password is changed. Other places are signed out.")
    )


@router.post("/tokens")
def make_token(
    request: Request,
    workspace: Lent,
    asker: Who,
    label: Name = "",
    role: Annotated[Role, Form()] = Role.VIEWER,
    days: Annotated[str, Form(max_length=9)] = str(DAYS),
) -> Response:
    """Make a token for a program; its key is shown on this answer, and never again."""
    try:
        if not days.strip().isdecimal():
            raise AccessError(f"A token cannot hold for “{days}” days.", hint=f"Type a number of 1 to {MOST_DAYS}.")
        raw, token = workspace.make_token(asker.name, label, role, days=int(days))
    except AccessError as error:
        return _mine(request, workspace, asker, status=422, error=error, field="token", label=label, days=days)
    return _mine(request, workspace, asker, raw=raw, made=token.label)


@router.post("/tokens/{number}/revoke")
def revoke(request: Request, workspace: Lent, asker: Who, number: int) -> Response:
    """End a token of one's own."""
    workspace.revoke_token(number, person=asker.name)
    return went_well(request, "/me", "The token is revoked: programs with it are refused from now on.")


@router.post("/sign-out")
def leave_everywhere(request: Request, workspace: Lent, asker: Who) -> Response:
    """End all of one's sessions, this one too."""
    if asker.name == ME:
        workspace.access.end_sessions_of(ME)
    else:
        workspace.end_sessions(asker.name)
    return RedirectResponse("/sign-in", 303)


def _mine(
    request: Request,
    workspace: Workspace,
    asker: Asker,
    *,
    status: int = 200,
    error: IcpVoiceError | None = None,
    field: str = "",
    raw: str = "",
    made: str = "",
    label: str = "",
    days: str = str(DAYS),
) -> Response:
    alone = asker.name == ME
    return page(
        request,
        "users_me.html.j2",
        status=status,
        alone=alone,
        tokens=[] if alone else workspace.tokens(asker.name),
        roles=[one for one in Role if asker.may(one)],
        error=str(error) if error else "",
        field=field,
        raw=raw,
        made=made,
        label=label,
        days=days,
        most_days=MOST_DAYS,
    )


def _field(error: IcpVoiceError) -> str:
    return "password" if isinstance(error, AccessError) else "current"
