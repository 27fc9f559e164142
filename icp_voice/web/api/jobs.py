"""Jobs: understand what is new, read connected sources, see how far it is, cancel. They go on by themselves."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from icp_voice.errors import unknown
from icp_voice.jobs.nouns import Job
from icp_voice.web.api.given import Given, Most, Number, Sent
from icp_voice.web.asker import Here, Lent, Who, who_asks
from icp_voice.web.errors import answer
from icp_voice.web.site import Site

TAG = "jobs"
router = APIRouter(tags=[TAG])
EVENTS: dict[int | str, dict[str, Any]] = {
    200: {"description": "A job for each change of it, until it is over.", "content": {"text/event-stream": {}}}
}


class Started(Sent):
    """What to do. `sources` names connected sources for "sync"; without any, all are read."""

    kind: Literal["run", "sync"]
    sources: Annotated[list[Given], Field(max_length=100)] = []  # noqa: RUF012


@router.get("/jobs", summary="List jobs")
def jobs(here: Here, most: Most = 20) -> list[Job]:
    """Return the jobs, the latest first, without their steps and lines."""
    return here.jobs.jobs(most)


@router.post("/jobs", status_code=202, summary="Start a job")
def start(workspace: Lent, here: Here, asker: Who, started: Started) -> Job:
    """Understand what is new, or read connected sources and then understand; one job runs at a time."""
    for name in started.sources:
        if name not in workspace.settings.connectors:
            raise unknown("connected source", name, workspace.settings.connectors)
    arguments = {"sources": started.sources} if started.kind == "sync" else {}
    return here.jobs.start(started.kind, arguments, by=asker.name)


@router.get("/jobs/{number}", summary="Show a job")
def job(here: Here, number: Number) -> Job:
    """Return a job with its steps, and a line for each file."""
    return here.jobs.job(number)


@router.post("/jobs/{number}/cancel", status_code=202, summary="Cancel a job")
def cancel(here: Here, number: Number) -> Job:
    """End a job; what was kept stays."""
    here.jobs.job(number)
    return here.jobs.cancel(number)


@router.post("/jobs/{number}/again", status_code=202, summary="Start a job once more")
def again(here: Here, asker: Who, number: Number) -> Job:
    """Ask once more for a job that is over: it goes on with the rest."""
    return here.jobs.again(number, by=asker.name)


@router.get("/jobs/{number}/events", response_class=Response, responses=EVENTS, summary="Follow a job")
async def events(
    request: Request, here: Here, number: Number, since: Annotated[int, Query(ge=-1, le=2**53)] = -1
) -> Response:
    """Send a job whenever it has changed, until it is over (server-sent events)."""
    await run_in_threadpool(here.jobs.job, number)
    if here.watching.full:
        return answer(request, 429, "Too many follow jobs already.", "Ask for the job itself from time to time.")
    return StreamingResponse(_events(request, here, number, since), media_type="text/event-stream")


async def _events(request: Request, here: Site, number: int, since: int) -> AsyncIterator[str]:
    async for job in here.watching.changes(number):
        if await run_in_threadpool(who_asks, here, request) is None:
            return  # the token was revoked, or its person removed, while the work went on
        if job is None:
            yield ": here\n\n"
        elif job.version != since:
            yield f"id: {job.version}\ndata: {json.dumps(dataclasses.asdict(job), default=str)}\n\n"
