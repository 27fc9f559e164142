"""The pages, one module for each group; whoever may not change anything is stopped before any of them is reached."""

from __future__ import annotations

from fastapi import FastAPI

from icp_voice.web.asker import Guarded
from icp_voice.web.pages import (
    documents,
    home,
    review,
    sign_in,
    undoing,
)

GUARDED = (documents, review, home, undoing)


def register(app: FastAPI) -> None:
    """Let the application show all pages."""
    app.include_router(sign_in.router, include_in_schema=False)
    for module in GUARDED:
        app.include_router(module.router, include_in_schema=False, dependencies=[Guarded])
