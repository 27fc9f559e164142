"""Companies and contacts of HubSpot as accounts; tickets, notes, calls' notes and the inbox's conversations.

[connectors.hubspot]
portal_id = 1234567                  # the Hub ID, for links back
app_url = "https://app.hubspot.com"  # as your browser shows it: https://app-eu1.hubspot.com in the EU
since = 2025-01-01                   # what changed since then
reads = ["tickets", "notes", "calls", "threads"]
company_properties = ["plan_tier"]   # properties of your own that companies should bring
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, Literal

from icp_voice.ingest.connector import Client
from icp_voice.ingest.pull.api import Api, Bearer, Cursor, Pace
from icp_voice.ingest.pull.windows import stamp
from icp_voice.ingest.vendors import hubspot
from icp_voice.ingest.vendors.parts import instant, text
from icp_voice.model import Document
from icp_voice.settings.checked import Checked

TITLE = "HubSpot"
SECRETS = {"token": "The access token of a private app (Settings > Integrations > Private Apps)"}
SCOPES = ("crm.objects.companies.read", "crm.objects.contacts.read", "tickets", "conversations.read")
INBOX = "/conversations/v3/conversations"
LIST = Cursor(path="paging.next.after", param="after")
FOUND = Cursor(path="paging.next.after", body="after")
OVERLAP = timedelta(minutes=5)  # HubSpot's search sees a change a while after it was made
TIED = {"associations": "companies,contacts"}


class Settings(Checked):
    """Which portal, what to read of it since when, and how fast: four searches a second are allowed."""

    portal_id: int
    base_url: str = "https://api.hubapi.com"
    app_url: str = "https://app.hubspot.com"
    since: date = date(2020, 1, 1)
    reads: tuple[Literal["tickets", "notes", "calls", "threads"], ...] = ("tickets", "notes", "calls", "threads")
    company_properties: tuple[str, ...] = ()
    searches_per_second: float = 4
    per_second: float = 10


def documents(settings: Settings, since: str, client: Client) -> Iterator[Document]:
    """Yield what changed; the cursor is the newest change of each sort of record."""
    reader, reached = _Reader(settings, client), json.loads(since) if since else {}
    for kind in ("companies", "contacts", *settings.reads):
        now, after, newest = stamp(client.now()), reached.get(kind, ""), reached.get(kind, "")
        for page in reader.changed(kind, after):
            yield from reader.documents(kind, page, whole=not after)
            newest = max([newest, *(instant(_version(item)) for item in page)])
        for page in reader.listed(kind, archived="true") if kind in settings.reads else ():
            for item in page:
                client.gone(f"{kind}/{item['id']}")
        reached[kind] = min(newest, now)
        client.reached(json.dumps(reached, sort_keys=True))


def fetch(settings: Settings, records: Sequence[str], client: Client) -> Iterator[Document]:
    """Yield single records (tickets/17, threads/4, companies/101) as they are now."""
    reader = _Reader(settings, client)
    for identity in records:
        kind, _, key = identity.partition("/")
        if kind not in ("companies", "contacts", *settings.reads):
            continue
        item: dict[str, Any] | None = {"id": key}
        if kind in ("companies", "contacts"):
            item = reader.http.get(f"{reader.path(kind)}/{key}", params=reader.asked(kind), empty=(404,))
        yield from reader.documents(kind, [item] if item else [], whole=False)


def check(settings: Settings, client: Client) -> str:
    """Ask for one company and one of the last sort of records: they need rights of their own."""
    reader, asked = _Reader(settings, client), ("companies", *settings.reads[-1:])
    for kind in asked:
        reader.http.get(reader.path(kind), key="results", params={"limit": 1})
    return f"{' and '.join(asked)} can be read"


def _version(item: dict[str, Any]) -> str:
    return text(item.get("latestMessageTimestamp") or item.get("updatedAt"))


class _Reader:
    """Lists everything once and searches for changes after that; knows who takes part once."""

    def __init__(self, settings: Settings, client: Client) -> None:
        searches = (f"{self.path(kind)}/search" for kind in hubspot.PROPERTIES)
        paces = tuple(Pace(path=path, per_second=settings.searches_per_second) for path in searches)
        paces = (*paces, Pace(per_second=settings.per_second))
        auth = Bearer(client.secret("token"))
        self.http = client.open(Api(base_url=settings.base_url, auth=auth, paces=paces, scopes=SCOPES))
        self._client = client
        self._first = datetime.combine(settings.since, time(), UTC)
        self._app, self._portal = settings.app_url.rstrip("/"), settings.portal_id
        companies = (*hubspot.PROPERTIES["companies"], *settings.company_properties)
        self._properties = {**hubspot.PROPERTIES, "companies": companies}
        self._people: dict[str, Any] = {}
        self._actors: dict[str, Any] = {}

    def path(self, kind: str) -> str:
        """Return where a sort of records is listed."""
        return f"{INBOX}/threads" if kind == "threads" else f"/crm/v3/objects/{kind}"

    def changed(self, kind: str, since: str) -> Iterator[list[dict[str, Any]]]:
        """Yield what changed since a moment, page by page; the first time everything."""
        after = datetime.fromisoformat(since) - OVERLAP if since else self._first
        if kind == "threads":
            newest = {"sort": "latestMessageTimestamp", "latestMessageTimestampAfter": stamp(after)}
            yield from self.listed(kind, **newest)
        elif not since:
            yield from self.listed(kind, **self.asked(kind))
        last, seen = "0", hubspot.MOST if since and kind != "threads" else 0
        while seen >= hubspot.MOST:
            asked, seen = hubspot.search(kind, self._properties[kind], after, last), 0
            for page in self.http.pages(f"{self.path(kind)}/search", key="results", paging=FOUND, json=asked):
                yield page.items
                last, seen = text(page.items[-1]["id"]) if page.items else last, seen + len(page.items)
                if seen >= hubspot.MOST:
                    break

    def listed(self, kind: str, **asked: str) -> Iterator[list[dict[str, Any]]]:
        """Yield a listing page by page."""
        for page in self.http.pages(self.path(kind), key="results", paging=LIST, params={"limit": 100, **asked}):
            yield page.items

    def documents(self, kind: str, items: list[dict[str, Any]], *, whole: bool) -> Iterator[Document]:
        """Bring companies and people, or yield what is new or has changed; a search tells nothing of ties."""
        if kind == "companies":
            for company in filter(None, map(hubspot.account, items)):
                self._client.account(company)
        elif kind == "contacts":
            self._client.people(filter(None, map(hubspot.contact, items)))
        else:
            for item in items:
                yield from self._document(kind, item, whole=whole)

    def _document(self, kind: str, item: dict[str, Any], *, whole: bool) -> Iterator[Document]:
        identity, version = f"{kind}/{item['id']}", _version(item)
        if version and (self._client.knows(identity, version) or instant(version) < stamp(self._first)):
            return
        if not whole:
            ties = {} if kind == "threads" else self.asked(kind)
            item = self.http.get(f"{self.path(kind)}/{item['id']}", params=ties, empty=(404,))
        if item is None:
            self._client.gone(identity)
            return
        make = self._thread if kind == "threads" else partial(self._object, kind)
        yield from self._client.record(identity, make(item), version=version or _version(item))

    def _object(self, kind: str, item: dict[str, Any]) -> Callable[..., Document]:
        people = [found for one in hubspot.associated(item, "contacts") if (found := self._person(one))]
        make = hubspot.ticket if kind == "tickets" else hubspot.note
        return partial(make, item, people, site=f"{self._app}/contacts/{self._portal}")

    def _thread(self, item: dict[str, Any]) -> Callable[..., Document]:
        path, asked = f"{self.path('threads')}/{item['id']}/messages", {"sort": "createdAt", "limit": 100}
        pages = self.http.pages(path, key="results", paging=LIST, params=asked)
        messages = [message for page in pages for message in page.items]
        if new := sorted(hubspot.actors_in(messages) - set(self._actors)):
            found = self.http.get(f"{INBOX}/actors/batch/read", json={"inputs": new}, key="results")
            self._actors |= {key: {} for key in new} | {text(one.get("id")): one for one in found}
        person, inbox = self._person(text(item.get("associatedContactId"))), f"{self._app}/live-messages/{self._portal}"
        return partial(hubspot.thread, item, messages, actors=self._actors, person=person, inbox=f"{inbox}/inbox")

    def _person(self, identity: str) -> dict[str, Any]:
        """Return a contact, an empty one if it was deleted or there is none."""
        if identity and identity not in self._people:
            asked, path = self.asked("contacts"), f"{self.path('contacts')}/{identity}"
            self._people[identity] = self.http.get(path, params=asked, empty=(404,)) or {}
        return self._people.get(identity) or {}

    def asked(self, kind: str) -> dict[str, str]:
        """Return what to ask an object for: its properties, and what it is tied to."""
        return {
            "properties": ",".join(self._properties[kind]),
            **(TIED if kind not in ("companies", "contacts") else {}),
        }
