"""Home: what is in the workspace, what is new, what is known of whom, and what to do next. An empty folder is set up here."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from icp_voice.errors import IcpVoiceError
from icp_voice.jobs import JobState
from icp_voice.web.asker import Here, Who
from icp_voice.web.show import lines, moment, page, query, went_well
from icp_voice.web.site import Site
from icp_voice.workspace import Workspace

router = APIRouter()
ACCOUNTS = 12
JOBS = 10
TOLD = 5
FAILED = (JobState.FAILED, JobState.INTERRUPTED)
# kind of a thing to do -> where it is done, and what its button says
DOING = {
    "import accounts": ("/accounts/import", "Import accounts"),
    "icp rule": ("/accounts/rule", "Say which"),
    "upload": ("/upload", "Upload"),
    "run": ("/runs", "Read them"),
    "unmatched": ("/documents?needs=account", "Settle them"),
    "speakers": ("/documents?needs=speakers", "Say which side"),
    "review": ("/review", "Review"),
    "undated": ("/documents?needs=date", "Give dates"),
    "plan": ("/plan", "See the plan"),
    "edition": ("/document", "Open the document"),
}


@router.get("/")
def show(request: Request, here: Here, asker: Who) -> Response:
    """Show the workspace at a glance."""
    if not here.ready:
        return RedirectResponse("/start", 303)
    with here.lent(asker.name) as workspace:
        return _glance(request, here, workspace, asker.since)


def _glance(request: Request, here: Site, workspace: Workspace, since: float) -> Response:
    there = workspace.counts()
    before = moment(since) if since else ""
    news, jobs = workspace.whats_new(before) if before else None, here.jobs.jobs(JOBS)
    return page(
        request,
        "home.html.j2",
        open="home",
        counts=there,
        tag=workspace.tag,
        empty=not there.documents,
        todos=[(one, *_doing(one.kind, one.target)) for one in workspace.three_next()],
        news=news,
        changed=workspace.told_changes(most=TOLD) if news and news.changes else (),
        coverage=workspace.coverage_page(sort="gaps", most=ACCOUNTS) if there.icp_accounts else None,
        titles={one.name: one.title for one in workspace.codebook},
        working=[job for job in jobs if not job.over],
        failed=[job for job in jobs[:3] if job.state in FAILED],
    )


def _doing(kind: str, target: str) -> tuple[str, str]:
    address, button = DOING[kind]
    return address + query({"account": target}), button


@router.post("/runs")
def run(request: Request, here: Here, asker: Who) -> Response:
    """Read what is new, as work that goes on by itself."""
    job = here.jobs.start("run", by=asker.name)
    return went_well(request, f"/jobs/{job.id}", "Reading has begun. It goes on when you leave this page.")


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
    company: Annotated[str, Form(max_length=200)] = "",
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
