"""Uploads: files come in, are shown as they would be kept, are changed by hand, and are then kept by a job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from icp_voice.errors import IcpVoiceError
from icp_voice.ingest.choices import Choices
from icp_voice.model import Kind
from icp_voice.store.uploads import MOST_FILES, MOST_MEGABYTES
from icp_voice.web.arriving import copied, streamed
from icp_voice.web.asker import Here, Lent, Uploading, Who
from icp_voice.web.choosing import chosen, for_all, meanings
from icp_voice.web.show import page, went_well
from icp_voice.web.site import Site
from icp_voice.workspace import Workspace

PATIENCE = 60.0
KINDS = tuple((kind.value, kind.value.capitalize()) for kind in Kind)


async def sent(request: Request) -> FormData:
    """Return the fields of a form."""
    return await request.form()


router = APIRouter(dependencies=[Uploading])
Sent = Annotated[FormData, Depends(sent)]


@router.get("/upload")
def show(request: Request, workspace: Lent, account: str = "") -> Response:
    """Take files in, and show what waits; with an account (id, name or domain), for files of its words."""
    return page(
        request,
        "upload.html.j2",
        open="upload",
        waiting=workspace.uploads.batches(),
        limits=_limits(workspace),
        of=workspace.account(account) if account else None,
        empty=not workspace.counts().accounts,
    )


@router.post("/upload/open")
def begin(request: Request, workspace: Lent, asker: Who) -> Response:
    """Begin an upload for a script, which sends each file by itself."""
    return Response(status_code=201, headers={"location": f"/upload/{workspace.uploads.open(by=asker.name).id}"})


@router.post("/upload/new")
def arrive(
    request: Request,
    here: Here,
    asker: Who,
    files: Annotated[list[UploadFile | str], File()],
    batch: Annotated[str, Form(max_length=100)] = "",
    account: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Take the files of a form, into a new upload or one that is there; `account` says whose words they are."""
    given = [one for one in files if not isinstance(one, str) and one.filename]
    if not given:
        raise IcpVoiceError("No file was chosen.", hint="Choose one or more files first.")
    uploads = here.uploads
    to = batch or uploads.open(by=asker.name).id
    taken, refused = copied(uploads, to, given)
    if not taken:
        if not batch:  # what waited there before stays
            uploads.discard(to)
        raise refused[0]
    if account:
        with here.lent(asker.name) as workspace:
            workspace.choose_for_all(to, Choices(account=account))
    some = "; ".join(error.message for error in refused[:3])
    more = f" Not taken: {some}{f' and {len(refused) - 3} more' if len(refused) > 3 else ''}." if refused else ""
    return went_well(request, f"/upload/{to}", f"{taken} {'file' if taken == 1 else 'files'} uploaded.{more}")


@router.post("/upload/{batch}/files")
async def stream(request: Request, here: Here, batch: str, name: str) -> Response:
    """Take one file as the body of the request."""
    uploads = await run_in_threadpool(lambda: here.uploads)
    await streamed(uploads, batch, name, request)
    return Response(status_code=204)


@router.get("/upload/{batch}")
def listed(request: Request, here: Here, workspace: Lent, batch: str) -> Response:
    """Show the files of an upload; each is then looked at by a request of its own."""
    return page(request, "upload_batch.html.j2", open="upload", **_batch(here, workspace, batch))


@router.post("/upload/{batch}/all")
def say_of_all(request: Request, workspace: Lent, batch: str, form: Sent) -> Response:
    """Say the same of all files."""
    said = for_all(form)
    count = workspace.choose_for_all(batch, said)
    names = {"account": said.account or said.new_account, "date": said.date, "kind": said.kind}
    what = " and ".join(name for name, value in names.items() if value) or "nothing"
    return went_well(
        request, f"/upload/{batch}", f"{what.capitalize()} set for {count} {'file' if count == 1 else 'files'}."
    )


@router.post("/upload/{batch}/keep")
def keep(request: Request, here: Here, workspace: Lent, asker: Who, batch: str) -> Response:
    """Keep the files and read them, as work that goes on by itself."""
    if not _going(workspace, batch):
        raise IcpVoiceError("Nothing is left to keep.", hint="Take a file in again, or upload others.")
    job = here.jobs.start("keep", {"batch": batch}, by=asker.name)
    return went_well(request, f"/jobs/{job.id}")


@router.post("/upload/{batch}/discard")
def discard(request: Request, workspace: Lent, batch: str) -> Response:
    """Throw an upload away."""
    workspace.uploads.discard(batch)
    return went_well(request, "/upload", "Thrown away; nothing of it was kept.")


@router.get("/upload/{batch}/{number}")
def look(request: Request, here: Here, asker: Who, batch: str, number: int, open: str = "") -> Response:
    """Show what would become of one file."""
    with _looking(here, asker.name) as workspace:
        staged = workspace.uploads.staged(batch, number)
        return page(
            request,
            "upload_file.html.j2",
            open="upload",
            **_batch(here, workspace, batch),
            staged=staged,
            said=workspace.upload_choices(staged),
            shown=None if staged.state == "kept" else workspace.preview_upload(batch, number),
            open_now=bool(open) or not request.headers.get("hx-request"),
        )


@router.post("/upload/{batch}/{number}")
def say(request: Request, workspace: Lent, batch: str, number: int, form: Sent) -> Response:
    """Say whose words a file holds, when they were said, and who is who."""
    before = workspace.upload_choices(workspace.uploads.staged(batch, number))
    workspace.choose_upload(batch, number, chosen(form, before))
    return went_well(request, f"/upload/{batch}/{number}?open=1")


@router.post("/upload/{batch}/{number}/columns")
def map_columns(request: Request, here: Here, asker: Who, batch: str, number: int, form: Sent) -> Response:
    """Say what the columns of a table mean."""
    with _looking(here, asker.name) as workspace:
        workspace.map_upload(batch, number, meanings(form))
    return went_well(request, f"/upload/{batch}/{number}?open=1")


@router.post("/upload/{batch}/{number}/leave")
def leave(
    request: Request, workspace: Lent, batch: str, number: int, left: Annotated[str, Form(max_length=1)] = ""
) -> Response:
    """Leave a file out, or take it in again."""
    workspace.leave_out(batch, number, left=bool(left))
    return went_well(request, f"/upload/{batch}/{number}")


@router.post("/start/sample")
def sample(request: Request, here: Here, asker: Who) -> Response:
    """Make the invented company in an empty folder."""
    if here.ready:
        raise IcpVoiceError(
            "This folder is a workspace already.", hint="Serve an empty folder for the invented company."
        )
    return went_well(request, f"/jobs/{here.jobs.start('demo', by=asker.name).id}")


@contextmanager
def _looking(here: Site, by: str) -> Iterator[Workspace]:
    """Lend a workspace to look at a file with; few are looked at at once, so that pages are answered meanwhile."""
    if not here.looks.acquire(timeout=PATIENCE):
        raise IcpVoiceError("Other files are being looked at.", hint="Try again in a minute.")
    try:
        with here.lent(by) as workspace:
            yield workspace
    finally:
        here.looks.release()


def _batch(here: Site, workspace: Workspace, batch: str) -> dict[str, Any]:
    """Return what every page of an upload shows."""
    found, going = workspace.uploads.batch(batch), _going(workspace, batch)
    job = here.jobs.latest("keep", {"batch": batch})
    return {
        "batch": found,
        "going": going,
        "left": sum(one.state != "kept" for one in found.files) - going,
        "job": job if job and (not job.over or not going) else None,
        "limits": _limits(workspace),
        "kinds": KINDS,
    }


def _going(workspace: Workspace, batch: str) -> int:
    """Return how many files would be kept now."""
    files = workspace.uploads.batch(batch).files
    return sum(one.state != "kept" and not workspace.upload_choices(one).skip for one in files)


def _limits(workspace: Workspace) -> dict[str, int]:
    return {"files": MOST_FILES, "file_mb": workspace.settings.limits.file_mb, "mb": MOST_MEGABYTES}
