"""Saved views: opened, named, shared by their address, taken away, and put into the ICP document."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from icp_voice.publish.lists import view_row
from icp_voice.web.asker import Lent
from icp_voice.web.download import csv_file
from icp_voice.web.show import page, query, went_well
from icp_voice.web.viewing import asked_in, state_of, told
from icp_voice.workspace import Workspace

router = APIRouter()
Name = Annotated[str, Form(max_length=300)]
Section = Annotated[str, Form(max_length=100)]


@router.get("/views")
def show(request: Request, workspace: Lent, found: str = "", format: str = "") -> Response:
    """List the saved views; `found` marks the one that was just saved."""
    base = str(request.base_url).rstrip("/")
    views = [(one, "/ask" + query({**state_of(one), "saved": one.name})) for one in workspace.views()]
    if format == "csv":
        return csv_file("views", [view_row(one, base + address) for one, address in views])
    titles = {
        **workspace.category_titles(),
        **workspace.theme_names(),
        **workspace.names_of_accounts([one.account for one, _ in views]),
    }
    return page(
        request,
        "views.html.j2",
        open="ask",
        views=[(one, address, told(one, titles)) for one, address in views],
        base=base,
        found=found,
        placed=dict(workspace.arrangement().views),
        sections=workspace.section_titles(),
    )


@router.post("/views")
def save(
    request: Request,
    workspace: Lent,
    name: Name = "",
    state: Annotated[str, Form(max_length=20_000)] = "",
    instead: Name = "",
    section: Section = "",
    gap: Annotated[bool, Form()] = False,
) -> Response:
    """Save a view under a name; with a section, put it into the ICP document."""
    asked = asked_in(state)
    workspace.save_new_view(replace(asked.view, name=name), instead=instead, section=section)
    if gap:
        return _told(request, workspace, asked.to(), "The question is kept as a gap until somebody answers it.")
    saved = f"“{name.strip()}” is saved"
    text = f"{saved} and stands in the ICP document." if section else f"{saved}. It is listed under Saved views."
    return _told(request, workspace, asked.to(saved=name.strip()), text)


@router.post("/views/rename")
def rename(request: Request, workspace: Lent, name: Name, to: Name = "") -> Response:
    """Give a saved view another name."""
    workspace.rename_view(name, to)
    return _told(request, workspace, f"/views{query(found=to.strip())}", f"The view is called “{to.strip()}” now.")


@router.post("/views/remove")
def remove(request: Request, workspace: Lent, name: Name) -> Response:
    """Forget a saved view."""
    workspace.forget_view(name)
    return _told(request, workspace, "/views", f"The view “{name}” is taken away.")


@router.post("/views/document")
def in_document(request: Request, workspace: Lent, name: Name, section: Section = "") -> Response:
    """Put a view into a section of the ICP document; without a section, take it out."""
    if section:
        workspace.add_view_to_document(name, section=section)
        return _told(request, workspace, f"/views{query(found=name)}", f"“{name}” stands in the ICP document.")
    workspace.remove_view_from_document(name)
    return _told(request, workspace, f"/views{query(found=name)}", f"“{name}” is out of the ICP document.")


def _told(request: Request, workspace: Workspace, to: str, text: str) -> Response:
    change = workspace.last_undoable()
    return went_well(request, to, text, undo=change.number if change else 0)
