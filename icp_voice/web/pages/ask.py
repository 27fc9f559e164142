"""Asking: a question on top, filters beside it, and the answer in customers' own words; without one, the view's quotes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from icp_voice.model import Highlight
from icp_voice.publish.lists import quote_row
from icp_voice.web.asker import Lent
from icp_voice.web.download import csv_file
from icp_voice.web.pages.themes import Start, about
from icp_voice.web.show import page
from icp_voice.web.viewing import Asked, asked_of, chips, filters
from icp_voice.workspace import Workspace

router = APIRouter()
SORTS = (("newest", "Newest first"), ("surest", "Surest first"), ("place", "As they were said"))


@router.get("/ask")
def show(
    request: Request,
    workspace: Lent,
    by: Annotated[str, Query(pattern="^(list|themes)?$")] = "list",
    sort: str = "newest",
    after: str = "",
    start: Start = 0,
    saved: Annotated[str, Query(max_length=1000)] = "",
    format: str = "",
) -> Response:
    """Answer a question within a view, or show the view's quotes."""
    more = {"by": "" if by == "list" else by, "sort": "" if sort == "newest" else sort, "saved": saved}
    asked = asked_of("/ask", request.query_params, more=more)
    titles = workspace.category_titles()
    if format == "csv":
        names, quotes = workspace.theme_names(), _quotes(workspace, asked)
        return csv_file("quotes", (quote_row(one, titles, names) for one in quotes))
    facets = workspace.facets(asked.view)
    return page(
        request,
        "ask.html.j2",
        open="ask",
        path=asked.to(after=after, start=start or ""),
        asked=asked,
        address=str(request.base_url).rstrip("/") + asked.to(),
        by=by or "list",
        sort=sort,
        sorts=SORTS,
        start=start,
        after=after,
        saved=saved,
        kept=asked.view.question in {one.question for one in workspace.views()},
        total=facets.total,
        filters=filters(facets, asked),
        attributes=facets.attributes,
        chips=chips(facets, asked, names={**titles, **workspace.theme_names()}),
        questions=[(one.title, one.question) for one in workspace.codebook],
        sections=workspace.section_titles(),
        titles=titles,
        **about(workspace),
        **_result(workspace, asked, by=by, sort=sort, after=after, start=start),
    )


@router.get("/ask/people")
def people(request: Request, workspace: Lent) -> Response:
    """Show who could be asked a question that the data does not answer."""
    asked = asked_of("/ask/people", request.query_params)
    found = workspace.who_could_tell(asked.view) if asked.view.question else ()
    names = workspace.names_of_accounts([one.account for one in found])
    return page(request, "ask_people.html.j2", open="ask", asked=asked, found=found, names=names)


def _result(workspace: Workspace, asked: Asked, *, by: str, sort: str, after: str, start: int) -> dict[str, Any]:
    found: dict[str, Any] = {"answer": None, "quotes": None, "grouped": None, "numbers": {}}
    if asked.view.question:
        answer = workspace.ask(asked.view.question, asked.view)
        numbers = {one.highlight.id: number for number, one in enumerate(answer.quotes, start=1)}
        return {**found, "answer": answer, "numbers": numbers}
    if by == "themes":
        return {**found, "grouped": workspace.grouped(asked.view, start=start)}
    return {**found, "quotes": workspace.highlights_page(asked.view, sort=sort, start_after=after)}


def _quotes(workspace: Workspace, asked: Asked) -> Iterable[Highlight]:
    if asked.view.question:
        return [one.highlight for one in workspace.ask(asked.view.question, asked.view).quotes]
    return workspace.each_highlight(asked.view)
