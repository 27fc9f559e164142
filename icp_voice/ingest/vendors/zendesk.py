"""Zendesk: a ticket with its comments as one document; the role of each author tells whose words they are."""

from __future__ import annotations

import re
from collections.abc import Mapping

from icp_voice.ingest.mailtext import is_automatic, own_words
from icp_voice.ingest.vendors.parts import (
    Json,
    Left,
    People,
    attributes,
    body,
    counted_records,
    day,
    hints,
    record,
    records,
    text,
    without_words,
)
from icp_voice.model import Document, Kind, Side, Speaker, Turn, Value

_SIDES = {"end-user": Side.CUSTOMER, "agent": Side.VENDOR, "admin": Side.VENDOR}
_MACHINES = frozenset(("rule", "system", "trigger", "automation", "macro"))
_PLAIN = ("status", "priority", "type")


def document(
    ticket: Json,
    comments: object = None,
    *,
    users: Mapping[str, Json],
    organizations: Mapping[str, Json],
    file: str,
    place: str = "",
    fields: Mapping[str, str] | None = None,
    left: Left | None = None,
) -> Document:
    """Make one document of a ticket; UnreadableFile where nobody but machines and ourselves among us says a word.

    `users` and `organizations` are known by their id as text, `fields` gives custom fields their names. Without
    `comments` the ticket's own `comments` are read, and without those its description.
    """
    left = Left() if left is None else left
    people = People()
    said = comments if comments is not None else ticket.get("comments")
    turns = _turns(ticket, said, users, people, left)
    if not turns:
        raise without_words("ticket")
    organization = _organization(ticket, organizations, users)
    domains = organization.get("domain_names")
    return Document(
        file=file,
        place=place,
        turns=tuple(turns),
        kind=Kind.TICKET,
        title=text(ticket.get("subject") or ticket.get("raw_subject")),
        date=day(ticket.get("created_at")),
        url=_page(ticket),
        speakers=people.in_order(turns),
        hints=hints(organization.get("name"), *(domains if isinstance(domains, list) else ()), organization.get("id")),
        identity=text(ticket.get("id")),
        attributes=_attributes(ticket, fields or {}),
    )


def by_id(items: list[Json]) -> dict[str, Json]:
    """Return records by their id as text."""
    return {text(item.get("id")): item for item in items if text(item.get("id"))}


def _turns(ticket: Json, said: object, users: Mapping[str, Json], people: People, left: Left) -> list[Turn]:
    comments = counted_records(said, left, "comment")
    if not comments:
        comments = [{"author_id": _requester(ticket), "body": ticket.get("description"), "public": True}]
    turns: list[Turn] = []
    for comment in comments:
        if comment.get("public") is False:
            left["internal note"] += 1
            continue
        words = _words(comment)
        if _by_machine(comment) or is_automatic(words, subject=""):
            left["automatic message"] += 1
            continue
        own = own_words(words)
        if not own:
            left["comment without own words"] += bool(words.strip())
            continue
        author = comment.get("author_id") or record(comment.get("author")).get("id")
        speaker = _speaker(author, record(comment.get("author")), ticket, users)
        turns.append(Turn(text=own, speaker=people.add(author, speaker).name))
    return turns


def _words(comment: Json) -> str:
    """Return the plain text if there is one: the `body` of some channels is HTML."""
    plain = body(comment.get("plain_body"))
    return plain if plain.strip() else body(comment.get("body")) or body(comment.get("html_body"))


def _by_machine(comment: Json) -> bool:
    channel = text(record(comment.get("via")).get("channel")).lower()
    return channel in _MACHINES or comment.get("author_id") == -1


def _requester(ticket: Json) -> object:
    return ticket.get("requester_id") or record(ticket.get("requester")).get("id")


def _speaker(author: object, stated: Json, ticket: Json, users: Mapping[str, Json]) -> Speaker:
    user = users.get(text(author)) or stated or _named_in(ticket, author)
    role = text(user.get("role")).lower()
    side, reason = _SIDES.get(role, Side.UNKNOWN), f"Zendesk role: {role}"
    if side is Side.UNKNOWN:
        asks = bool(text(author)) and text(author) == text(_requester(ticket))
        side, reason = (Side.CUSTOMER, "asks in the ticket") if asks else (Side.UNKNOWN, "")
    email = text(user.get("email")).lower()
    name = text(user.get("name")) or email or f"User {text(author) or 'unknown'}"
    return Speaker(name=name, side=side, email=email, reason=reason)


def _named_in(ticket: Json, author: object) -> Json:
    """Return the person whom an exported ticket itself describes, as requester, submitter, assignee or collaborator."""
    others = ticket.get("collaborator")
    stated = [ticket.get(key) for key in ("requester", "submitter", "assignee")]
    stated += others if isinstance(others, list) else []
    return next((one for one in map(record, stated) if text(one.get("id")) == text(author)), {})


def _organization(ticket: Json, organizations: Mapping[str, Json], users: Mapping[str, Json]) -> Json:
    identity = ticket.get("organization_id") or users.get(text(_requester(ticket)), {}).get("organization_id")
    return organizations.get(text(identity)) or record(ticket.get("organization"))


def _page(ticket: Json) -> str:
    """Return the address at which people see the ticket; `url` is that of the API."""
    url = text(ticket.get("url"))
    found = re.fullmatch(r"(https?://[^/\s]+)/api/v2/tickets/(\d+)(?:\.json)?", url)
    return f"{found[1]}/agent/tickets/{found[2]}" if found else url


def _attributes(ticket: Json, fields: Mapping[str, str]) -> dict[str, Value]:
    pairs: list[tuple[str, object]] = [(name, ticket.get(name)) for name in _PLAIN]
    pairs.append(("channel", record(ticket.get("via")).get("channel")))
    pairs.append(("tags", ticket.get("tags")))
    rating = ticket.get("satisfaction_rating")
    score = text(record(rating).get("score") if isinstance(rating, dict) else rating)
    pairs.append(("satisfaction", "" if score in ("unoffered", "offered") else score))
    custom = ((fields.get(text(one.get("id")), ""), one.get("value")) for one in records(ticket.get("custom_fields")))
    return attributes([*pairs, *(pair for pair in custom if pair[0])])
