"""The pages, one module for each group; whoever may not change anything is stopped before any of them is reached."""

from __future__ import annotations

from fastapi import FastAPI

from icp_voice.web.asker import Guarded
from icp_voice.web.pages import (
    account_import,
    accounts,
    ask,
    changes,
    codebook,
    document,
    documents,
    downloads,
    editions,
    gaps,
    home,
    jobs,
    me,
    plan,
    review,
    rule,
    settings,
    sign_in,
    theme,
    themes,
    undoing,
    uploads,
    users,
    views,
)

# The codebook and the people have their places below /settings, so they come before it; so do those below /accounts.
GUARDED = (
    uploads,
    jobs,
    documents,
    review,
    home,
    themes,
    theme,
    ask,
    views,
    undoing,
    changes,
    codebook,
    users,
    settings,
    account_import,
    rule,
    accounts,
    gaps,
    plan,
    document,
    editions,
    downloads,
)


def register(app: FastAPI) -> None:
    """Let the application show all pages."""
    app.include_router(sign_in.router, include_in_schema=False)
    app.include_router(me.router, include_in_schema=False)
    for module in GUARDED:
        app.include_router(module.router, include_in_schema=False, dependencies=[Guarded])
