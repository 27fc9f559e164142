"""How vendors say "too many requests": a status, a header, or a word inside an answer that says 200."""

from __future__ import annotations

import json
import re
import time
from email.utils import mktime_tz, parsedate_tz
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from requests import Response

# Words of a body that mean a limit whatever the status: Slack, Fireflies (GraphQL), Salesforce.
_WORDS: Final = (b"ratelimited", b"rate_limited", b"too_many_requests", b"REQUEST_LIMIT_EXCEEDED")
# What asks for more than this, or for what is no number of seconds at all, waits for so long.
_MOST: Final = 30 * 86_400.0
_RESETS: Final = ("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset")


def asked_wait(response: Response) -> float | None:
    """Return for how many seconds a vendor asks us to wait (0 if it does not say), or None if it asks for nothing."""
    try:
        wait = _asked(response)
    except (OverflowError, ValueError):
        return _MOST
    return wait if wait is None or wait <= _MOST else _MOST


def _asked(response: Response) -> float | None:
    if response.status_code == 429 or (response.status_code == 503 and "Retry-After" in response.headers):
        return _told(response)
    if not any(word in response.content for word in _WORDS):
        return None
    return _said_inside(response)


def _told(response: Response) -> float:
    header = response.headers.get("Retry-After", "").strip()
    if header:
        return max(0.0, _seconds(header))
    reset = next((response.headers[name] for name in _RESETS if name in response.headers), "").strip()
    if not re.fullmatch(r"\d+(?:\.\d+)?", reset):
        return _until(_metadata(_json(response)))
    value = float(reset)
    return max(0.0, value - time.time() if value > 10**9 else value)


def _seconds(header: str) -> float:
    if re.fullmatch(r"\d+(?:\.\d+)?", header):
        return float(header)
    date = parsedate_tz(header)
    return mktime_tz(date) - time.time() if date else 0.0


def _said_inside(response: Response) -> float | None:
    body = _json(response)
    if isinstance(body, dict) and body.get("ok") is False and body.get("error") in ("ratelimited", "rate_limited"):
        return _told(response)
    if isinstance(body, list) and response.status_code == 403:
        codes = [one.get("errorCode") for one in body if isinstance(one, dict)]
        return _told(response) if "REQUEST_LIMIT_EXCEEDED" in codes else None
    metadata = _metadata(body)
    return None if metadata is None else _until(metadata) or _told(response)


def _metadata(body: Any) -> dict[str, Any] | None:
    """Return what a GraphQL error `too_many_requests` says of itself, None if there is no such error."""
    for error in body.get("errors") or () if isinstance(body, dict) else ():
        extensions = error.get("extensions") if isinstance(error, dict) else None
        if isinstance(extensions, dict) and "too_many_requests" in (extensions.get("code"), error.get("code")):
            metadata = extensions.get("metadata")
            return metadata if isinstance(metadata, dict) else {}
    return None


def _until(metadata: dict[str, Any] | None) -> float:
    at = (metadata or {}).get("retryAfter")
    return max(0.0, at / 1000 - time.time()) if isinstance(at, int | float) else 0.0


def _json(response: Response) -> Any:
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        return None
