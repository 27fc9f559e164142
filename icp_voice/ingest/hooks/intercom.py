"""Intercom's webhooks: `sha1=` HMAC-SHA1 over the body, and no time: a notification's id tells what was there before."""

from __future__ import annotations

import hmac
from hashlib import sha1
from typing import Final

from icp_voice.ingest.hooks.message import MEGABYTE, Event, Message, Reply, header, identity, parsed_object, same
from icp_voice.ingest.vendors.parts import record, text

SECRET: Final = ("client_secret", "The client secret of the app (Developer Hub > your app > Basic information)")
REGISTER: Final = "Webhooks: the conversation topics (replied, created, closed, deleted, redacted)"
SHARED: Final = False
MOST: Final = 2 * MEGABYTE


def check(message: Message, secret: bytes, now: float) -> None:
    """Check the signature; HMAC is sound with SHA-1, and Intercom knows no other."""
    same(header(message, "X-Hub-Signature"), f"sha1={hmac.new(secret, message.body, sha1).hexdigest()}")


def read(message: Message, secret: bytes) -> list[Event] | Reply:
    """Return the conversation that changed; a ping, and what concerns people or companies only, is nothing."""
    told = parsed_object(message)
    item = record(record(told.get("data")).get("item"))
    if not text(told.get("topic")).startswith(("conversation.", "conversation_part.")):
        return []
    about = item.get("id") if item.get("type") == "conversation" else item.get("conversation_id")
    about = about or record(item.get("conversation")).get("id")
    return [Event(key=identity(told.get("id")), records=(identity(about),))]
