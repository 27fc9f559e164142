"""Taking back: one address for every change that can be undone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from icp_voice.web.asker import Lent, Who
from icp_voice.web.pages.sign_in import inside
from icp_voice.web.show import went_well

router = APIRouter()


@router.post("/undo/{number}")
def undo(
    request: Request,
    number: int,
    workspace: Lent,
    asker: Who,
    next: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Take back a change of one's own; admins take back anybody's."""
    workspace.undo(number, anyone=asker.governs)
    return went_well(request, inside(next), "Taken back.")
