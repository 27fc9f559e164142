"""HubSpot: tickets, notes of talks, and conversations of the inbox as documents; companies and contacts as accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from icp_voice.ingest.crm import bare_domain
from icp_voice.ingest.mailtext import is_automatic, own_words, plain_subject
from icp_voice.ingest.vendors.parts import (
    Json,
    Left,
    People,
    attributes,
    body,
    day,
    hints,
    record,
    records,
    text,
    without_words,
)
from icp_voice.model import Account, Contact, Document, Kind, Side, Speaker, Turn

MOST: Final = 10_000  # what one search shows; more is refused
PROPERTIES: Final[Mapping[str, tuple[str, ...]]] = {
    "companies": (
        *("name", "domain", "industry", "numberofemployees", "annualrevenue", "country", "state", "city", "type"),
        *("lifecyclestage", "founded_year"),
    ),
    "contacts": ("firstname", "lastname", "email", "jobtitle", "associatedcompanyid"),
    "tickets": ("subject", "content", "hs_pipeline_stage", "hs_ticket_priority", "source_type"),
    "notes": ("hs_note_body", "hs_timestamp"),
    "calls": ("hs_call_title", "hs_call_body", "hs_call_direction", "hs_timestamp"),
}
_OWN: Final = frozenset(("name", "domain", "hs_object_id", "createdate", "hs_lastmodifieddate"))
_BY_CUSTOMERS: Final = frozenset(("CHAT", "EMAIL", "FORM"))
_PAGES: Final = {"tickets": "0-5", "companies": "0-2", "contacts": "0-1"}
_SIDES: Final = {"A": Side.VENDOR, "V": Side.CUSTOMER, "E": Side.CUSTOMER}  # agents, visitors, who writes by mail


def search(kind: str, properties: Sequence[str], since: datetime, last: str) -> dict[str, object]:
    """Return the search for what changed since a moment, in the order of ids, beyond the `last` one.

    Bulk edits give tens of thousands of records one time of change: an order by time would never get beyond them.
    """
    changed = "lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate"
    filters = [
        {"propertyName": changed, "operator": "GTE", "value": str(int(since.timestamp() * 1000))},
        {"propertyName": "hs_object_id", "operator": "GT", "value": last},
    ]
    sorts = [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]
    return {"filterGroups": [{"filters": filters}], "sorts": sorts, "properties": list(properties), "limit": 100}


def account(company: Json) -> Account | None:
    """Make an account of a company; None where nothing names it."""
    told = record(company["properties"])
    domain = bare_domain(text(told.get("domain")))
    name = text(told.get("name")) or domain
    plain = ((key, _number(value)) for key, value in told.items() if key not in _OWN)
    if not name:
        return None
    return Account(id=text(company["id"]), name=name, domains=(domain,) if domain else (), attributes=attributes(plain))


def company_of(person: Json) -> str:
    """Return the id of a contact's company, or an empty string."""
    return text(record(person["properties"]).get("associatedcompanyid"))


def contact(person: Json) -> Contact | None:
    """Make somebody who can be asked of a contact; None where they have no company or no name."""
    speaker = _speaker(person)
    company = company_of(person)
    if not company or not speaker.name:
        return None
    return Contact(account=company, name=speaker.name, role=speaker.role, email=speaker.email)


def associated(item: Json, what: str) -> tuple[str, ...]:
    """Return the ids of an object's companies or contacts; each stands there once for every sort of tie."""
    return hints(*(one.get("id") for one in records(record(record(item.get("associations")).get(what)).get("results"))))


def ticket(item: Json, people: Sequence[Json], *, file: str, site: str = "", left: Left | None = None) -> Document:
    """Make one document of a ticket; `people` are its contacts, and `site` our portal's address in HubSpot."""
    left = Left() if left is None else left
    told = record(item["properties"])
    words = own_words(body(told.get("content")))
    if words and is_automatic(words, subject=text(told.get("subject"))):
        left["automatic message"] += 1
        words = ""
    if not words:
        raise without_words("ticket")
    source = text(told.get("source_type")).upper()
    asks = _speaker(people[0]) if people else Speaker(name="")
    by_customer = source in _BY_CUSTOMERS
    # What came by phone was written down by one of us.
    speaker = Speaker(
        name=(asks.name or "Requester") if by_customer else "Author",
        side=Side.CUSTOMER if by_customer else Side.UNKNOWN,
        role=asks.role if by_customer else "",
        email=asks.email if by_customer else "",
        reason=f"HubSpot: a ticket by {source.lower()}" if by_customer else "",
    )
    pairs = [("stage", told.get("hs_pipeline_stage")), ("priority", told.get("hs_ticket_priority")), ("source", source)]
    return Document(
        file=file,
        turns=(Turn(text=words, speaker=speaker.name),),
        kind=Kind.TICKET,
        title=text(told.get("subject")),
        date=day(item.get("createdAt")),
        url=f"{site}/record/{_PAGES['tickets']}/{text(item['id'])}" if site else "",
        speakers=(speaker,),
        hints=hints(*associated(item, "companies"), *map(company_of, people), asks.email),
        identity=text(item["id"]),
        attributes=attributes(pairs),
    )


def note(item: Json, people: Sequence[Json], *, file: str, site: str = "", left: Left | None = None) -> Document:
    """Make one document of a note or of what was noted of a call: what one of us wrote about somebody."""
    told = record(item["properties"])
    words = own_words(body(told.get("hs_note_body")) or body(told.get("hs_call_body")))
    if not words:
        raise without_words("note")
    companies = associated(item, "companies")
    ties = [("companies", companies), ("contacts", associated(item, "contacts"))]
    page = next((f"/record/{_PAGES[what]}/{ids[0]}?engagement={text(item['id'])}" for what, ids in ties if ids), "")
    return Document(
        file=file,
        turns=(Turn(text=words, speaker="Author"),),
        kind=Kind.NOTE,
        title=text(told.get("hs_call_title")),
        date=day(told.get("hs_timestamp")) or day(item.get("createdAt")),
        url=f"{site}{page}" if site and page else "",
        speakers=(Speaker(name="Author"),),
        hints=hints(*companies, *map(company_of, people)),
        identity=text(item["id"]),
        attributes=attributes([("direction", text(told.get("hs_call_direction")).lower())]),
    )


def actors_in(messages: Sequence[Json]) -> set[str]:
    """Return the ids of those who wrote messages."""
    return {actor for one in messages for sender in _senders(one) if (actor := text(sender.get("actorId")))}


def thread(
    item: Json,
    messages: Sequence[Json],
    *,
    actors: Mapping[str, Json],
    person: Json,
    file: str,
    inbox: str = "",
    left: Left | None = None,
) -> Document:
    """Make one document of a conversation; `person` is its contact, `inbox` the address of our portal's inbox."""
    left = Left() if left is None else left
    people = People()
    said = sorted(messages, key=lambda one: text(one.get("createdAt")))
    turns = [turn for one in said if (turn := _turn(one, actors, people, left))]
    if not turns:
        raise without_words("conversation")
    about = _speaker(person) if person else Speaker(name="")
    mailed = any(_mail(sender) for one in said for sender in _senders(one))
    return Document(
        file=file,
        turns=tuple(turns),
        kind=Kind.MAIL if mailed else Kind.CHAT,
        title=plain_subject(next((told for one in said if (told := text(one.get("subject")))), "")),
        date=day(item.get("createdAt")) or day(said[0].get("createdAt")),
        url=f"{inbox}/{text(item['id'])}" if inbox else "",
        speakers=people.in_order(turns),
        hints=hints(company_of(person) if person else "", about.email),
        identity=text(item["id"]),
        attributes=attributes([("status", text(item.get("status")).lower())]),
    )


def _turn(message: Json, actors: Mapping[str, Json], people: People, left: Left) -> Turn | None:
    sender = next(iter(_senders(message)), {})
    actor = text(sender.get("actorId")) or text(message.get("createdBy"))
    kind = text(message.get("type"))
    words = own_words(body(message.get("text")) or body(message.get("richText")))
    if kind == "COMMENT":
        left["internal note"] += 1
    elif kind != "MESSAGE":
        left["message of HubSpot itself"] += 1
    elif message.get("archived") is True:
        left["deleted message"] += 1
    elif actor[:1] not in _SIDES or actor[1:2] != "-":
        left["bot message"] += 1
    elif not words:
        left["message without words of its own"] += 1
    elif is_automatic(words, subject=text(message.get("subject")), sender=_mail(sender)):
        left["automatic message"] += 1
    else:
        return Turn(text=words, speaker=people.add(actor, _writer(actor, sender, record(actors.get(actor)))).name)
    return None


def _writer(actor: str, sender: Json, known: Json) -> Speaker:
    email = (text(known.get("email")) or _mail(sender)).lower()
    name = text(known.get("name")) or text(sender.get("name")) or email
    who = {"A": "agent", "V": "visitor", "E": "by mail"}[actor[0]]
    return Speaker(name=name or f"User {actor}", side=_SIDES[actor[0]], email=email, reason=f"HubSpot: {who}")


def _senders(message: Json) -> list[Json]:
    return records(message.get("senders"))


def _mail(sender: Json) -> str:
    told = record(sender.get("deliveryIdentifier"))
    return text(told.get("value")) if told.get("type") == "HS_EMAIL_ADDRESS" else ""


def _speaker(person: Json) -> Speaker:
    told = record(person["properties"])
    email = text(told.get("email")).lower()
    name = " ".join(filter(None, (text(told.get("firstname")), text(told.get("lastname")))))
    return Speaker(name=name or email, role=text(told.get("jobtitle")), email=email)


def _number(value: object) -> object:
    """Return HubSpot's numbers, which come in quotes, as numbers."""
    try:
        return float(value) if isinstance(value, str) and value[:1].isdigit() and "_" not in value else value
    except ValueError:
        return value
