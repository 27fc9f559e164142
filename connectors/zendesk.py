"""Tickets of Zendesk Support with their public comments, by the incremental export.

[connectors.zendesk]
subdomain = "acme"              # of acme.zendesk.com
email = "ann@acme.example"      # whose API token it is; leave it out for an OAuth token
since = 2025-01-01              # tickets that changed since then
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Annotated, Any

from pydantic import Field

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.connector import Client
from icp_voice.ingest.pull.api import Api, Basic, Bearer, Cursor, Pace
from icp_voice.ingest.vendors import zendesk
from icp_voice.model import Document
from icp_voice.settings.checked import Checked

TITLE = "Zendesk"
SECRETS = {"token": "An API token (Admin Center > Apps and integrations > APIs) or an OAuth token of an admin"}
SCOPES = ("read", "role admin")
TICKETS = "/api/v2/incremental/tickets/cursor"
EXPORT = Cursor(path="after_cursor", param="cursor", end="end_of_stream")
LIST = Cursor(path="meta.after_cursor", param="page[after]", more="meta.has_more")
PAGE = 100  # as many as users and organizations can be asked for at once
TOGETHER = 25  # tickets whose people are asked for at once


class Settings(Checked):
    """Where the tickets are, whose token it is, from when on, and how fast the plan allows."""

    subdomain: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")]
    base_url: str = ""
    email: str = ""
    since: date = date(2020, 1, 1)
    exports_per_minute: float = 10
    requests_per_minute: float = 200


def documents(settings: Settings, since: str, client: Client) -> Iterator[Document]:
    """Yield the tickets that changed, page by page; the cursor is Zendesk's own."""
    reader = _Reader(settings, client)
    asked = {"start_time": _start(settings), "per_page": PAGE, **({"cursor": since} if since else {})}
    for page in reader.http.pages(TICKETS, key="tickets", paging=EXPORT, params=asked):
        for first in range(0, len(page.items), TOGETHER):
            yield from reader.tickets(page.items[first : first + TOGETHER])
        client.reached(page.body.get("after_cursor") or client.cursor)


def fetch(settings: Settings, records: Sequence[str], client: Client) -> Iterator[Document]:
    """Yield single tickets as they are now."""
    reader = _Reader(settings, client)
    for record in records:
        ticket = reader.http.get(f"/api/v2/tickets/{record}", key="ticket", empty=(404,))
        yield from reader.tickets([ticket or {"id": record, "status": "deleted"}])


def _start(settings: Settings) -> int:
    return int(datetime.combine(settings.since, time(), UTC).timestamp())


def check(settings: Settings, client: Client) -> str:
    """Ask for one ticket in the way that a sync does: it needs the same rights."""
    http, asked = _Reader(settings, client).http, {"start_time": _start(settings), "per_page": 1}
    found = http.get(TICKETS, key="tickets", params=asked)
    return "tickets can be read" if found else "reached; there are no tickets yet"


class _Reader:
    """Reads tickets with their comments, and the people and companies in them a few tickets at a time."""

    def __init__(self, settings: Settings, client: Client) -> None:
        token = client.secret("token")
        auth = Basic(f"{settings.email}/token", token) if settings.email else Bearer(token)
        exports = Pace(path="/api/v2/incremental", per_minute=settings.exports_per_minute)
        paces = (exports, Pace(per_minute=settings.requests_per_minute))
        base_url = settings.base_url or f"https://{settings.subdomain}.zendesk.com"
        self.http = client.open(Api(base_url=base_url, auth=auth, paces=paces, scopes=SCOPES))
        self._client = client
        self._known: dict[str, dict[str, Any]] = {"users": {}, "organizations": {}}
        self._fields: dict[str, str] | None = None

    def tickets(self, tickets: list[dict[str, Any]]) -> Iterator[Document]:
        """Yield the documents of those that are new or have changed."""
        tickets = [ticket for ticket in tickets if self._sound(ticket)]
        for ticket in tickets:
            ticket["version"] = ticket.get("generated_timestamp") or ticket.get("updated_at")
            if ticket.get("status") == "deleted":
                self._client.gone(str(ticket["id"]))
        shown = [ticket for ticket in tickets if ticket.get("status") != "deleted"]
        tickets = [ticket for ticket in shown if not self._client.knows(str(ticket["id"]), ticket["version"])]
        said = {ticket["id"]: self._listed(f"tickets/{ticket['id']}/comments") for ticket in tickets}
        tickets = [ticket for ticket in tickets if self._sound(ticket, said[ticket["id"]])]
        authors = [comment.get("author_id") for comments in said.values() for comment in comments]
        people = self._learned("users", [*authors, *(one.get("requester_id") for one in tickets)])
        theirs = [person.get("organization_id") for person in people.values()]
        companies = self._learned("organizations", [*theirs, *(one.get("organization_id") for one in tickets)])
        if self._fields is None and any(ticket.get("custom_fields") for ticket in tickets):
            self._fields = {str(one.get("id")): str(one.get("title")) for one in self._listed("ticket_fields")}
        known: dict[str, Any] = {"users": people, "organizations": companies, "fields": self._fields}
        for ticket in tickets:
            mapped = partial(zendesk.document, ticket, said[ticket["id"]], **known)
            yield from self._client.record(str(ticket["id"]), mapped, version=ticket["version"])

    def _sound(self, ticket: dict[str, Any], said: Sequence[dict[str, Any]] = ()) -> bool:
        """Tell whether all ids of a ticket are numbers; one of another form costs this ticket, and no other."""
        ids = [ticket.get("requester_id"), ticket.get("organization_id"), *(one.get("author_id") for one in said)]
        known = _number(ticket.get("id"))
        if known is not None and all(one is None or _number(one) is not None for one in ids):
            return True
        error = UnreadableFile("an id in it is no number", hint="Please report this.")
        self._client.unread(self._client.file("?" if known is None else str(known)), error)
        return False

    def _listed(self, path: str) -> list[dict[str, Any]]:
        key, size = path.rpartition("/")[2], {"page[size]": PAGE}
        pages = self.http.pages(f"/api/v2/{path}", key=key, paging=LIST, params=size, empty=(404,))
        return [item for page in pages for item in page.items]

    def _learned(self, what: str, ids: list[Any]) -> dict[str, Any]:
        """Return all people or companies known by id, those with these ids among them."""
        known = {_number(one) for one in self._known[what]}
        wanted = sorted({one for one in map(_number, ids) if one is not None and one > 0} - known)
        for first in range(0, len(wanted), PAGE):
            asked = {"ids": ",".join(str(one) for one in wanted[first : first + PAGE])}
            self._known[what] |= zendesk.by_id(self.http.get(f"/api/v2/{what}/show_many", key=what, params=asked))
        return self._known[what]


def _number(value: object) -> int | None:
    """Return an id as the number that it is; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**19 else None
