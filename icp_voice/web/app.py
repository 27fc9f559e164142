"""The application: the door around it, the pages, the API, the static files, and the hooks of connected sources."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from icp_voice import home
from icp_voice.limits import MEGABYTE
from icp_voice.web import api, errors, pages
from icp_voice.web.door import Door
from icp_voice.web.site import Site

HERE = Path(__file__).parent
MOST_UPLOAD = 2048 * MEGABYTE


class Lasting(StaticFiles):
    """Static files; a browser asks again only whether they have changed."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, or 404; folders are not listed."""
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "no-cache"
        return response


def build(
    folder: Path,
    *,
    secure: bool = False,
    hosts: frozenset[str] = frozenset(),
    most_upload: int = MOST_UPLOAD,
    started: Callable[[Site], None] = lambda site: None,
) -> FastAPI:
    """Return the application that serves a folder. `hosts` are the only names it answers to, if any are given."""
    # It tells every malformed form: strangers could fill the log.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)
    site = Site(folder, secure=secure, hosts=hosts)
    app = FastAPI(title="icp-voice", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = site
    app.add_api_route("/static/report.css", _style, include_in_schema=False)
    app.mount("/static", Lasting(directory=HERE / "static"))
    app.add_api_route("/health", _health, include_in_schema=False)
    pages.register(app)
    api.register(app)
    errors.register(app)
    app.add_middleware(Door, site=site, most_upload=most_upload, bug=errors.bug)
    started(site)
    return app


def _style() -> Response:
    """Return the style of the reports, which is the ground of the pages' own."""
    return FileResponse(home.find("reports", "style.css"), media_type="text/css", headers={"cache-control": "no-cache"})


def _health(request: Request) -> Response:
    return PlainTextResponse("ok")
