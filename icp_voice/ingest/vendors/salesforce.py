"""Salesforce: cases with their comments and mails, and notes of talks, as documents; accounts and who works there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from icp_voice.ingest.columns import snake
from icp_voice.ingest.crm import bare_domain
from icp_voice.ingest.mailtext import is_automatic, own_words
from icp_voice.ingest.vendors.parts import (
    Json,
    Left,
    People,
    attributes,
    body,
    day,
    hints,
    instant,
    record,
    text,
    without_words,
)
from icp_voice.model import Account, Contact, Document, Kind, Side, Speaker, Turn

_ALWAYS: Final = ("Id", "SystemModstamp", "IsDeleted")
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "Account": (
        *("Name", "Website", "Industry", "NumberOfEmployees", "AnnualRevenue", "Type"),
        *("BillingCountry", "BillingState", "BillingCity"),
    ),
    "Contact": ("Name", "Title", "Email", "AccountId"),
    "Case": (
        *("CaseNumber", "Subject", "Description", "Status", "Priority", "Origin", "Type", "Reason", "CreatedDate"),
        *("AccountId", "Account.Name", "SuppliedName", "SuppliedEmail", "SuppliedCompany"),
        *("Contact.Name", "Contact.Email", "Contact.Title", "CreatedBy.UserType"),
    ),
    "CaseComment": ("ParentId", "CommentBody", "IsPublished", "CreatedDate", "CreatedBy.Name", "CreatedBy.UserType"),
    "EmailMessage": (
        *("ParentId", "Incoming", "Status", "FromName", "FromAddress", "Subject", "TextBody", "HtmlBody"),
        *("MessageDate", "CreatedDate"),
    ),
    "Task": ("Subject", "Description", "AccountId", "TaskSubtype", "ActivityDate", "CreatedDate"),
    "Event": ("Subject", "Description", "AccountId", "ActivityDate", "CreatedDate"),
    "Note": ("Title", "Body", "ParentId", "IsPrivate", "CreatedDate"),
}
_BY_CUSTOMERS: Final = frozenset(("email", "web", "chat", "messaging", "community", "facebook", "twitter"))
_DRAFT: Final = "5"


def changed(what: str, since: str, fields: Sequence[str] = ()) -> str:
    """Return the query for the records of a type that changed since a moment, in the order of their changes."""
    chosen = ", ".join((*_ALWAYS, *FIELDS[what], *fields))
    return f"SELECT {chosen} FROM {what} WHERE SystemModstamp >= {since} ORDER BY SystemModstamp, Id"


def among(what: str, field: str, ids: Iterable[str]) -> str:
    """Return the query for the records of a type whose `field` is one of these ids; what is no id is left out."""
    quoted = ", ".join(f"'{one}'" for one in sorted(set(ids)) if re.fullmatch(r"[A-Za-z0-9]{15,18}", one))
    return f"SELECT {', '.join((*_ALWAYS, *FIELDS[what]))} FROM {what} WHERE {field} IN ({quoted or chr(39) * 2})"


def account(row: Json, fields: Sequence[str] = ()) -> Account | None:
    """Make an account; None where it has no name."""
    name, domain = text(row.get("Name")), bare_domain(text(row.get("Website")))
    plain = [one for one in (*FIELDS["Account"], *fields) if one not in ("Name", "Website")]
    if not name:
        return None
    pairs = ((snake(one.removesuffix("__c")), row.get(one)) for one in plain)
    return Account(id=text(row["Id"]), name=name, domains=(domain,) if domain else (), attributes=attributes(pairs))


def contact(row: Json) -> Contact | None:
    """Make somebody who can be asked; None where they have no account or no name."""
    account, name = text(row.get("AccountId")), text(row.get("Name"))
    if not account or not name:
        return None
    return Contact(account=account, name=name, role=text(row.get("Title")), email=text(row.get("Email")).lower())


def version(row: Json, said: Iterable[Json]) -> list[str]:
    """Return what changes when a case, or something said in it, does."""
    return sorted(f"{text(one.get('Id'))} {text(one.get('SystemModstamp'))}" for one in (row, *said))


def case(row: Json, said: Sequence[Json], *, file: str, site: str = "", left: Left | None = None) -> Document:
    """Make one document of a case; `said` are its comments and mails. UnreadableFile where nobody says a word."""
    left = Left() if left is None else left
    people = People()
    parts = sorted((part for one in said if (part := _part(one, left))), key=lambda part: part[0])
    first = _described(row)
    # A case that came by mail repeats the mail as its description.
    if first and _plain(first[2]) not in {_plain(words) for _, _, words in parts}:
        parts.insert(0, first)
    turns = [Turn(text=words, speaker=people.add(who.email or who.name, who).name) for _, who, words in parts]
    if not turns:
        raise without_words("case")
    named = (row.get("AccountId"), record(row.get("Account")).get("Name"), row.get("SuppliedCompany"))
    plain = ("Status", "Priority", "Origin", "Type", "Reason", "CaseNumber")
    return Document(
        file=file,
        turns=tuple(turns),
        kind=Kind.TICKET,
        title=text(row.get("Subject")),
        date=_day(row.get("CreatedDate")),
        url=_page(site, "Case", row),
        speakers=people.in_order(turns),
        hints=hints(*named),
        identity=text(row["Id"]),
        attributes=attributes((snake(name), row.get(name)) for name in plain),
    )


def note(what: str, row: Json, *, file: str, site: str = "", left: Left | None = None) -> Document:
    """Make one document of a task, an event or a note: what one of us wrote down."""
    left = Left() if left is None else left
    words = own_words(body(row.get("Description")) or body(row.get("Body")))
    if row.get("IsPrivate") is True:
        left["private note"] += 1
        words = ""
    if not words:
        raise without_words("note")
    return Document(
        file=file,
        turns=(Turn(text=words, speaker="Author"),),
        kind=Kind.NOTE,
        title=text(row.get("Subject")) or text(row.get("Title")),
        date=_day(row.get("ActivityDate")) or _day(row.get("CreatedDate")),
        url=_page(site, what, row),
        speakers=(Speaker(name="Author"),),
        hints=hints(row.get("AccountId") or row.get("ParentId")),
        identity=text(row["Id"]),
        attributes=attributes([("channel", text(row.get("TaskSubtype")).lower())]),
    )


def literal(moment: datetime) -> str:
    """Return a moment as a query has it."""
    return instant(moment.isoformat())


def _described(row: Json) -> tuple[str, Speaker, str] | None:
    """Return a case's description with who wrote it: the customer, unless one of us took it down by phone."""
    words = own_words(body(row.get("Description")))
    if not words or is_automatic(words, subject=text(row.get("Subject"))):
        return None
    person, origin = record(row.get("Contact")), text(row.get("Origin")).lower()
    side = _side(record(row.get("CreatedBy")))
    email = (text(person.get("Email")) or text(row.get("SuppliedEmail"))).lower()
    theirs = origin in _BY_CUSTOMERS or side is Side.CUSTOMER or bool(text(row.get("SuppliedEmail")))
    if not theirs:
        return instant(row.get("CreatedDate")), Speaker(name="Author"), words
    name = text(person.get("Name")) or text(row.get("SuppliedName")) or email or "Requester"
    who = Speaker(
        name=name,
        side=Side.CUSTOMER,
        role=text(person.get("Title")),
        email=email,
        reason=f"Salesforce: a case by {origin or 'a customer'}",
    )
    return instant(row.get("CreatedDate")), who, words


def _part(row: Json, left: Left) -> tuple[str, Speaker, str] | None:
    """Return when somebody said what in a comment or a mail; None for what is no word of theirs."""
    mailed = "Incoming" in row
    words = own_words(body(row.get("TextBody")) or body(row.get("HtmlBody")) or body(row.get("CommentBody")))
    author = record(row.get("CreatedBy"))
    sender = text(row.get("FromAddress")).lower()
    if mailed and text(row.get("Status")) == _DRAFT:
        left["draft"] += 1
    elif not mailed and row.get("IsPublished") is not True:
        left["internal note"] += 1
    elif text(author.get("UserType")) == "AutomatedProcess":
        left["automatic message"] += 1
    elif not words:
        left["message without words of its own"] += 1
    elif is_automatic(words, subject=text(row.get("Subject")), sender=sender):
        left["automatic message"] += 1
    elif mailed:
        incoming = row.get("Incoming") is True
        who = Speaker(
            name=text(row.get("FromName")) or sender or "Writer",
            side=Side.CUSTOMER if incoming else Side.VENDOR,
            email=sender,
            reason=f"Salesforce: {'incoming' if incoming else 'outgoing'} mail",
        )
        return instant(row.get("MessageDate")) or instant(row.get("CreatedDate")), who, words
    else:
        side = _side(author)
        reason = f"Salesforce user: {text(author.get('UserType'))}" if side is not Side.UNKNOWN else ""
        who = Speaker(name=text(author.get("Name")) or "Writer", side=side, reason=reason)
        return instant(row.get("CreatedDate")), who, words
    return None


def _side(user: Json) -> Side:
    kind = text(user.get("UserType"))
    return Side.UNKNOWN if not kind else Side.VENDOR if kind == "Standard" else Side.CUSTOMER


def _plain(words: str) -> str:
    return " ".join(words.casefold().split())


def _day(value: object) -> str:
    return instant(value)[:10] or day(value)


def _page(site: str, what: str, row: Json) -> str:
    return f"{site}/lightning/r/{what}/{text(row['Id'])}/view" if site else ""
