"""Fireflies' webhooks: `sha256=` HMAC-SHA256 over the body; the meeting's id, under one name in version 1, another in 2."""

from __future__ import annotations

from typing import Final

from icp_voice.ingest.hooks.message import (
    MEGABYTE,
    Event,
    Message,
    Reply,
    header,
    identity,
    of_body,
    parsed_object,
    same,
    signed,
)

SECRET: Final = ("signing_secret", "The webhook's secret, which you choose (Settings > Developer settings > Webhooks)")
REGISTER: Final = "meeting.transcribed (or Transcription completed), with a secret"
SHARED: Final = False
MOST: Final = MEGABYTE


def check(message: Message, secret: bytes, now: float) -> None:
    """Check the signature; there is no time of sending to check."""
    same(header(message, "X-Hub-Signature"), f"sha256={signed(secret, message.body).hexdigest()}")


def read(message: Message, secret: bytes) -> list[Event] | Reply:
    """Return the meeting that was transcribed."""
    told = parsed_object(message)
    meeting = told.get("meeting_id", told.get("meetingId"))
    return [Event(key=of_body(message), records=(identity(meeting),))]
