"""Why a vendor said no: its code and the scopes it names, read out of the shapes that vendors' errors have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from icp_voice.errors import SourceError
from icp_voice.ingest.pull.api import Api

if TYPE_CHECKING:
    from requests import Response

# A code is one word: sentences may quote what customers wrote.
_CODE: Final = re.compile(r"[A-Za-z][\w.:-]{1,60}")
_CODES: Final = ("error", "errorCode", "code", "category", "errorType", "reason", "type")
_SCOPES: Final = ("needed", "requiredGranularScopes", "requiredScopes", "required_scopes", "missing_scopes")
_CREDENTIALS: Final = frozenset(
    """invalid_auth not_authed token_revoked token_expired account_inactive invalid_client invalid_grant auth_failed
    invalid_session_id unauthorized invalid_authentication expired_authentication token_unauthorized""".split()
)
_IN_MESSAGE: Final = re.compile(r"scopes:\s*\[([^\]]{1,500})\]")  # as Zoom names them, in a sentence
_SAID: Final = frozenset("errors error detail details context extensions".split())


def refusal(source: str, response: Response, api: Api, help: str, code: str = "") -> SourceError:
    """Return the error for an answer that says no, naming the missing scopes where they are known."""
    body, scopes = _json(response), api.scopes
    code = code or next(_codes(body), "")
    status = response.status_code
    told = ", ".join(part for part in (str(status) if status >= 400 else "", code) if part)
    missing = _missing(body, response, scopes)
    where = "the address" if api.private else urlsplit(response.url).path
    if status == 401 or code.lower() in _CREDENTIALS:
        return SourceError(f"{source}: the credentials are refused ({told}).", hint=help)
    if status == 403 or missing or "scope" in code.lower():
        named = f" Missing: {', '.join(missing)}." if missing else ""
        needed = f"Give the key these scopes or rights: {', '.join(missing or scopes)}." if missing or scopes else ""
        return SourceError(
            f"{source}: the credentials are not allowed to read {where} ({told}).{named}", hint=needed or help
        )
    if status >= 500:
        return SourceError(f"{source}: {where} fails at the vendor ({told}).", hint="Try again later.")
    return SourceError(f"{source}: {where} is refused ({told}).", hint="Check the settings of this source.")


def code_of(response: Response) -> str:
    """Return the code of an answer that says no by its status, or an empty string."""
    return next(_codes(_json(response)), "")


def code_inside(body: Any) -> str:
    """Return the code of an error that stands in an answer which says 200, or an empty string."""
    if not isinstance(body, dict):
        return ""
    if body.get("ok") is False or (body.get("errors") and not _holds(body.get("data"))):
        return next(_codes(body), "error")
    return ""


def _holds(data: Any) -> bool:
    """Tell whether GraphQL found anything beside its errors: `{"transcripts": null}` is nothing."""
    return any(value is not None for value in data.values()) if isinstance(data, dict) else bool(data)


def _codes(body: Any) -> Iterator[str]:
    if isinstance(body, list):
        for one in body:
            yield from _codes(one)
    elif isinstance(body, dict):
        for name in _CODES:
            value = body.get(name)
            if isinstance(value, str) and _CODE.fullmatch(value):
                yield value
        for name, value in body.items():
            if name in _SAID and isinstance(value, dict | list):
                yield from _codes(value)


def _missing(body: Any, response: Response, scopes: Sequence[str]) -> list[str]:
    named = dict.fromkeys(_named(body))
    granted = response.headers.get("x-oauth-scopes", "")
    if granted and scopes and response.status_code < 500:
        held = {scope.strip() for scope in granted.split(",")}
        named |= dict.fromkeys(scope for scope in scopes if scope not in held)
    return list(named)


def _named(body: Any) -> Iterator[str]:
    if isinstance(body, list):
        for one in body:
            yield from _named(one)
    elif isinstance(body, dict):
        for name in _SCOPES:
            value = body.get(name)
            found = value if isinstance(value, list) else value.split(",") if isinstance(value, str) else ()
            yield from (one.strip() for one in found if isinstance(one, str) and _CODE.fullmatch(one.strip()))
        message = body.get("message")
        if isinstance(message, str) and (listed := _IN_MESSAGE.search(message)):
            yield from (one.strip() for one in listed[1].split(",") if _CODE.fullmatch(one.strip()))
        for name, value in body.items():
            if name in _SAID:
                yield from _named(value)


def _json(response: Response) -> Any:
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        return None
