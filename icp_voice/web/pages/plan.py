"""Whom to talk to next, what became of those who were asked, and the guides to print or take along."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from icp_voice.web.asker import Lent
from icp_voice.web.show import page, query, went_well

router = APIRouter(prefix="/plan")
FEWEST, USUAL, MOST = 5, 8, 10
FORMATS = {
    "html": ("html", "text/html; charset=utf-8"),
    "markdown": ("md", "text/markdown; charset=utf-8"),
    "docx": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}
Words = Annotated[str, Form(max_length=2_000)]
DONE = {
    "asked": "is asked",
    "scheduled": "has an appointment",
    "declined": "has declined",
    "none": "is not asked any more",
}


def _most(people: int) -> int:
    return min(max(people, FEWEST), MOST)


@router.get("")
def show(request: Request, workspace: Lent, people: int = USUAL) -> Response:
    """Show whom to talk to next, and what became of those who were asked."""
    people = _most(people)
    planned = workspace.plan(people)
    return page(
        request,
        "plan.html.j2",
        open="gaps",
        plan=planned,
        people=people,
        choices=range(FEWEST, MOST + 1),
        names=workspace.store.accounts.names({one.account for one in planned.interviews}),
        interviews=tuple(reversed(workspace.interviews())),
        titles={one.name: one.title for one in workspace.codebook},
        tag=workspace.tag,
        path="/plan" + query(people=people if people != USUAL else ""),
    )


@router.post("/mark")
def mark(
    request: Request,
    workspace: Lent,
    account: Words,
    state: Words,
    person: Words = "",
    date: Words = "",
    note: Words = "",
    name: Words = "",
    role: Words = "",
    email: Words = "",
    people: Annotated[int, Form()] = USUAL,
) -> Response:
    """Say that a person was asked, has an appointment, has declined, or is not asked any more."""
    kept = workspace.mark_interview(account, person, state, date=date, note=note, name=name, role=role, email=email)
    done = workspace.last_undoable()
    shown = _most(people)
    to = "/plan" + query(people=shown if shown != USUAL else "")
    text = f"{kept.person or 'Someone'} of {kept.account_name} {DONE[state]}."
    return went_well(request, to, text, undo=done.number if done else 0)


@router.get("/guide")
def guide(request: Request, workspace: Lent, account: str = "", person: str = "", people: int = USUAL) -> Response:
    """Show the guide of a person, or those of the whole plan, to be printed."""
    return page(
        request,
        "guide.html.j2",
        open="gaps",
        guides=workspace.shown_guides(account, person, people=_most(people)),
        chosen={"account": account, "person": person} if account else {"people": _most(people)},
        formats=list(FORMATS),
        group={"tagged": False},
    )


@router.get("/guide/{format}")
def download(workspace: Lent, format: str, account: str = "", person: str = "", people: int = USUAL) -> Response:
    """Return the same as a file."""
    made = (
        workspace.interview_guide(account, person, format=format)
        if account
        else workspace.interview_guides(_most(people), format=format)
    )
    ending, media = FORMATS[format]
    whom = " ".join(part for part in (person or account,) if part)
    called = quote(f"Interview guide {whom}.{ending}" if whom else f"Interview guides.{ending}", safe="")
    headers = {"content-disposition": f"attachment; filename=\"interview-guide.{ending}\"; filename*=UTF-8''{called}"}
    return Response(made, media_type=media, headers=headers)
