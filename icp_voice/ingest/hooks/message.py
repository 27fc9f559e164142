"""What arrives at a hook, what it may become, and the checks that the vendors' schemes share."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol

from icp_voice.errors import IcpVoiceError

MEGABYTE = 1024 * 1024
TOLERANCE = 300.0
_MILLISECONDS_FROM = 10**11


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One POST: headers by their names in lower case, and the bytes as they came.

    `query` is what stands behind the address's question mark, `url` the whole address as the vendor called it.
    """

    headers: Mapping[str, str]
    body: bytes = b""
    query: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened once: `key` tells it from every other, `records` are to be read anew.

    `words` is a document in our own form, where the delivery itself brings it.
    """

    key: str
    records: tuple[str, ...] = ()
    words: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handshake is answered with."""

    body: Mapping[str, str]


class Refused(IcpVoiceError):
    """A delivery that is not taken in. Its words never repeat what was sent; `status` is that of HTTP."""

    def __init__(self, status: int, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status


class Scheme(Protocol):
    """A module of this folder: how one vendor signs, and what it tells.

    `SECRET` is the name of the secret and where to get it, `REGISTER` what to choose at the vendor. `SHARED` says that
    the secret itself is sent, so that who does not know it need not be listened to. `MOST` caps the body, in bytes.
    """

    SECRET: tuple[str, str]
    REGISTER: str
    SHARED: bool
    MOST: int

    def check(self, message: Message, secret: bytes, now: float) -> None:
        """Raise Refused unless who sent the message knows the secret; nothing of the body is parsed for it."""

    def read(self, message: Message, secret: bytes) -> list[Event] | Reply:
        """Return what a checked message tells: nothing where it concerns no words."""


def header(message: Message, name: str) -> str:
    """Return a header, or refuse the message without it."""
    value = message.headers.get(name.lower(), "")
    if not value:
        raise Refused(401, f"the header {name} is missing.")
    return value


def signed(key: bytes, *parts: bytes) -> hmac.HMAC:
    """Return the HMAC-SHA256 of the parts in a row."""
    return hmac.new(key, b"".join(parts), sha256)


def same(given: str, expected: str) -> None:
    """Refuse the message unless the two are equal; the time it takes tells nothing of where they differ."""
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise Refused(401, "the signature does not fit.", hint="Check the secret on both sides.")


def recent(stamp: str, now: float) -> None:
    """Refuse a message that was sent long ago, or is dated ahead: unix seconds, milliseconds or ISO 8601."""
    sent = _moment(stamp)
    if sent is None:
        raise Refused(401, "its timestamp is no time.")
    if not abs(now - sent) <= TOLERANCE:
        ahead = "ahead of" if sent > now else "behind"
        raise Refused(
            401, f"its timestamp is more than {TOLERANCE / 60:.0f} minutes {ahead} our clock.", hint="Check the clock."
        )


def _moment(stamp: str) -> float | None:
    if re.fullmatch(r"\d{1,15}", stamp):
        return int(stamp) / 1000 if int(stamp) >= _MILLISECONDS_FROM else float(stamp)
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    # A time without a zone would be read by this machine's clock, and so mean another one elsewhere.
    return moment.timestamp() if moment.tzinfo else None


def parsed(message: Message) -> Any:
    """Return the JSON of a checked message."""
    try:
        return json.loads(message.body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused(400, "its body is no JSON.") from None


def parsed_object(message: Message) -> dict[str, Any]:
    """Return the JSON object of a checked message."""
    found = parsed(message)
    if not isinstance(found, dict):
        raise Refused(400, "its body is no JSON object.")
    return found


def identity(value: object, form: str = r"[A-Za-z0-9_-]{1,100}") -> str:
    """Return a record's id in the form that the vendor's ids have; it goes into addresses of the vendor's API."""
    found = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not re.fullmatch(form, found):
        raise Refused(400, "it names no record that we know how to read.")
    return found


def of_body(message: Message) -> str:
    """Return what tells a message from every other whose vendor gives no id."""
    return sha256(message.body).hexdigest()
