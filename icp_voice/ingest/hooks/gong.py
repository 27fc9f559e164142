"""Gong's automation rules: a secret of ours in the address, since Gong sets no header of our choice."""

from __future__ import annotations

from typing import Final

from icp_voice.ingest.hooks.message import MEGABYTE, Event, Message, Reply, identity, of_body, parsed_object
from icp_voice.ingest.hooks.shared import check_shared
from icp_voice.ingest.vendors.parts import record

SECRET: Final = ("hook_secret", "A long random word of your own, such as `openssl rand -hex 32` makes")
REGISTER: Final = "Automation rules: fire a webhook, with ?key=SECRET behind the address"
SHARED: Final = True
MOST: Final = 10 * MEGABYTE


def check(message: Message, secret: bytes, now: float) -> None:
    """Check the secret."""
    check_shared(message, secret, in_address=True)


def read(message: Message, secret: bytes) -> list[Event] | Reply:
    """Return the call; a test from Gong's page is nothing."""
    told = parsed_object(message)
    if told.get("isTest") is True:
        return []
    call = record(record(told.get("callData")).get("metaData")).get("id")
    return [Event(key=of_body(message), records=(identity(call, r"\d{1,25}"),))]
