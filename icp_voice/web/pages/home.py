"""Home: what is in the workspace, what is new, what is known of whom, and what to do next. An empty folder is set up here."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from icp_voice.errors import IcpVoiceError
from icp_voice.web.asker import Here
from icp_voice.web.show import lines, page, went_well
from icp_voice.workspace import Workspace

router = APIRouter()


@router.get("/")
def show(request: Request, here: Here) -> Response:
    """Show the workspace at a glance."""
    if not here.ready:
        return RedirectResponse("/start", 303)
    return page(request, "home.html.j2", open="home")


@router.get("/start")
def start(request: Request, here: Here) -> Response:
    """Ask what a new workspace needs."""
    if here.ready:
        return RedirectResponse("/", 303)
    return page(request, "start.html.j2")


@router.post("/start")
def make(
    request: Request,
    here: Here,
    company: Annotated[str, Form(max_length=200)],
    domains: Annotated[str, Form(max_length=20_000)] = "",
    people: Annotated[str, Form(max_length=20_000)] = "",
    competitors: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Make a workspace of the folder."""
    if not company.strip():
        raise IcpVoiceError("The company needs a name.", hint="Type it above.")
    Workspace.init(
        here.folder,
        company=company.strip(),
        domains=lines(domains),
        people=lines(people),
        competitors=lines(competitors),
    )
    return went_well(request, "/", f"The workspace of {company.strip()} is made.")
