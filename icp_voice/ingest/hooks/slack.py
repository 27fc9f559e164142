"""Slack's Events API: `v0=` HMAC-SHA256 over version, time and body; a challenge when the address is registered."""

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
    parsed_object,
    recent,
    same,
    signed,
)
from icp_voice.ingest.vendors.parts import Json, day, record

SECRET: Final = ("signing_secret", "The signing secret of the app (api.slack.com/apps > Basic Information)")
REGISTER: Final = "Event Subscriptions: message.channels, message.groups"
SHARED: Final = False
MOST: Final = MEGABYTE
_TS: Final = r"\d{9,11}\.\d{1,9}"


def check(message: Message, secret: bytes, now: float) -> None:
    """Check signature and time."""
    stamp, given = header(message, "X-Slack-Request-Timestamp"), header(message, "X-Slack-Signature")
    recent(stamp, now)
    same(given, f"v0={signed(secret, f'v0:{stamp}:'.encode(), message.body).hexdigest()}")


def read(message: Message, secret: bytes) -> list[Event] | Reply:
    """Return the conversations to which a message belongs, or the answer to the challenge."""
    told = parsed_object(message)
    if told.get("type") == "url_verification":
        return Reply({"challenge": _challenge(told.get("challenge"))})
    event = record(told.get("event"))
    if told.get("type") != "event_callback" or event.get("type") != "message":
        return []
    if event.get("channel_type") in ("im", "mpim", "app_home"):
        return []
    key = identity(told.get("event_id"))
    return [Event(key=key, records=_conversations(event))]


def _conversations(event: Json) -> tuple[str, ...]:
    """Return the thread and the days that the message stood in or stands in: the first answer makes a thread of it."""
    channel = identity(event.get("channel"))
    # A change or a deletion holds the message as it was and as it is.
    held = [one for one in (record(event.get("message")), record(event.get("previous_message"))) if one]
    found: dict[str, None] = {}
    for one in held or [event]:
        thread = one.get("thread_ts")
        if thread:
            found[f"{channel}:{identity(thread, _TS)}"] = None
        # An answer stands nowhere but in its thread: the day is that of the thread's first message.
        found[f"{channel}:{day(identity(thread or one.get('ts'), _TS))}"] = None
    return tuple(found)


def _challenge(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 1000:
        raise Refused(400, "it holds no challenge.")
    return value
