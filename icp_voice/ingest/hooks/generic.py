"""Any other tool: a shared secret, and one document in our own form, which the delivery itself brings."""

from __future__ import annotations

import json
from typing import Final

from icp_voice.ingest.hooks.message import MEGABYTE, Event, Message, Refused, Reply, of_body, parsed_object
from icp_voice.ingest.hooks.shared import HEADER, check_shared

SECRET: Final = ("secret", f"A long random word of your own, sent in the header {HEADER}")
REGISTER: Final = "Zapier, Make, Grain ...: POST a document (docs/json-schema.md) with an id, or with Idempotency-Key"
SHARED: Final = True
MOST: Final = 10 * MEGABYTE


def check(message: Message, secret: bytes, now: float) -> None:
    """Check the secret."""
    check_shared(message, secret)


def read(message: Message, secret: bytes) -> list[Event] | Reply:
    """Return the document under its id; what it says is read when it is worked off."""
    told = parsed_object(message)
    if "icp_voice" not in told:
        raise Refused(400, "it is no document in our own form.", hint="docs/json-schema.md describes it.")
    once = message.headers.get("idempotency-key", "").strip()
    named = told.pop("id", "")
    record = str(named).strip() if isinstance(named, str | int) and not isinstance(named, bool) else ""
    record = record or once
    if not record:
        raise Refused(
            400, "it has neither an id nor the header Idempotency-Key.", hint="Give one: it tells repetitions."
        )
    if len(record) > 200 or not record.isprintable():
        raise Refused(400, "its id is longer than 200 characters, or holds some that cannot be shown.")
    # Without the header, the same id may come again with other words: the document is then updated.
    key = f"key:{once}" if once else f"{record}:{of_body(message)}"
    return [Event(key=key, records=(record,), words=json.dumps(told).encode())]
