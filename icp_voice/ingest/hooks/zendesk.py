"""Zendesk's webhooks: base64 HMAC-SHA256 over time and body; of events, or of triggers whose body you write."""

from __future__ import annotations

import base64
from typing import Final

from icp_voice.ingest.hooks.message import (
    MEGABYTE,
    Event,
    Message,
    Reply,
    header,
    identity,
    parsed_object,
    recent,
    same,
    signed,
)
from icp_voice.ingest.vendors.parts import record, text

SECRET: Final = ("signing_secret", "The webhook's signing secret (Admin Center > Apps and integrations > Webhooks)")
REGISTER: Final = 'ticket events, or a trigger whose JSON body is {"ticket_id": "{{ticket.id}}"}'
SHARED: Final = False
MOST: Final = MEGABYTE
_SIGNATURE: Final = "X-Zendesk-Webhook-Signature"


def check(message: Message, secret: bytes, now: float) -> None:
    """Check signature and time, which Zendesk writes as 2026-05-01T09:00:00Z."""
    stamp, given = header(message, f"{_SIGNATURE}-Timestamp"), header(message, _SIGNATURE)
    recent(stamp, now)
    same(given, base64.b64encode(signed(secret, stamp.encode(), message.body).digest()).decode())


def read(message: Message, secret: bytes) -> list[Event] | Reply:
    """Return the ticket that changed."""
    told = parsed_object(message)
    kind = text(told.get("type"))
    if kind and not kind.startswith("zen:event-type:ticket."):
        return []
    about = told.get("ticket_id") or record(told.get("ticket")).get("id") or record(told.get("detail")).get("id")
    # The body of a trigger is the same each time: what tells two of them apart is the time that was signed with it.
    key = text(told.get("id")) if kind else ""
    key = key or message.headers.get("x-zendesk-webhook-invocation-id") or header(message, _SIGNATURE)
    return [Event(key=key, records=(identity(about, r"\d{1,20}"),))]
