"""One theme, which opens as a view: its quotes, who holds it, what became of it, and all that can be done with it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from icp_voice.errors import IcpVoiceError, UnknownName
from icp_voice.publish.lists import quote_row
from icp_voice.web.asker import Lent, Who
from icp_voice.web.download import csv_file
from icp_voice.web.pages.sign_in import inside
from icp_voice.web.pages.themes import Next, about, latest
from icp_voice.web.show import page, query, went_well
from icp_voice.web.viewing import asked_of, chips, filters

router = APIRouter()
LONGEST_NAME = 300
Name = Annotated[str, Form(max_length=LONGEST_NAME)]
Ticked = Annotated[tuple[str, ...], Form()]


@router.get("/themes/{theme}")
def show(request: Request, workspace: Lent, asker: Who, theme: str, after: str = "", format: str = "") -> Response:
    """Show a theme; one that was merged into another leads there."""
    asked = asked_of(f"/themes/{theme}", {k: v for k, v in request.query_params.items() if k != "theme"})
    try:
        card, found = workspace.theme_page(theme, asked.view, start_after=after)
    except UnknownName:
        if now := workspace.theme_now(theme):
            return RedirectResponse(f"/themes/{now}", 303)
        raise
    titles, names = workspace.category_titles(), workspace.theme_names()
    within = asked_of(asked.path, {**asked.state, "theme": card.id})
    if format == "csv":
        rows = (quote_row(one, titles, names) for one in workspace.each_highlight(within.view))
        return csv_file(f"theme-{card.id}", rows)
    facets = workspace.facets(within.view)
    return page(
        request,
        "theme.html.j2",
        open="themes",
        path=asked.to(after=after),
        asked=asked,
        theme=card,
        found=found,
        after=after,
        filters=filters(facets, asked, without=("category",)),
        attributes=facets.attributes,
        chips=chips(facets, asked, names=titles),
        detail=workspace.theme_detail(card.id, asked.view),
        history=workspace.theme_history_page(theme=card.id, most=12),
        beside=[one for one in workspace.themes_page(card.category, most=200, hidden=True).items if one.id != card.id],
        left_out=card.id in workspace.arrangement().hidden_themes,
        sections=workspace.section_titles(),
        titles=titles,
        names=names,
        **about(workspace),
    )


@router.post("/themes/{theme}/rename")
def rename(request: Request, workspace: Lent, theme: str, name: Name = "", next: Next = "") -> Response:
    """Give a theme a name."""
    workspace.rename_theme(theme, name)
    return went_well(
        request, inside(next or f"/themes/{theme}"), f"It is called “{name.strip()}” now.", undo=latest(workspace)
    )


@router.post("/themes/{theme}/hide")
def hide(
    request: Request, workspace: Lent, theme: str, hidden: Annotated[bool, Form()] = True, next: Next = ""
) -> Response:
    """Leave a theme out of the lists and reports, or show it again."""
    workspace.hide_theme(theme, hidden=hidden)
    told = "The theme is hidden from lists and reports." if hidden else "The theme is shown again."
    return went_well(request, inside(next or f"/themes/{theme}"), told, undo=latest(workspace))


@router.post("/themes/{theme}/sort")
def sort_out(
    request: Request,
    workspace: Lent,
    theme: str,
    do: Annotated[str, Form(max_length=20)] = "",
    quote: Ticked = (),
    name: Name = "",
    to: Annotated[str, Form(max_length=100)] = "",
    next: Next = "",
) -> Response:
    """Make the ticked quotes a theme of their own, or put them into another one."""
    if not quote:
        raise IcpVoiceError("No quote was ticked.", hint="Tick those that belong elsewhere.")
    if do == "split":
        made = workspace.split_theme(theme, quote, name=name)
        told = f"{len(made.highlights)} of its quotes are the theme “{made.name}” now."
        return went_well(request, f"/themes/{made.id}", told, undo=latest(workspace))
    if not to:
        raise IcpVoiceError("No theme was chosen to move them to.", hint="Choose one beside the button.")
    moved = workspace.move_highlights(quote, to)
    told = "The quote is moved." if moved == 1 else f"{moved} quotes are moved. The history below takes each back."
    return went_well(request, inside(next or f"/themes/{theme}"), told, undo=latest(workspace) if moved == 1 else 0)


@router.post("/themes/{theme}/document")
def in_document(request: Request, workspace: Lent, theme: str, shown: Annotated[bool, Form()] = True) -> Response:
    """Leave a theme out of the ICP document, or let it in again."""
    (workspace.show_in_document if shown else workspace.hide_in_document)("theme", theme)
    told = "The theme may stand in the ICP document again." if shown else "The theme is left out of the ICP document."
    return went_well(request, f"/themes/{theme}", told)


@router.post("/themes/{theme}/add")
def add_to_document(
    request: Request, workspace: Lent, theme: str, section: Annotated[str, Form(max_length=100)] = "asked"
) -> Response:
    """Save a theme as a view, and put it into the ICP document."""
    name = workspace.add_theme_to_document(theme, section=section)
    return went_well(
        request, f"/views{query(found=name)}", f"“{name}” stands in the ICP document, and among the views."
    )
