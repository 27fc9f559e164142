"""The JSON API under /api/v1: the same verbs as the command line, described by OpenAPI; /api shows it to people."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

from icp_voice.web.api import (
    accounts,
    documents,
    editions,
    highlights,
    insight,
    jobs,
    people,
    redactions,
    reports,
    settings,
    themes,
    uploads,
    views,
)
from icp_voice.web.api.shapes import Problem
from icp_voice.web.asker import Guarded
from icp_voice.web.show import page

VERSION: Final = "/api/v1"
MODULES: Final = (
    highlights,
    themes,
    documents,
    redactions,
    accounts,
    uploads,
    jobs,
    views,
    insight,
    reports,
    editions,
    settings,
    people,
)
PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    401: {"model": Problem, "description": "Not signed in, or the token is not good."},
    403: {"model": Problem, "description": "This person may not do that."},
    404: {"model": Problem, "description": "There is no such thing."},
    409: {"model": Problem, "description": "The workspace is held by another process, or is none yet."},
    413: {"model": Problem, "description": "The body is larger than the limit."},
    422: {"model": Problem, "description": "Something in the request is not allowed; nothing was changed."},
}
ABOUT: Final = (
    "The same verbs as the command line, on the same workspace. Records have the keys that "
    "`icp-voice ... --format json` writes. A token lets programs in (`icp-voice tokens make NAME LABEL`): "
    "`Authorization: Bearer icpv_...`. Lists go on where `next` says: send it as `start_after`. "
    "What is refused is told as `error` (what, where) and `hint` (what is allowed, what to do)."
)


def register(app: FastAPI) -> None:
    """Let the application answer programs, and show people how."""
    for module in MODULES:
        app.include_router(module.router, prefix=VERSION, dependencies=[Guarded], responses=PROBLEMS)
    app.add_api_route(f"{VERSION}/openapi.json", _described, include_in_schema=False)
    app.add_api_route("/api", _shown, include_in_schema=False)


def description(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document, made once: titles, tags and the two ways to sign in along with it."""
    if not app.openapi_schema:
        app.title, app.version, app.description = "icp-voice", "1", ABOUT
        app.openapi_tags = [{"name": module.TAG, "description": (module.__doc__ or "").strip()} for module in MODULES]
        made = app.openapi()
        made.setdefault("components", {})["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer", "description": "A key made by `icp-voice tokens make`."},
            "session": {"type": "apiKey", "in": "cookie", "name": "icp_voice", "description": "What browsers send."},
        }
        made["security"] = [{"token": []}, {"session": []}]
    return app.openapi()


def _described(request: Request) -> Response:
    """Return the OpenAPI document."""
    return JSONResponse(description(request.app))


def _shown(request: Request, search: str = "") -> Response:
    """Show what the API can do, with an example of each call."""
    from icp_voice.web.api.guide import calls

    groups = calls(description(request.app), str(request.base_url).rstrip("/"), search)
    return page(request, "api.html.j2", open="api", groups=groups, search=search[:200], about=ABOUT)
