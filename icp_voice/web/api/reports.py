"""Reports and tables as files, and the project for other research programs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from icp_voice.publish.records import as_csv
from icp_voice.web.api.given import Name
from icp_voice.web.asker import Lent

TAG = "reports"
router = APIRouter(tags=[TAG])
Form = Annotated[Literal["html", "markdown", "docx"], Query(description="What kind of file.")]
Report = Literal["icp", "pain-points", "buying-process"]
Table = Literal["themes", "facts", "matrix", "gaps", "quotes", "plan", "accounts"]
_DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS: Final = {
    "html": ("text/html; charset=utf-8", "html"),
    "markdown": ("text/markdown; charset=utf-8", "md"),
    "docx": (_DOCX, "docx"),
    "csv": ("text/csv; charset=utf-8", "csv"),
}
FILES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The file.", "content": {"text/html": {}, "text/markdown": {}, _DOCX: {}}}
}
CSV: Final[dict[int | str, dict[str, Any]]] = {200: {"description": "The table.", "content": {"text/csv": {}}}}
PROJECT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The project.", "content": {"application/octet-stream": {}}}
}


@router.get("/reports/{report}", response_class=Response, responses=FILES, summary="Write a report")
def report(workspace: Lent, report: Report, format: Form = "html") -> Response:
    """Return a report as a file."""
    return file(report, format, workspace.report_file(report, format=format))


@router.get("/tables/{table}", response_class=Response, responses=CSV, summary="Write a table")
def table(
    workspace: Lent,
    table: Table,
    edition: Annotated[Name, Query(description='An edition by number, id or name; "now": as it is.')] = "now",
) -> Response:
    """Return a table of the document as CSV; no text in it is run as a formula by a spreadsheet."""
    return file(table, "csv", as_csv(workspace.table(table, edition=edition)) + "\n")


@router.get("/export/{form}", response_class=Response, responses=PROJECT, summary="Export for research programs")
def export(workspace: Lent, form: Literal["qdpx", "qdc"]) -> Response:
    """Return everything as a REFI-QDA project (qdpx), or the codebook alone (qdc)."""
    with tempfile.TemporaryDirectory() as folder:
        data = workspace.export(Path(folder) / f"icp-voice.{form}").read_bytes()
    return _attached(data, "application/octet-stream", f"icp-voice.{form}")


def file(name: str, form: str, data: str | bytes) -> Response:
    """Return a file under a name of ours; a browser keeps it and does not open it."""
    kind, ending = KINDS[form]
    return _attached(data, kind, f"{name}.{ending}")


def _attached(data: str | bytes, kind: str, name: str) -> Response:
    return Response(data, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})
