"""Uploads: send files, see what would become of them, say what is wrong by hand, and keep them as a job."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import contextmanager_in_threadpool
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from icp_voice.ingest.choices import Choices, Purpose, SameName
from icp_voice.ingest.preview import Preview
from icp_voice.jobs.nouns import Job
from icp_voice.limits import MEGABYTE
from icp_voice.model import Side
from icp_voice.store.uploads import Batch, Staged, Uploads
from icp_voice.web.api.given import Day, Name, Sent, Words
from icp_voice.web.api.shapes import Done
from icp_voice.web.asker import Here, Lent, Uploading, Who
from icp_voice.web.site import Site

TAG = "uploads"
router = APIRouter(tags=[TAG], dependencies=[Uploading])
BatchId = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="Its id.", examples=["5d41402abc4b2a76"])]
FileNumber = Annotated[int, Path(ge=1, le=500, description="The number of the file in it.")]
FileName = Annotated[
    Words, Query(min_length=1, max_length=500, description="What the file is called.", examples=["call.vtt"])
]
BYTES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The bytes of the file.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
Columns = Annotated[dict[Name, Name], Field(max_length=50, description="Field -> column.")]


class ChoicesSent(Sent):
    """What a person says of a file; what is empty is told by the file."""

    purpose: Purpose = ""
    account: Name = ""
    new_account: Name = ""
    kind: Name = ""
    date: Day = ""
    sides: Annotated[dict[Name, Side], Field(max_length=200)] = {}  # noqa: RUF012
    mapping: Columns = {}  # noqa: RUF012
    new_accounts: bool = False
    same_name: SameName = ""
    skip: bool = False


@router.get("/uploads", summary="List uploads that wait")
def uploads(workspace: Lent) -> list[Batch]:
    """Return the uploads of which something was not kept."""
    return workspace.uploads.batches()


@router.post("/uploads", status_code=201, summary="Begin an upload")
def begin(workspace: Lent) -> Batch:
    """Begin an upload; files are sent into it one by one."""
    return workspace.uploads.open(by=workspace.by)


@router.get("/uploads/{batch}", summary="Show an upload")
def upload(workspace: Lent, batch: BatchId) -> Batch:
    """Return an upload with the files that have arrived."""
    return workspace.uploads.batch(batch)


@router.delete("/uploads/{batch}", response_model=Done, summary="Throw an upload away")
def discard(workspace: Lent, batch: BatchId) -> Any:
    """Throw away what was not kept of an upload."""
    workspace.uploads.discard(batch)
    return {"done": "Thrown away.", "undo": 0}


@router.post("/uploads/{batch}/files", status_code=201, openapi_extra=BYTES, summary="Send a file")
async def send(request: Request, here: Here, asker: Who, batch: BatchId, name: FileName) -> Staged:
    """Send the bytes of a file; they are written to disk as they come, and nothing is kept yet."""
    return await _taken(request, await run_in_threadpool(_uploads, here, asker.name), batch, name)


@router.get("/uploads/{batch}/files/{number}", summary="Preview a file")
def preview(workspace: Lent, batch: BatchId, number: FileNumber) -> Preview:
    """Say what would become of a file: format, speakers and sides, account, date, first turns, columns."""
    return workspace.preview_upload(batch, number)


@router.put("/uploads/{batch}/files/{number}", summary="Correct by hand what a file tells")
def choose(workspace: Lent, batch: BatchId, number: FileNumber, sent: ChoicesSent) -> Preview:
    """Keep what a person says of a file, and say what would become of it now."""
    given = sent.model_dump() | {"sides": {name: str(side) for name, side in sent.sides.items()}}
    workspace.choose_upload(batch, number, Choices(**given))
    return workspace.preview_upload(batch, number)


@router.delete("/uploads/{batch}/files/{number}", response_model=Done, summary="Throw a file away")
def remove(workspace: Lent, batch: BatchId, number: FileNumber) -> Any:
    """Throw away a file that was not kept."""
    workspace.uploads.staged(batch, number)
    workspace.uploads.remove(batch, number)
    return {"done": "Thrown away.", "undo": 0}


@router.post("/uploads/{batch}/keep", status_code=202, summary="Keep an upload")
def keep(workspace: Lent, here: Here, asker: Who, batch: BatchId) -> Job:
    """Keep the files of an upload and understand them, as a job."""
    workspace.uploads.batch(batch)
    return here.jobs.start("keep", {"batch": batch}, by=asker.name)


@router.post("/uploads/accounts", status_code=202, openapi_extra=BYTES, summary="Import accounts")
async def import_accounts(
    request: Request,
    here: Here,
    asker: Who,
    name: FileName,
    id: Annotated[Name, Query(description="The column with the account's id.")] = "",
    account_name: Annotated[Name, Query(description="The column with its name.")] = "",
    domain: Annotated[Name, Query(description="The column with its website or mail domain.")] = "",
) -> Job:
    """Send a CRM export (CSV or XLSX) and keep it, as a job; as `icp-voice accounts import` does."""
    mapping = {key: column for key, column in (("id", id), ("name", account_name), ("domain", domain)) if column}
    return await _imported(request, here, asker.name, name, Choices(purpose="accounts", mapping=mapping))


async def _imported(request: Request, here: Site, by: str, name: str, choices: Choices) -> Job:
    uploads = await run_in_threadpool(_uploads, here, by)
    batch = await run_in_threadpool(lambda: uploads.open(by=by))
    try:
        staged = await _taken(request, uploads, batch.id, name)
    except BaseException:
        await run_in_threadpool(uploads.discard, batch.id)
        raise

    def start() -> Job:
        with here.lent(by) as workspace:
            workspace.choose_upload(batch.id, staged.number, choices)
        return here.jobs.start("keep", {"batch": batch.id}, by=by)

    return await run_in_threadpool(start)


def _uploads(here: Site, by: str) -> Uploads:
    """Return what takes files in. No workspace is held while bytes come: that may take as long as the sender likes."""
    with here.lent(by) as workspace:
        return workspace.uploads


async def _taken(request: Request, uploads: Uploads, batch: str, name: str) -> Staged:
    async with contextmanager_in_threadpool(uploads.add(batch, name)) as writer:
        waiting = bytearray()
        async for chunk in request.stream():
            waiting += chunk
            if len(waiting) >= MEGABYTE:
                await run_in_threadpool(writer.write, bytes(waiting))
                waiting.clear()
        await run_in_threadpool(writer.write, bytes(waiting))
    return (await run_in_threadpool(uploads.batch, batch)).files[-1]
