"""Changes: who did what and when, in words, with what can be taken back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from icp_voice.web.asker import Lent
from icp_voice.web.show import page, query

router = APIRouter(prefix="/changes")
MOST = 50


@router.get("")
def listed(
    request: Request,
    workspace: Lent,
    by: Annotated[str, Query(max_length=200)] = "",
    verb: Annotated[str, Query(max_length=80)] = "",
    before: Annotated[int, Query(ge=0, le=2**53)] = 0,
) -> Response:
    """Show some changes, the latest first."""
    found = workspace.told_changes(before=before, most=MOST + 1, by=by, verb=verb)
    people, verbs = workspace.change_choices()
    chosen = {"by": by, "verb": verb}
    older = found[MOST - 1].change.number if len(found) > MOST else 0
    return page(
        request,
        "changes.html.j2",
        open="settings",
        found=found[:MOST],
        people=[(one, one) for one in people],
        verbs=[(one, one) for one in verbs],
        chosen=chosen,
        newest="/changes" + query(chosen) if before else "",
        older="/changes" + query(chosen, before=older) if older else "",
        here="/changes" + query(chosen, before=before or ""),
    )
