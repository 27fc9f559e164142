"""What is known and what is not: coverage, gaps, saturation, the interview plan and what became of interviews."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from icp_voice.model import CellState
from icp_voice.profile.saturation import Saturation
from icp_voice.publish import records
from icp_voice.web.api import told
from icp_voice.web.api.given import Day, Id, Most, Name, Sent, Start, Words
from icp_voice.web.api.reports import FILES, Form, file
from icp_voice.web.api.shapes import CellRecord, GapRecord, InterviewRecord, Listed, PickRecord
from icp_voice.web.asker import Lent

TAG = "insight"
router = APIRouter(tags=[TAG])
People = Annotated[int, Query(ge=1, le=100, description="How many people at most.")]


class Marking(Sent):
    """What became of an interview; without a `person`, `name`, `role` and `email` tell who it is."""

    account: Id
    person: Name = ""
    state: Literal["none", "asked", "scheduled", "declined"]
    date: Day = ""
    note: Annotated[Words, Field(max_length=2_000)] = ""
    name: Name = ""
    role: Name = ""
    email: Name = ""


@router.get("/coverage", response_model=Listed[CellRecord], summary="Show what is known of whom")
def coverage(
    workspace: Lent,
    sort: Literal["name", "gaps", "newest", "oldest"] = "name",
    state: CellState | Literal[""] = "",
    category: Name = "",
    start: Annotated[int, Query(ge=0, le=2_000_000_000, description="The account to start at, from 0.")] = 0,
    most: Annotated[int, Query(ge=1, le=200, description="How many accounts at most.")] = 50,
) -> Any:
    """Return the cells (ICP account x category) of some accounts; `total` counts accounts."""
    page = workspace.coverage_page(sort=sort, start=start, most=most, state=str(state), category=category)
    return {
        "items": [records.cell_record(cell) for row in page.rows for cell in row.cells],
        "total": page.total,
        "next": str(start + most) if start + most < page.total else "",
        "previous": str(max(start - most, 0)) if start else "",
    }


@router.get("/gaps", response_model=Listed[GapRecord], summary="List what is not known yet")
def gaps(workspace: Lent, start: Start = 0, most: Most = 50) -> Any:
    """Return what still has to be researched, and why."""
    page = told.cut(workspace.gaps(), start, most)
    return page | {"items": [records.gap_record(gap) for gap in page["items"]]}


@router.get("/saturation", summary="Tell whether more interviews bring new themes")
def saturation(workspace: Lent) -> list[Saturation]:
    """Return for each category whether more interviews still bring new themes."""
    return list(workspace.saturation().values())


@router.get("/plan", response_model=list[PickRecord], summary="Pick whom to talk to next")
def plan(workspace: Lent, people: People = 8) -> Any:
    """Return whom to talk to next, why, and what to ask, so that the most gaps close."""
    return [records.interview_record(one) for one in workspace.plan(people).interviews]


@router.get("/plan/guides", response_class=Response, responses=FILES, summary="Hand out the interview guides")
def guides(workspace: Lent, people: People = 8, format: Form = "html") -> Response:
    """Return the guides of the whole plan as one file."""
    return file("interview-guides", format, workspace.interview_guides(people, format=format))


@router.get("/guide", response_class=Response, responses=FILES, summary="Hand out one interview guide")
def guide(
    workspace: Lent,
    account: Annotated[Id, Query(description="Its id, name or domain.")],
    person: Name = "",
    format: Form = "html",
) -> Response:
    """Return the guide for a person of the plan; without a name, for the first one at the account."""
    return file("interview-guide", format, workspace.interview_guide(account, person, format=format))


@router.get("/interviews", response_model=list[InterviewRecord], summary="List interviews")
def interviews(workspace: Lent) -> Any:
    """Return what became of every interview, in the order in which they began."""
    return [records.interview_state_record(one) for one in workspace.interviews()]


@router.post("/interviews", response_model=InterviewRecord, summary="Mark an interview")
def mark(workspace: Lent, marking: Marking) -> Any:
    """Say that a person was asked, has an appointment, has declined, or that it is called off ("none")."""
    given = marking.model_dump(exclude={"account", "person", "state"})
    return records.interview_state_record(
        workspace.mark_interview(marking.account, marking.person, marking.state, **given)
    )
