"""People and tokens as records; of passwords, sessions and keys there is nothing in them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from icp_voice.access.nouns import Person, Token


def person_record(person: Person) -> dict[str, Any]:
    """Return one person. Times are ISO 8601, in UTC; null for never."""
    return {
        "name": person.name,
        "role": str(person.role),
        "created": _instant(person.created),
        "last_seen": _instant(person.last_seen),
    }


def token_record(token: Token) -> dict[str, Any]:
    """Return what is known of one token. Times are ISO 8601, in UTC; `last_used` is a day."""
    return {
        "id": token.id,
        "person": token.person,
        "label": token.label,
        "role": str(token.role),
        "created": _instant(token.created),
        "expires": _instant(token.expires),
        "last_used": token.last_used or None,
    }


def _instant(seconds: float) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds") if seconds else None
