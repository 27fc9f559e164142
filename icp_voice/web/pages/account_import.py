"""Accounts out of a CRM: a file goes up, a look at what it would bring with its columns to choose, and the import."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from starlette.responses import Response

from icp_voice.errors import IcpVoiceError
from icp_voice.ingest.choices import Choices
from icp_voice.ingest.crm import KEYS
from icp_voice.ingest.look import mapping_of
from icp_voice.store.uploads import Staged
from icp_voice.web.asker import Here, Lent, Uploading
from icp_voice.web.show import page, went_well

router = APIRouter(prefix="/accounts/import", dependencies=[Uploading])
CHUNK = 1 << 20


@router.get("")
def ask(request: Request, workspace: Lent) -> Response:
    """Ask for a file."""
    return page(request, "account_import.html.j2", open="accounts", megabytes=workspace.settings.limits.file_mb)


@router.post("")
def take(request: Request, workspace: Lent, file: Annotated[UploadFile | None, File()] = None) -> Response:
    """Take a file in; nothing of it is kept before it was looked at."""
    if file is None or not file.filename:
        raise IcpVoiceError("No file is chosen.", hint="Choose the list as CSV or XLSX.")
    batch = workspace.uploads.open(by=workspace.by)
    with workspace.uploads.add(batch.id, file.filename) as writer:
        while chunk := file.file.read(CHUNK):
            writer.write(chunk)
    [staged] = workspace.uploads.batch(batch.id).files
    workspace.choose_upload(batch.id, staged.number, Choices(purpose="accounts"))
    return went_well(request, f"/accounts/import/{batch.id}")


@router.get("/{batch}")
def look(
    request: Request,
    workspace: Lent,
    batch: str,
    column: Annotated[list[str] | None, Query()] = None,
    meaning: Annotated[list[str] | None, Query()] = None,
) -> Response:
    """Show what a file would bring, with its columns taken as they were chosen."""
    staged = _one(workspace.uploads.batch(batch).files)
    path = workspace.uploads.path(batch, staged.number)
    tried = workspace.preview_accounts(path, mapping=_mapping(column, meaning), name=staged.name)
    return page(request, "account_import_look.html.j2", open="accounts", batch=batch, staged=staged, tried=tried)


@router.post("/{batch}")
def bring(
    request: Request,
    workspace: Lent,
    here: Here,
    batch: str,
    column: Annotated[list[str] | None, Form()] = None,
    meaning: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Import the file; while other work holds the workspace, it waits its turn among the jobs."""
    staged = _one(workspace.uploads.batch(batch).files)
    choices = Choices(purpose="accounts", mapping=_mapping(column, meaning) or {})
    workspace.choose_upload(batch, staged.number, choices)
    if here.jobs.working():
        job = here.jobs.start("keep", {"batch": batch}, by=workspace.by)
        return went_well(request, f"/jobs/{job.id}", "The import begins as soon as the work before it is done.")
    result = next(iter(workspace.keep(batch)), None)
    if result is None:  # another tab was quicker
        raise _brought(staged)
    if result.error:
        raise IcpVoiceError(result.error, hint=result.hint)
    text = f"{staged.name}: {result.new:,} new accounts, {result.updated:,} known ones brought up to date."
    return went_well(request, "/accounts", " ".join((text, *result.warnings[:3])))


@router.post("/{batch}/discard")
def discard(request: Request, workspace: Lent, batch: str) -> Response:
    """Throw the file away."""
    workspace.uploads.discard(batch)
    return went_well(request, "/accounts/import", "The file is thrown away; nothing of it was kept.")


def _one(files: tuple[Staged, ...]) -> Staged:
    if not files:
        raise IcpVoiceError("This upload holds no file any more.", hint="Upload the list again.")
    if len(files) > 1:
        raise IcpVoiceError("This upload holds several files.", hint="Keep them where they wait, under Upload.")
    if files[0].state == "kept":
        raise _brought(files[0])
    return files[0]


def _brought(staged: Staged) -> IcpVoiceError:
    return IcpVoiceError(f"{staged.name} is imported already.", hint="Upload the list again if it has changed since.")


def _mapping(columns: list[str] | None, meanings: list[str] | None) -> dict[str, str] | None:
    """Return what each field is taken from as it was chosen, None if nothing was."""
    return mapping_of(list(zip(columns or [], meanings or [], strict=False)), KEYS) if columns else None
