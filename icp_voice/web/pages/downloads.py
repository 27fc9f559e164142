"""Downloads: the reports, editions and comparisons as files, every table as CSV, and the project for other programs."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from icp_voice.errors import unknown
from icp_voice.publish.records import as_csv
from icp_voice.web.asker import Lent
from icp_voice.web.papers import FORMATS, REPORTS
from icp_voice.web.show import page
from icp_voice.workspace import Workspace

router = APIRouter(prefix="/downloads")
TABLES = (
    ("themes", "Themes", "Each theme with its category, how many accounts hold it, and how many quotes."),
    ("facts", "Facts", "Roles, steps, channels, competitors: what was stated, and by how many."),
    ("matrix", "What is known of whom", "Accounts by categories: covered, weak, stale, unanswered or unknown."),
    ("gaps", "Gaps", "What is still to be found out, about whom."),
    ("quotes", "Quotes", "Every quote with account, date, categories and themes."),
    ("plan", "Interview plan", "Whom to talk to next, why, and what to ask."),
    ("accounts", "Accounts", "Every account with its attributes and tags."),
)
OF_EDITIONS = ("themes", "facts", "matrix", "gaps", "quotes")
KINDS = {
    "docx": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "html": ("html", "text/html; charset=utf-8"),
    "markdown": ("md", "text/markdown; charset=utf-8"),
}
UNSAFE = re.compile(r"[^\w .,()&+-]+")


@router.get("")
def listed(request: Request, workspace: Lent) -> Response:
    """List all that can be downloaded."""
    return page(
        request,
        "downloads.html.j2",
        open="document",
        reports=REPORTS,
        formats=FORMATS,
        tables=TABLES,
        of_editions=OF_EDITIONS,
        editions=workspace.editions()[::-1],
    )


@router.get("/reports/{name}/{format}")
def report(workspace: Lent, name: str, format: str) -> Response:
    """Hand out a report."""
    written = workspace.paper(name)
    return _written(workspace, workspace.report_file(name, format=_known(format)), written.report.title, format)


@router.get("/editions/{number}/{format}")
def edition(workspace: Lent, number: int, format: str) -> Response:
    """Hand out an edition."""
    chosen = workspace.edition(str(number))
    data = workspace.edition_file(str(number), format=_known(format))
    return _written(workspace, data, f"edition {number}, {chosen.name}", format, chosen.at)


@router.get("/changes/{format}")
def comparison(workspace: Lent, format: str, a: str, b: str = "now") -> Response:
    """Hand out a comparison."""
    data = workspace.comparison_file(workspace.compared(a, b), format=_known(format))
    return _written(workspace, data, "what changed", format)


@router.get("/tables/{name}")
def table(workspace: Lent, name: str, edition: str = "now") -> Response:
    """Hand out a table as CSV."""
    title = dict((one, title) for one, title, _ in TABLES).get(name, name)
    rows = workspace.table(name, edition=edition)
    at = workspace.edition(edition).at if edition != "now" else ""
    named = title.lower() if edition == "now" else f"edition {workspace.edition(edition).number}, {title.lower()}"
    return _file(workspace, f"{as_csv(rows)}\r\n".encode("utf-8-sig"), named, "csv", "text/csv; charset=utf-8", at)


@router.get("/project.{ending}")
def project(workspace: Lent, ending: str) -> Response:
    """Hand out everything for other research programs."""
    data = workspace.export_file(f".{ending}")
    kind = "application/zip" if ending == "qdpx" else "application/xml"
    return _file(workspace, data, "coded material" if ending == "qdpx" else "codebook", ending, kind)


def _known(format: str) -> str:
    if format not in KINDS:
        raise unknown("format", format, KINDS)
    return format


def _written(workspace: Workspace, data: bytes, title: str, format: str, at: str = "") -> Response:
    ending, kind = KINDS[format]
    return _file(workspace, data, title, ending, kind, at)


def _file(workspace: Workspace, data: bytes, title: str, ending: str, kind: str, at: str = "") -> Response:
    """Return a file to be kept; were it opened in place after all, nothing in it would run."""
    name = f"{workspace.settings.company} {title} {at[:10] or datetime.now(UTC).date().isoformat()}"
    return Response(
        data,
        media_type=kind,
        headers={"content-disposition": disposition(name, ending), "content-security-policy": "sandbox"},
    )


def disposition(name: str, ending: str) -> str:
    """Return the header of a file to be kept under a name (RFC 6266): plain letters for old programs, and all of it."""
    whole = " ".join(UNSAFE.sub(" ", name).split())[:150].rstrip(" .") or "icp-voice"
    plain = unicodedata.normalize("NFKD", whole).encode("ascii", "ignore").decode().strip() or "icp-voice"
    return f"attachment; filename=\"{plain}.{ending}\"; filename*=UTF-8''{quote(f'{whole}.{ending}', safe='')}"
