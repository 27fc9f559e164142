"""Zendesk's tickets as JSON or one on each line, with comments inside them, and users and companies beside them."""

from __future__ import annotations

from functools import partial

from icp_voice.ingest.source import Source
from icp_voice.ingest.vendors import zendesk
from icp_voice.ingest.vendors.collected import told, when_worded
from icp_voice.ingest.vendors.parts import Json, Left, record, records, text
from icp_voice.model import Document

NAME = "Zendesk (json, ndjson)"

_OWN = frozenset(
    ("requester_id", "submitter_id", "assignee_id", "via", "satisfaction_rating", "raw_subject", "brand_id")
)
_PEOPLE = ("requester", "submitter", "assignee")


def matches(source: Source) -> float:
    """Certain by the keys that only Zendesk's tickets have."""
    values, _ = source.values
    found = [ticket for value in values[:5] for ticket in _tickets(value)[:3]]
    return 1.0 if found and all(map(_is_ticket, found)) else 0.0


def parse(source: Source) -> list[Document]:
    """Return a document for each ticket in which somebody says something."""
    values, broken = source.values
    pages = [page for value in values for page in _pages(value)]
    stated = [record(ticket.get(key)) for value in values for ticket in _tickets(value) for key in _PEOPLE]
    users = zendesk.by_id([*stated, *(one for page in pages for one in records(page.get("users")))])
    companies = zendesk.by_id([one for page in pages for one in records(page.get("organizations"))])
    fields = {
        text(one.get("id")): text(one.get("title")) for page in pages for one in records(page.get("ticket_fields"))
    }
    left = Left({"line that is no JSON": broken})
    comments = _comments(pages)
    makers = [
        partial(
            zendesk.document,
            ticket,
            comments.get(text(ticket.get("id"))),
            users=users,
            organizations=companies,
            fields=fields,
            file=source.file,
            place=f"ticket {text(ticket.get('id'))}".strip(),
            left=left,
        )
        for value in values
        for ticket in _tickets(value)
        if _is_ticket(ticket)
    ]
    return told(when_worded(makers, left, "ticket"), left)


def _pages(value: object) -> list[Json]:
    return records(value) if isinstance(value, list) else [record(value)]


def _tickets(value: object) -> list[Json]:
    """Return the tickets of a page, of `{"ticket": ...}`, of a list, or the ticket that the value is."""
    found: list[Json] = []
    for page in _pages(value):
        if isinstance(page.get("tickets"), list):
            found += records(page.get("tickets"))
        elif isinstance(page.get("ticket"), dict):
            found.append(record(page.get("ticket")))
        elif not {"users", "organizations"} & page.keys() or "subject" in page:
            found.append(page)
    return found


def _is_ticket(value: Json) -> bool:
    said = records(value.get("comments"))
    commented = any("author_id" in one or "public" in one for one in said[:3])
    return "id" in value and "subject" in value and (commented or len(_OWN & value.keys()) >= 2)


def _comments(pages: list[Json]) -> dict[str, list[Json]]:
    """Return the comments that stand beside the tickets, by the ticket."""
    found: dict[str, list[Json]] = {}
    for page in pages:
        if "subject" in page:
            continue
        alone = text(record(page.get("ticket")).get("id"))
        for one in records(page.get("comments")):
            if ticket := text(one.get("ticket_id")) or alone:
                found.setdefault(ticket, []).append(one)
    return found
