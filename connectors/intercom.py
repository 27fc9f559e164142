"""Conversations of Intercom with the companies and people in them, by when they last changed.

[connectors.intercom]
region = "eu"          # us, eu or au: where Intercom keeps your workspace
since = 2025-01-01     # conversations that changed since then
look_back_days = 30    # those begun within so many days are looked through for deleted ones
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any, Literal

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.connector import Client
from icp_voice.ingest.pull.api import Api, Bearer, Cursor, Pace, Scroll, Single
from icp_voice.ingest.vendors import intercom
from icp_voice.ingest.vendors.parts import instant, record, records, text
from icp_voice.model import Document
from icp_voice.settings.checked import Checked

TITLE = "Intercom"
SECRETS = {"token": "The access token of an app of your own (Settings > Integrations > Developer Hub > your app)"}
SCOPES = ("Read conversations", "Read and list users and companies")
PATH = "/conversations"
SEARCH = "/conversations/search"
FOUND = Cursor(path="pages.next.starting_after", body="pagination.starting_after")
COMPANIES = Scroll(path="scroll_param", param="scroll_param")
OVERLAP = 300  # seconds: what was changed while the last run was reading is asked for again


class Settings(Checked):
    """Where the workspace is kept, from when on, how far to look back, and how fast Intercom may be asked."""

    region: Literal["us", "eu", "au"] = "us"
    base_url: str = ""
    since: date = date(2020, 1, 1)
    look_back_days: int = 30
    per_second: float = 50


def documents(settings: Settings, since: str, client: Client) -> Iterator[Document]:
    """Yield the conversations that changed; the cursor is the newest change that was seen, in unix seconds."""
    reader = _Reader(settings, client)
    reader.learn_companies()
    now, start = int(client.now().timestamp()), int(datetime.combine(settings.since, time(), UTC).timestamp())
    after = newest = max(start, int(since) - OVERLAP) if since else start
    listed: list[str] = []
    for found in reader.since("updated_at", after):
        for conversation in found:
            if _changed(conversation) is None or not text(conversation.get("id")):
                error = UnreadableFile("its id or time of change cannot be read", hint="Please report this.")
                client.unread(client.file(text(conversation.get("id")) or "?"), error)
            else:
                yield from reader.conversation(conversation)
        listed += [text(one.get("id")) for one in found]
        newest = max([newest, *(_changed(one) or 0 for one in found)])
    begun = start
    if since:
        begun = max(start, newest - settings.look_back_days * 86_400)
        listed = [text(one.get("id")) for found in reader.since("created_at", begun) for one in found]
    client.listed(listed, instant(begun), instant(now))
    client.reached(str(min(newest, now)))


def _changed(conversation: dict[str, Any]) -> int | None:
    """Return when a conversation last changed, 0 if that is not said, None if it is no time."""
    value = conversation.get("updated_at") or 0
    sound = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 10**11
    return int(value) if sound else None


def fetch(settings: Settings, records: Sequence[str], client: Client) -> Iterator[Document]:
    """Yield single conversations as they are now."""
    reader = _Reader(settings, client)
    for identity in records:
        yield from reader.conversation({"id": identity})


def check(settings: Settings, client: Client) -> str:
    """Search for one conversation and one contact: both need rights of their own."""
    reader = _Reader(settings, client)
    next(reader.since("updated_at", 0, size=1))
    asked = {"query": {"field": "created_at", "operator": ">", "value": 0}, "pagination": {"per_page": 1}}
    reader.http.get("/contacts/search", key="data", json=asked)
    return "conversations and contacts can be read"


class _Reader:
    """Reads conversations with their parts, and each person in them once."""

    def __init__(self, settings: Settings, client: Client) -> None:
        place = "" if settings.region == "us" else f"{settings.region}."
        api = Api(
            base_url=settings.base_url or f"https://api.{place}intercom.io",
            auth=Bearer(client.secret("token")),
            paces=(Pace(per_second=settings.per_second),),
            headers={"Intercom-Version": "2.15"},
            scopes=SCOPES,
        )
        self.http = client.open(api)
        self._app = f"https://app.{place}intercom.com"
        self._client = client
        self._companies: dict[str, dict[str, Any]] = {}
        self._people: dict[str, dict[str, Any]] = {}

    def since(self, field: str, moment: int, *, size: int = 150) -> Iterator[list[dict[str, Any]]]:
        """Yield the conversations whose `field` is a time not before `moment`, page by page."""
        query = {"field": field, "operator": ">", "value": moment - 1}
        asked = {"query": query, "pagination": {"per_page": size}}
        for page in self.http.pages(SEARCH, key="conversations", paging=FOUND, json=asked):
            yield page.items

    def learn_companies(self) -> None:
        """Bring every company as an account; 400 says that the last scroll, a minute ago at most, is still open."""
        for page in self.http.pages("/companies/scroll", key="data", paging=COMPANIES, empty=(400,)):
            for company in page.items:
                self._companies[text(company.get("id"))] = company
                if account := intercom.account(company):
                    self._client.account(account)

    def conversation(self, found: dict[str, Any]) -> Iterator[Document]:
        """Yield the document of a conversation if it is new or has changed."""
        identity, version = text(found.get("id")), found.get("updated_at")
        if version and self._client.knows(identity, version):
            return
        parts, plain = "conversation_parts.conversation_parts", {"display_as": "plaintext"}
        pages = self.http.pages(f"{PATH}/{identity}", key=parts, paging=Single(), params=plain, empty=(404,))
        whole = next((page.body for page in pages), None)
        if whole is None:
            self._client.gone(identity)
            return
        people = records(record(whole.get("contacts")).get("contacts"))
        whole["contacts"] = [self._person(text(one.get("id"))) for one in people if text(one.get("id"))]
        mapped = partial(intercom.document, whole, app=self._app)
        moment, version = instant(whole.get("created_at")), version or whole.get("updated_at")
        yield from self._client.record(identity, mapped, version=version, moment=moment)

    def _person(self, identity: str) -> dict[str, Any]:
        """Return a contact with its companies in full; of somebody who was deleted only the id."""
        if identity not in self._people:
            person = self.http.get(f"/contacts/{identity}", empty=(404,)) or {"id": identity}
            ids = [text(one.get("id")) for one in records(record(person.get("companies")).get("data"))]
            person["companies"] = [self._companies.get(one, {"id": one}) for one in ids]
            self._people[identity] = person
            account = intercom.account(person["companies"][0]) if ids else None
            if account and (someone := intercom.contact(person, account.id)):
                self._client.account(account, [someone])
        return self._people[identity]
