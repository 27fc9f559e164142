"""What goes wrong, as an answer: on a page a message beside what was typed, to a program JSON; a bug tells nothing."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from icp_voice.errors import IcpVoiceError, SignInRefused, TooManyTries, UnknownName, WorkspaceError
from icp_voice.web.asker import Forbidden, NotFound
from icp_voice.web.door import TooLarge, is_for_programs
from icp_voice.web.patience import TooSlow
from icp_voice.web.show import page

NOTHING = "There is nothing at this address."
log = logging.getLogger("icp_voice.web")
STATUS: tuple[tuple[type[Exception], int], ...] = (
    (Forbidden, 403),
    (NotFound, 404),
    (UnknownName, 404),
    (TooManyTries, 429),
    (SignInRefused, 401),
    (WorkspaceError, 409),
    (IcpVoiceError, 422),
)


def register(app: FastAPI) -> None:
    """Let the application answer errors in these ways."""
    app.add_exception_handler(IcpVoiceError, _mendable)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(TooLarge, _too_large)
    app.add_exception_handler(TooSlow, _too_slow)
    for kind in (OverflowError, UnicodeEncodeError):
        app.add_exception_handler(kind, _unkeepable)


def answer(request: Request, status: int, message: str, hint: str = "") -> Response:
    """Return an error as the one who asks can read it."""
    if is_for_programs(request.url.path):
        return JSONResponse({"error": message, "hint": hint}, status)
    if request.headers.get("hx-request"):
        # The form stays as it was filled in; the message stands above it.
        shown = page(request, "_notice.html.j2", status=status, message=message, hint=hint)
        shown.headers["hx-retarget"] = "#notices"
        shown.headers["hx-reswap"] = "innerHTML"
        return shown
    return page(request, "error.html.j2", status=status, code=status, message=message, hint=hint)


def _mendable(request: Request, error: Exception) -> Response:
    assert isinstance(error, IcpVoiceError)
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    shown = answer(request, status, error.message, error.hint)
    if isinstance(error, TooManyTries):
        shown.headers["retry-after"] = str(int(error.wait))
    return shown


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, TooLarge):
        return _too_large(request, error)
    if isinstance(error.__cause__, TooSlow):
        return _too_slow(request, error)
    told = {404: NOTHING, 405: "This address takes no such request."}
    shown = answer(request, error.status_code, told.get(error.status_code, str(error.detail)))
    shown.headers.update(error.headers or {})
    return shown


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if not is_for_programs(request.url.path) and all(one["loc"][0] == "path" for one in error.errors()):
        return answer(request, 404, NOTHING)
    # Only where and what is wrong: what was sent may be anything.
    wrong = [f"{'.'.join(str(part) for part in one['loc'][1:])}: {one['msg']}" for one in error.errors()[:5]]
    return answer(request, 422, "Something in this request is not as it must be.", "; ".join(wrong))


def _too_large(request: Request, error: Exception) -> Response:
    shown = answer(request, 413, "This is larger than the limit.", "Send smaller files, or fewer at once.")
    shown.headers["connection"] = "close"
    return shown


def _too_slow(request: Request, error: Exception) -> Response:
    shown = answer(request, 408, "This came too slowly.", "Send it again; over a slow line, fewer files at once.")
    shown.headers["connection"] = "close"
    return shown


def _unkeepable(request: Request, error: Exception) -> Response:
    """Refuse what no database keeps: a number of twenty digits, half a character."""
    return answer(request, 422, "A number or a text in this request cannot be kept.", "Look at what was sent.")


def bug(request: Request, error: Exception) -> Response:
    """Return what is told of an error that nobody foresaw, and log where it arose."""
    # The traceback's lines, not its values: an error's text may hold customers' words.
    frames = []
    trace = error.__traceback__
    while trace:
        frames.append(f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    # The route's address, too: in that of the request stand ids and names.
    route = getattr(request.scope.get("route"), "path", "")
    log.error("%s %s: %s at %s", request.method, route, type(error).__name__, " < ".join(frames[::-1][:8]))
    return answer(
        request, 500, "Something went wrong here.", "Look whether it was done, then try again; if it stays, report it."
    )
