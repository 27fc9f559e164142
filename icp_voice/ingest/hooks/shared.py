"""The secret that is sent as it is, in a header or in the address, by tools that cannot sign."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qs

from icp_voice.ingest.hooks.message import Message, Refused, same

HEADER: Final = "X-Icp-Voice-Secret"


def check_shared(message: Message, secret: bytes, *, in_address: bool = False) -> None:
    """Refuse a message that does not bear the secret."""
    given = message.headers.get(HEADER.lower(), "")
    if not given and in_address:
        given = parse_qs(message.query).get("key", [""])[0]
    if not given:
        other = " and no key in its address" if in_address else ""
        raise Refused(401, f"there is no header {HEADER}{other}.")
    same(given, secret.decode())
