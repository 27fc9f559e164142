"""What is known of whom and what is not: the matrix with a reason in each cell, and the gaps as a list."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from icp_voice.model import CellState, View
from icp_voice.web.asker import Lent
from icp_voice.web.show import page

router = APIRouter(prefix="/gaps")
MOST = 50
QUOTES = 3


@router.get("")
def matrix(
    request: Request,
    workspace: Lent,
    state: str = "",
    category: str = "",
    sort: str = "name",
    start: int = 0,
    account: str = "",
    cell: str = "",
) -> Response:
    """Show the matrix; `account` and `cell` (a category) name the cell that is open."""
    found = workspace.coverage_page(sort=sort, start=start, most=MOST, state=state, category=category)
    opened = workspace.coverage_cell(account, cell) if account and cell else None
    quotes = workspace.highlights_page(View(account=account, category=cell), most=QUOTES) if opened else None
    return page(
        request,
        "gaps.html.j2",
        open="gaps",
        found=found,
        chosen={"state": state, "category": category, "sort": sort},
        categories={one.name: one for one in workspace.codebook},
        states=list(CellState),
        saturation=workspace.saturation(),
        opened=opened,
        quotes=quotes,
        tag=workspace.tag,
        most=MOST,
    )


@router.get("/list")
def gaps(
    request: Request, workspace: Lent, kind: str = "", account: str = "", category: str = "", start: int = 0
) -> Response:
    """Show the gaps, those of a kind, an account, or a category."""
    return page(
        request,
        "gaps_list.html.j2",
        open="gaps",
        found=workspace.gaps_page(kind=kind, account=account, category=category, start=start, most=MOST),
        chosen={"kind": kind, "account": account, "category": category},
        titles={one.name: one.title for one in workspace.codebook},
        tag=workspace.tag,
        most=MOST,
    )
