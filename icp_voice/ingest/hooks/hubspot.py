"""HubSpot's webhooks, signature v3: base64 HMAC-SHA256 over method, full address, body and time; many events at once."""

from __future__ import annotations

import base64
import re
from typing import Any, Final

from icp_voice.ingest.hooks.message import (
    MEGABYTE,
    Event,
    Message,
    Refused,
    Reply,
    header,
    identity,
    parsed,
    recent,
    same,
    signed,
)
from icp_voice.ingest.vendors.parts import records, text

SECRET: Final = ("client_secret", "The client secret of the app whose webhooks these are (app > Auth)")
REGISTER: Final = "Webhooks: creation, propertyChange and deletion of tickets, notes, calls, companies; conversation.*"
SHARED: Final = False
MOST: Final = MEGABYTE
_OBJECTS: Final = {"0-1": "contacts", "0-2": "companies", "0-5": "tickets", "0-46": "notes", "0-48": "calls"}
_NAMES: Final = {
    "contact": "contacts",
    "company": "companies",
    "ticket": "tickets",
    "note": "notes",
    "call": "calls",
    "conversation": "threads",
}
# HubSpot signs the address with these written out.
_PLAIN: Final = {f"%{ord(sign):02X}": sign for sign in ":/?@!$'()*,;"}


def check(message: Message, secret: bytes, now: float) -> None:
    """Check signature and time; the address is the public one, whatever a proxy has made of it."""
    stamp, given = header(message, "X-HubSpot-Request-Timestamp"), header(message, "X-HubSpot-Signature-v3")
    if not message.url:
        raise Refused(
            503,
            "the address that HubSpot calls is not known here.",
            hint="Set public_url under [hooks] in icp-voice.toml.",
        )
    recent(stamp, now)
    address = re.sub("|".join(_PLAIN), lambda found: _PLAIN[found[0].upper()], message.url, flags=re.I)
    made = signed(secret, b"POST", address.encode(), message.body, stamp.encode())
    same(given, base64.b64encode(made.digest()).decode())


def read(message: Message, secret: bytes) -> list[Event] | Reply:
    """Return what changed, each event by itself."""
    told = parsed(message)
    if not isinstance(told, list):
        raise Refused(400, "its body is no list of events.")
    found = []
    for one in records(told):
        if changed := _records(dict(one)):
            # HubSpot says of its event ids that they need not differ.
            key = [one.get(name) for name in ("eventId", "subscriptionType", "objectId", "occurredAt", "propertyName")]
            found.append(Event(key=repr(key), records=changed))
    return found


def _records(event: dict[str, Any]) -> tuple[str, ...]:
    name, _, what = text(event.get("subscriptionType")).partition(".")
    kind = _OBJECTS.get(text(event.get("objectTypeId"))) if name == "object" else _NAMES.get(name)
    if kind is None:
        return ()
    keys = [event.get("objectId")]
    if what == "merge":
        keys += [event.get("primaryObjectId"), event.get("newObjectId"), *_listed(event.get("mergedObjectIds"))]
    if what == "associationChange":
        keys = [event.get("fromObjectId")]
    return tuple(dict.fromkeys(f"{kind}/{identity(key, _ID)}" for key in keys if key is not None))


_ID: Final = r"\d{1,20}"


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
