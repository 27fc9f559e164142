"""Work that goes on by itself: the list, one job with its bars, what became of each file, and its end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from icp_voice.jobs import Job, JobState
from icp_voice.web import working
from icp_voice.web.asker import Asker, Here, Who, who_asks
from icp_voice.web.show import page, templates, went_well
from icp_voice.web.site import Site

router = APIRouter(prefix="/jobs")
LISTED = 100
LINES = 20  # lines that are told while files are read; afterwards all are
FAILED = (JobState.FAILED, JobState.CANCELLED, JobState.INTERRUPTED)


@router.get("")
def listed(request: Request, here: Here) -> Response:
    """Show what is at work, what waits, and what was done."""
    return page(request, "jobs.html.j2", jobs=here.jobs.jobs(LISTED), working=working, failed=FAILED)


@router.get("/line")
def line(request: Request) -> Response:
    """Show how far the work is, in the line that all pages have."""
    return page(request, "_work.html.j2")


@router.get("/{number}")
def show(request: Request, here: Here, asker: Who, number: int) -> Response:
    """Show one job."""
    job = here.jobs.job(number)
    return page(request, "job.html.j2", **_shown(job, here, asker))


@router.get("/{number}/events")
async def events(request: Request, here: Here, number: int) -> Response:
    """Tell of a job as it goes on, until it is over."""
    await run_in_threadpool(here.jobs.job, number)
    if here.watching.full:
        return Response(status_code=204)  # who gets this asks for the page from time to time instead
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(_told(request, here, number), media_type="text/event-stream", headers=headers)


@router.post("/{number}/cancel")
def cancel(request: Request, here: Here, number: int) -> Response:
    """End a job."""
    here.jobs.cancel(number)
    return went_well(request, f"/jobs/{number}", "Cancelled. What was kept stays.")


@router.post("/{number}/again")
def again(request: Request, here: Here, asker: Who, number: int) -> Response:
    """Go on with a job that did not come to its end."""
    return went_well(request, f"/jobs/{here.jobs.again(number, by=asker.name).id}")


async def _told(request: Request, here: Site, number: int) -> AsyncIterator[str]:
    yield "retry: 2000\n\n"
    async for job in here.watching.changes(number):
        asker = await run_in_threadpool(who_asks, here, request)
        if asker is None:  # signed out, or removed, while the work went on
            return
        if job is None:
            yield ": still here\n\n"
            continue
        shown = await run_in_threadpool(_shown, job, here, asker)
        text = templates().get_template("_job.html.j2").render(asker=asker, csrf=asker.csrf, **shown)
        lines = "".join(f"data: {one}\n" for one in text.splitlines())
        yield f"event: {'over' if job.over else 'job'}\n{lines}\n"


def _shown(job: Job, here: Site, asker: Asker) -> dict[str, Any]:
    """Return what a job's page is made of; what came of the latest one is told at its end."""
    news = None
    titles: dict[str, str] = {}
    names: Mapping[str, str] = {}
    if job.cells and here.ready:
        with here.lent(asker.name) as workspace:
            titles = {one.name: one.title for one in workspace.codebook}
            names = workspace.store.accounts.names({one.account for one in job.cells})
    if job.state is JobState.DONE and here.ready and here.jobs.jobs(1)[0].id == job.id:
        # Times are whole seconds: what came in the second in which it began came of it.
        before = datetime.fromisoformat(job.started) - timedelta(seconds=1)
        with here.lent(asker.name) as workspace:
            news = workspace.whats_new(before.strftime("%Y-%m-%dT%H:%M:%SZ"))
    bad = [one for one in job.lines if one.error]
    good = [one for one in job.lines if not one.error]
    return {
        "job": job,
        "title": working.title(job),
        "state": working.STATES[job.state],
        "bars": working.bars(job),
        "bad": bad,
        "good": good if job.over else good[-LINES:],
        "more": 0 if job.over else max(0, len(good) - LINES),
        "failed": job.state in FAILED,
        "news": news,
        "titles": titles,
        "names": names,
        "cells": [one for one in job.cells if one.category in titles and one.account in names],
    }
