"""Editions of the ICP document: frozen, listed, read as they were, and compared."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from icp_voice.errors import IcpVoiceError
from icp_voice.web.asker import Forbidden, Lent, Who
from icp_voice.web.papers import FORMATS, reading
from icp_voice.web.show import page, query, went_well

router = APIRouter(prefix="/editions")
NOW = "now"


@router.get("")
def listed(request: Request, workspace: Lent) -> Response:
    """List the editions, the latest first."""
    return page(request, "editions.html.j2", open="document", editions=workspace.editions()[::-1], formats=FORMATS)


@router.get("/new")
def ask(request: Request, workspace: Lent, asker: Who) -> Response:
    """Ask what the new edition is to be called."""
    if not asker.edits:
        raise Forbidden(f"{asker.name} may read, not freeze.", hint="Ask an admin for the role of a researcher.")
    return page(
        request,
        "edition_new.html.j2",
        open="document",
        suggested=f"ICP document, {datetime.now(UTC):%B %Y}",
        paper=workspace.paper(),
        last=next(reversed(workspace.editions()), None),
    )


@router.post("")
def freeze(
    request: Request,
    workspace: Lent,
    name: Annotated[str, Form(max_length=200)] = "",
    note: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Freeze the document as it is now."""
    edition = workspace.freeze_edition(name, note)
    return went_well(request, f"/editions/{edition.number}", f"Edition {edition.number} is frozen. It stays as it is.")


@router.get("/compare")
def compare(request: Request, workspace: Lent, a: str = "", b: str = NOW) -> Response:
    """Show what changed between two editions, or since one."""
    known = workspace.editions()
    if not known:
        return RedirectResponse("/editions", 303)
    if not a:
        raise IcpVoiceError("Choose the edition to compare from.", hint="Go back and choose one under “From”.")
    if b != NOW and a != NOW and workspace.edition(a).number > workspace.edition(b).number:
        return RedirectResponse("/editions/compare" + query(a=b, b=a), 303)
    if a == NOW or a == b:
        raise IcpVoiceError(
            "Choose two different editions, the older one first.", hint="Compare with “now”, or a later one."
        )
    comparison = workspace.compared(a, b)
    return page(
        request,
        "edition_compare.html.j2",
        open="document",
        comparison=comparison,
        shown=Markup(workspace.show_comparison(comparison, place=reading().place)),
        editions=known[::-1],
        a=a,
        b=b,
        formats=FORMATS,
    )


@router.get("/{number}")
def read(request: Request, workspace: Lent, number: int) -> Response:
    """Show an edition as it was frozen."""
    edition = workspace.edition(str(number))
    paper, sections = workspace.edition_sections(str(number), reading(number))
    return page(
        request,
        "edition.html.j2",
        open="document",
        edition=edition,
        paper=paper,
        sections=sections,
        formats=FORMATS,
        last=workspace.editions()[-1],
    )
