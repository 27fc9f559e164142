"""Zoom's webhooks: `v0=` HMAC-SHA256 over version, time and body; a token to sign when the address is registered."""

from __future__ import annotations

from typing import Final

from icp_voice.ingest.hooks.message import (
    MEGABYTE,
    Event,
    Message,
    Refused,
    Reply,
    header,
    identity,
    of_body,
    parsed_object,
    recent,
    same,
    signed,
)
from icp_voice.ingest.vendors.parts import record, text

SECRET: Final = ("secret_token", "The secret token of the app (marketplace.zoom.us > your app > Features)")
REGISTER: Final = (
    "Event Subscriptions: recording.transcript_completed, recording.trashed, .deleted, .recovered, .renamed"
)
SHARED: Final = False
MOST: Final = MEGABYTE
_UUID: Final = r"[A-Za-z0-9+/=_-]{1,100}"


def check(message: Message, secret: bytes, now: float) -> None:
    """Check signature and time: also of the validation, or anybody could have anything signed here."""
    stamp, given = header(message, "x-zm-request-timestamp"), header(message, "x-zm-signature")
    recent(stamp, now)
    same(given, f"v0={signed(secret, f'v0:{stamp}:'.encode(), message.body).hexdigest()}")


def read(message: Message, secret: bytes) -> list[Event] | Reply:
    """Return the meeting whose recordings changed, or the answer to the validation."""
    told = parsed_object(message)
    event, payload = text(told.get("event")), record(told.get("payload"))
    if event == "endpoint.url_validation":
        token = _token(payload.get("plainToken"))
        return Reply({"plainToken": token, "encryptedToken": signed(secret, token.encode()).hexdigest()})
    if not event.startswith("recording."):
        return []
    uuid = identity(record(payload.get("object")).get("uuid"), _UUID)
    return [Event(key=of_body(message), records=(uuid,))]


def _token(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 1000 or not value.isascii():
        raise Refused(400, "it holds no token.")
    return value
