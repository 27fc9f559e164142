"""Coming in and going out: a password, or the one-time link that the server prints on a laptop."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from icp_voice.access import Session
from icp_voice.errors import SignInRefused, TooManyTries
from icp_voice.web.asker import COOKIE, Here, Who, check_csrf
from icp_voice.web.show import page
from icp_voice.web.site import Site

router = APIRouter()


@router.get("/sign-in")
def show(request: Request, here: Here, next: str = "/") -> Response:
    """Ask for name and password; without people, tell about the link."""
    if request.state.asker:
        return RedirectResponse(inside(next), 303)
    return page(request, "sign_in.html.j2", next=inside(next), people=here.access.has_people(), error="", name="")


@router.post("/sign-in")
def enter(
    request: Request,
    here: Here,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Let in who knows the password."""
    address = request.client.host if request.client else ""
    try:
        session = here.access.sign_in(name, password, address)
    except (SignInRefused, TooManyTries) as error:
        many = isinstance(error, TooManyTries)
        shown = page(
            request,
            "sign_in.html.j2",
            status=429 if many else 401,
            next=inside(next),
            people=here.access.has_people(),
            error=str(error),
            name=name,
        )
        if isinstance(error, TooManyTries):
            shown.headers["retry-after"] = str(int(error.wait) + 1)
        return shown
    if before := request.cookies.get(COOKIE, ""):  # whoever was signed in here is not any more
        here.access.end_session(before)
    return _let_in(here, session, next)


@router.get("/open")
def redeem(request: Request, here: Here, token: str = "", next: str = "/") -> Response:
    """Let in who has the one-time link."""
    if request.state.asker:
        return RedirectResponse(inside(next), 303)
    try:
        return _let_in(here, here.access.redeem(token), next)
    except SignInRefused as error:
        return page(
            request, "sign_in.html.j2", status=401, next="/", people=here.access.has_people(), error=str(error), name=""
        )


@router.post("/sign-out")
async def leave(request: Request, here: Here, asker: Who) -> Response:
    """End the session."""
    await check_csrf(request, asker.csrf)
    here.access.end_session(request.cookies.get(COOKIE, ""))
    gone = RedirectResponse("/sign-in", 303)
    gone.delete_cookie(COOKIE, path="/")
    return gone


def _let_in(here: Site, session: Session, to: str) -> Response:
    return keep_signed_in(here, session, RedirectResponse(inside(to), 303))


def keep_signed_in(here: Site, session: Session, answer: Response) -> Response:
    """Let an answer bear the cookie of a session."""
    answer.set_cookie(
        COOKIE,
        session.token,
        max_age=14 * 24 * 3600,
        path="/",
        httponly=True,
        secure=here.secure,
        samesite="lax",
    )
    return answer


def inside(to: str) -> str:
    """Return an address of ours: a link or a form may not lead elsewhere."""
    safe = to.startswith("/") and not to.startswith(("//", "/\\")) and "\\" not in to and to.isprintable()
    return to if safe else "/"
