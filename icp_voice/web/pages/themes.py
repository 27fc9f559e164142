"""Themes: what customers' words group into, by category and view; what stands in none; two made one; the history."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from icp_voice.errors import IcpVoiceError
from icp_voice.publish.lists import change_row, loose_row, theme_row
from icp_voice.web.asker import Lent, Who
from icp_voice.web.download import csv_file
from icp_voice.web.pages.sign_in import inside
from icp_voice.web.show import page, went_well
from icp_voice.web.viewing import Asked, asked_of, chips, filters
from icp_voice.workspace import Workspace

router = APIRouter()
SORTS = (("accounts", "Most accounts"), ("mentions", "Most quotes"), ("trend", "Rising first"), ("name", "By name"))
EVERYTHING = 100_000
Start = Annotated[int, Query(ge=0, le=EVERYTHING)]
Next = Annotated[str, Form(max_length=4000)]


@router.get("/themes")
def show(
    request: Request,
    workspace: Lent,
    sort: str = "accounts",
    hidden: bool = False,
    start: Start = 0,
    format: str = "",
) -> Response:
    """Show the themes of a category within a view, as cards."""
    more = {"sort": "" if sort == "accounts" else sort, "hidden": "1" if hidden else ""}
    asked = asked_of("/themes", request.query_params, more=more)
    titles = workspace.category_titles()
    if format == "csv":
        return csv_file("themes", (theme_row(one, titles) for one in workspace.each_theme(asked.view, hidden=hidden)))
    facets = workspace.facets(asked.view)
    return page(
        request,
        "themes.html.j2",
        open="themes",
        path=asked.to(start=start or ""),
        asked=asked,
        filters=filters(facets, asked, without=("category",)),
        attributes=facets.attributes,
        chips=chips(facets, asked, names=titles, without=("category",)),
        counts=workspace.theme_counts(asked.view, hidden=hidden),
        cards=workspace.themes_page(view=asked.view, sort=sort, start=start, hidden=hidden),
        start=start,
        sorts=SORTS,
        sort=sort,
        hidden=hidden,
        loose=workspace.unassigned_count(asked.view.category),
        titles=titles,
        **about(workspace),
    )


@router.get("/themes/unassigned")
def unassigned(request: Request, workspace: Lent, category: str = "", start: Start = 0, format: str = "") -> Response:
    """Show what stands in no theme, and why."""
    titles = workspace.category_titles()
    if format == "csv":
        names, loose = workspace.theme_names(), workspace.each_unassigned(category)
        return csv_file("in-no-theme", (loose_row(one, titles, names) for one in loose))
    return page(
        request,
        "themes_unassigned.html.j2",
        open="themes",
        asked=_plain("/themes/unassigned", category),
        category=category,
        found=workspace.unassigned_page(category, start=start),
        start=start,
        titles=titles,
        **about(workspace),
    )


@router.get("/themes/history")
def history(
    request: Request, workspace: Lent, asker: Who, category: str = "", start: Start = 0, format: str = ""
) -> Response:
    """Show what became of all themes."""
    titles = workspace.category_titles()
    if format == "csv":
        return csv_file("themes-history", (change_row(one, titles) for one in workspace.theme_history(category)))
    return page(
        request,
        "themes_history.html.j2",
        open="themes",
        asked=_plain("/themes/history", category),
        category=category,
        found=workspace.theme_history_page(category, start=start),
        start=start,
        titles=titles,
        names=workspace.theme_names(),
    )


@router.get("/themes/merge")
def choose(
    request: Request,
    workspace: Lent,
    theme: Annotated[tuple[str, ...], Query()] = (),
    next: str = "/themes",
) -> Response:
    """Ask which of two themes stays."""
    picked = list(dict.fromkeys(theme))
    if len(picked) != 2:
        raise IcpVoiceError(f"Two themes are merged at a time; {len(picked)} were ticked.", hint="Tick exactly two.")
    return page(
        request,
        "themes_merge.html.j2",
        open="themes",
        themes=[workspace.theme_page(one, most=1)[0] for one in picked],
        next=inside(next),
        titles=workspace.category_titles(),
        **about(workspace),
    )


@router.post("/themes/merge")
def merge(
    request: Request,
    workspace: Lent,
    theme: Annotated[tuple[str, ...], Form()] = (),
    into: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Put the quotes of one theme into another."""
    gone = [one for one in theme if one != into]
    if not into or len(gone) != 1:
        raise IcpVoiceError("Say which of the two themes stays.", hint="Choose one of them.")
    one, other = workspace.merge_themes(gone[0], into)
    return went_well(
        request, f"/themes/{other.id}", f"“{one.name}” is part of “{other.name}” now.", undo=latest(workspace)
    )


@router.post("/themes/undo/{number}")
def undo(request: Request, workspace: Lent, asker: Who, number: int, next: Next = "/themes/history") -> Response:
    """Take back a decision about themes by its number in the history."""
    workspace.undo_theme_decision(number, anyone=asker.governs)
    return went_well(request, inside(next), "Taken back.")


def about(workspace: Workspace) -> dict[str, Any]:
    """Return whom the figures on a page are about."""
    return {"group": workspace.figures_about(), "members": workspace.tagged_accounts()}


def latest(workspace: Workspace) -> int:
    """Return the number of what was just done, by which it is taken back."""
    change = workspace.last_undoable()
    return change.number if change else 0


def _plain(path: str, category: str) -> Asked:
    return asked_of(path, {"category": category})
