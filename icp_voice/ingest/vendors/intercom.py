"""Intercom: a conversation with its parts as one document; notes and bots are left out."""

from __future__ import annotations

from collections.abc import Iterator

from icp_voice.ingest.columns import snake
from icp_voice.ingest.crm import bare_domain
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
from icp_voice.model import Account, Contact, Document, Kind, Side, Speaker, Turn, Value

_SIDES = {
    "user": Side.CUSTOMER,
    "lead": Side.CUSTOMER,
    "contact": Side.CUSTOMER,
    "visitor": Side.CUSTOMER,
    "admin": Side.VENDOR,
    "team": Side.VENDOR,
}


def document(
    conversation: Json,
    *,
    file: str,
    place: str = "",
    app_id: str = "",
    app: str = "https://app.intercom.com",
    left: Left | None = None,
) -> Document:
    """Make one document of a conversation; UnreadableFile where nobody but bots says a word.

    `app_id` is the workspace's (its contacts may tell it) and `app` where people open it: the conversation's address
    needs both.
    """
    left = Left() if left is None else left
    people = People()
    contacts = _contacts(conversation)
    turns = [turn for part in _parts(conversation, left) if (turn := _turn(part, people, contacts, left))]
    if not turns:
        raise without_words("conversation")
    source = record(conversation.get("source"))
    title = own_words(body(conversation.get("title")) or body(source.get("subject")))
    return Document(
        file=file,
        place=place,
        turns=tuple(turns),
        kind=Kind.MAIL if text(source.get("type")) == "email" else Kind.CHAT,
        title=text(title),
        date=day(conversation.get("created_at")),
        url=_page(conversation, app, app_id),
        speakers=people.in_order(turns),
        hints=_companies(conversation),
        identity=text(conversation.get("id")),
        attributes=_attributes(conversation),
    )


def account(company: Json) -> Account | None:
    """Make an account of a company; None where nothing names it."""
    name = text(company.get("name")) or text(company.get("company_id"))
    if not name or not text(company.get("id")):
        return None
    plain = ("industry", "size", "monthly_spend", "user_count", "session_count")
    tags = [text(one.get("name")) for one in records(record(company.get("tags")).get("tags"))]
    custom = record(company.get("custom_attributes"))
    pairs = [(key, company.get(key)) for key in plain]
    pairs += [("plan", record(company.get("plan")).get("name")), ("tags", tags)]
    domain = bare_domain(text(company.get("website")))
    return Account(
        id=text(company.get("id")),
        name=name,
        domains=(domain,) if domain else (),
        attributes=attributes([*pairs, *((snake(str(key)), value) for key, value in custom.items())]),
    )


def contact(person: Json, account: str) -> Contact | None:
    """Make somebody who can be asked of a contact; None where they have neither a name nor a mail address."""
    email = text(person.get("email")).lower()
    name = text(person.get("name")) or email
    role = text(record(person.get("custom_attributes")).get("job_title"))
    return Contact(account=account, name=name, role=role, email=email) if name else None


def _parts(conversation: Json, left: Left) -> Iterator[Json]:
    source = conversation.get("source")
    if isinstance(source, dict):
        yield {"part_type": "comment", **source}
    held = conversation.get("conversation_parts")
    parts = counted_records(record(held).get("conversation_parts") if isinstance(held, dict) else held, left, "part")
    total = held.get("total_count") if isinstance(held, dict) else None
    if isinstance(total, int) and total > len(parts):
        # Intercom gives the newest 500.
        left["older message that Intercom does not give"] += total - len(parts)
    yield from sorted(parts, key=_moment)


def _moment(part: Json) -> float:
    value = part.get("created_at")
    return float(value) if isinstance(value, int | float) else 0.0


def _turn(part: Json, people: People, contacts: dict[str, Json], left: Left) -> Turn | None:
    words = body(part.get("body"))
    if not words.strip():
        return None
    kind = text(part.get("part_type")).lower()
    author = record(part.get("author"))
    if "note" in kind or "assignment" in kind:
        left["internal note"] += 1
    elif part.get("redacted") is True:
        left["redacted message"] += 1
    elif text(author.get("type")) in ("bot", "operator") or author.get("from_ai_agent") is True:
        left["bot message"] += 1
    elif not (own := own_words(words)):
        left["message without own words"] += 1
    elif is_automatic(own):
        left["automatic message"] += 1
    else:
        return Turn(text=own, speaker=people.add(author.get("id"), _speaker(author, contacts)).name)
    return None


def _speaker(author: Json, contacts: dict[str, Json]) -> Speaker:
    kind = text(author.get("type")).lower()
    side = _SIDES.get(kind, Side.UNKNOWN)
    known = contacts.get(text(author.get("id")), {})
    email = (text(author.get("email")) or text(known.get("email"))).lower()
    name = text(author.get("name")) or text(known.get("name")) or email
    return Speaker(
        name=name or f"{kind.capitalize() or 'User'} {text(author.get('id'))}".strip(),
        side=side,
        role=text(known.get("role")) if text(known.get("role")) not in ("user", "lead", "contact") else "",
        email=email,
        reason=f"Intercom: {kind}" if side is not Side.UNKNOWN else "",
    )


def _contacts(conversation: Json) -> dict[str, Json]:
    held = conversation.get("contacts")
    return {
        text(one.get("id")): one for one in records(record(held).get("contacts") if isinstance(held, dict) else held)
    }


def _companies(conversation: Json) -> tuple[str, ...]:
    companies = [record(conversation.get("company"))]
    for contact in _contacts(conversation).values():
        held = contact.get("companies")
        companies += records(
            record(held).get("data") or record(held).get("companies") if isinstance(held, dict) else held
        )
    found: list[object] = []
    for one in companies:
        found += [one.get("name"), bare_domain(text(one.get("website"))), one.get("company_id"), one.get("id")]
    return hints(*found)


def _page(conversation: Json, app: str, app_id: str) -> str:
    stated = text(record(conversation.get("links")).get("conversation_web"))
    told = (text(one.get("workspace_id")) for one in _contacts(conversation).values())
    app_id = app_id or next(filter(None, told), "")
    if stated.startswith(("https://", "http://")) or not app_id:
        return stated
    return f"{app}/a/inbox/{app_id}/inbox/conversation/{text(conversation.get('id'))}"


def _attributes(conversation: Json) -> dict[str, Value]:
    tags = [text(one.get("name")) for one in records(record(conversation.get("tags")).get("tags"))]
    rating = record(conversation.get("conversation_rating")).get("rating")
    custom = record(conversation.get("custom_attributes"))
    pairs = [("state", conversation.get("state")), ("tags", tags), ("rating", rating), *custom.items()]
    return attributes((str(name), value) for name, value in pairs)
