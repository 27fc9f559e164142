"""Showing: templates of the web and of the reports in one environment, and answers that go to a page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from fastapi import Request
from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from starlette.responses import HTMLResponse, RedirectResponse, Response

from icp_voice import home
from icp_voice.errors import IcpVoiceError
from icp_voice.model import Highlight
from icp_voice.publish.render import FOLDER, environment
from icp_voice.publish.transcripts import clock
from icp_voice.web.asker import Asker, asker_of, site_of
from icp_voice.web.plain import plain
from icp_voice.web.site import Notice, Site
from icp_voice.web.working import line
from icp_voice.workspace.reading import PIECE

HERE = Path(__file__).parent
SIGNS = {"covered": "✓", "weak": "◐", "stale": "↺", "asked but unanswered": "?", "unknown": "–"}
# What stands below /accounts and is no account; one whose id begins so has its page a step further down.
NO_ACCOUNTS = ("new", "edit", "rule", "import", "id")
# The pages, in the order of the work; `key` marks the one that is open.
MENU = (
    ("home", "/", "Home"),
    ("document", "/document", "ICP document"),
    ("themes", "/themes", "Themes"),
    ("ask", "/ask", "Ask and views"),
    ("documents", "/documents", "Transcripts"),
    ("review", "/review", "Review"),
    ("accounts", "/accounts", "Accounts"),
    ("gaps", "/gaps", "Gaps and plan"),
    ("upload", "/upload", "Upload"),
    ("settings", "/settings", "Settings"),
)


@cache
def templates() -> Environment:
    """Return the environment of all pages: its own templates first, then the reports' partials."""
    made = environment("html")
    folders = [str(HERE / "templates"), *(str(path) for path in home.folders(FOLDER))]
    made.loader = ChoiceLoader([FileSystemLoader(folders)])
    made.auto_reload = False
    made.filters.update(clock=clock, place=place, account_place=account_place, ago=ago, moment=moment, plain=plain)
    made.filters["sign"] = lambda state: SIGNS.get(str(state), "")
    made.globals.update(menu=MENU, query=query, role_names=("viewer", "researcher", "admin"))
    return made


def place(highlight: Highlight) -> str:
    """Return the address at which a highlight stands in its transcript."""
    piece = f"?turn={highlight.turn}" if highlight.turn >= PIECE else ""
    return f"/documents/{highlight.document}{piece}#t{highlight.turn}-{highlight.start}-{highlight.end}"


def account_place(account: str) -> str:
    """Return the address of an account's page, whatever its id is."""
    below = "id/" if account.partition("/")[0] in NO_ACCOUNTS else ""
    return f"/accounts/{below}{quote(account)}"


def query(values: Mapping[str, Any] | None = None, **more: Any) -> str:
    """Return "?a=1&b=2" of what is set: addresses hold the whole state of a page."""
    said = {**(values or {}), **more}
    kept = [
        (name, one) for name, value in said.items() for one in (value if isinstance(value, list | tuple) else [value])
    ]
    text = urlencode([(name, str(value)) for name, value in kept if value not in ("", None, False)])
    return f"?{text}" if text else ""


def moment(seconds: float) -> str:
    """Return a moment in unix seconds as it is written elsewhere: ISO, UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ago(moment: str) -> str:
    """Return how long ago a moment was, for people."""
    try:
        then = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    seconds = (datetime.now(UTC) - (then if then.tzinfo else then.replace(tzinfo=UTC))).total_seconds()
    for most, size, noun in ((90, 1, "second"), (5400, 60, "minute"), (129600, 3600, "hour"), (2592000, 86400, "day")):
        if seconds < most:
            count = max(int(seconds // size), 0)
            return "just now" if noun == "second" else f"{count} {noun}{'s' if count != 1 else ''} ago"
    return f"on {then.date().isoformat()}"


def page(request: Request, template: str, *, status: int = 200, open: str = "", **values: Any) -> Response:
    """Return a page of a template. `open` is the key of the menu's entry; `path` is where undoing comes back to."""
    site = site_of(request)
    asker: Asker | None = getattr(request.state, "asker", None)
    work = site.work if asker else None
    text = (
        templates()
        .get_template(template)
        .render(
            request=request,
            path=values.pop("path", request.url.path),
            asker=asker,
            ready=site.ready,
            company=_company(site) if asker else "",
            csrf=asker.csrf if asker else "",
            open=open,
            work=work,
            work_line=line(work) if work else "",
            notices=site.notices(asker.key) if asker else [],
            **values,
        )
    )
    return HTMLResponse(text, status)


def _company(site: Site) -> str:
    try:
        return site.company
    except IcpVoiceError:  # an error's own page must not fail of the same error
        return ""


def went_well(request: Request, to: str, text: str = "", *, undo: int = 0) -> Response:
    """Go on to a page, which tells what was done and how to take it back."""
    if text:
        site_of(request).note(asker_of(request).key, Notice(text=text, undo=undo))
    answer = RedirectResponse(to, 303)
    if request.headers.get("hx-target") == "main" and _path(request.headers.get("hx-current-url", "")) != _path(to):
        # Another page brings scripts and an address of its own, so the browser goes there itself.
        return Response(headers={"hx-redirect": answer.headers["location"]})
    return answer


def _path(address: str) -> str:
    """Return the path of an address; of one that is none, nothing."""
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def lines(text: str) -> tuple[str, ...]:
    """Return what was typed one to a line."""
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
