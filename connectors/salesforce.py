"""Cases of Salesforce with their comments and mails, notes of talks, and accounts with who works there.

[connectors.salesforce]
domain = "acme"                       # of acme.my.salesforce.com (a sandbox's is like acme--dev.sandbox)
since = 2025-01-01                    # what changed since then
reads = ["Case", "Task", "Event"]     # "Note" as well, where the old notes are still in use
account_fields = ["Segment__c"]       # fields of your own that accounts should bring
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field

from icp_voice.ingest.connector import Client
from icp_voice.ingest.pull.api import Api, ClientCredentials, Link, Pace
from icp_voice.ingest.pull.windows import stamp
from icp_voice.ingest.vendors import salesforce
from icp_voice.ingest.vendors.parts import instant, text
from icp_voice.model import Document
from icp_voice.settings.checked import Checked

TITLE = "Salesforce"
SECRETS = {
    "client_id": "The consumer key of a connected app with the client credentials flow (Setup > App Manager)",
    "client_secret": "The consumer secret beside it",
}
SCOPES = ("api", "read access to Account, Contact, Case, CaseComment, EmailMessage, Task, Event")
ROWS = Link("nextRecordsUrl")
SAID = ("CaseComment", "EmailMessage")
TOGETHER = 100  # cases whose comments and mails are asked for at once
OVERLAP = timedelta(minutes=5)  # a change bears the time at which its saving began


class Settings(Checked):
    """Which organisation, what to read of it since when, and how fast."""

    domain: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+$")]
    base_url: str = ""
    version: Annotated[str, Field(pattern=r"^v\d+\.\d$")] = "v62.0"
    since: date = date(2020, 1, 1)
    reads: tuple[Literal["Case", "Task", "Event", "Note"], ...] = ("Case", "Task", "Event")
    account_fields: tuple[Annotated[str, Field(pattern=r"^\w+$")], ...] = ()
    per_second: float = 10


def documents(settings: Settings, since: str, client: Client) -> Iterator[Document]:
    """Yield what changed, each type in the order of its changes; the cursor is how far each was read."""
    reader, reached = _Reader(settings, client), json.loads(since) if since else {}
    first, now = stamp(datetime.combine(settings.since, time(), UTC)), stamp(client.now())
    reached.setdefault("began", now)
    reads = [one for what in settings.reads for one in ((what, *SAID) if what == "Case" else (what,))]
    for what in ("Account", "Contact", *reads):
        if what in SAID:
            # The first time each case was read with all that had been said in it when that run began.
            reached.setdefault(what, min(reached["began"], reached.get("Case") or first))
        after = reached.get(what)
        after = max(first, stamp(datetime.fromisoformat(after) - OVERLAP)) if after else first
        for rows in reader.changed(what, after):
            yield from reader.documents(what, rows)
            reached[what] = min(now, max([reached.get(what, ""), *(instant(one["SystemModstamp"]) for one in rows)]))
            client.reached(json.dumps(reached, sort_keys=True))


def fetch(settings: Settings, records: Sequence[str], client: Client) -> Iterator[Document]:
    """Yield single records (Case/500..., Task/00T...) as they are now."""
    reader = _Reader(settings, client)
    for identity in records:
        what, _, key = identity.partition("/")
        rows = reader.rows(salesforce.among(what, "Id", [key]))
        yield from reader.documents(what, rows)
        if not rows:
            client.gone(identity)


def check(settings: Settings, client: Client) -> str:
    """Ask for one case, with a token of its own."""
    reader = _Reader(settings, client)
    reader.http.get(reader.path("query"), key="records", params={"q": "SELECT Id FROM Case LIMIT 1"})
    return "cases can be read"


class _Reader:
    """Reads what changed page by page, and what is said in a hundred cases at once."""

    def __init__(self, settings: Settings, client: Client) -> None:
        base_url = settings.base_url or f"https://{settings.domain}.my.salesforce.com"
        auth = ClientCredentials(
            f"{base_url}/services/oauth2/token", client.secret("client_id"), client.secret("client_secret")
        )
        paces = (Pace(per_second=settings.per_second),)
        self.http = client.open(Api(base_url=base_url, auth=auth, paces=paces, scopes=SCOPES))
        self._settings, self._client = settings, client
        self._last: tuple[str, list[str]] | None = None
        self._site = f"https://{settings.domain}.lightning.force.com"

    def path(self, verb: str) -> str:
        """Return where a query is sent: `query`, or `queryAll` for what was deleted as well."""
        return f"/services/data/{self._settings.version}/{verb}"

    def changed(self, what: str, since: str) -> Iterator[list[dict[str, Any]]]:
        """Yield the records of a type that changed, deleted ones among them; say so where it may not be read."""
        query = salesforce.changed(what, since, self._settings.account_fields if what == "Account" else ())
        came = False
        pages = self.http.pages(
            self.path("queryAll"), key="records", paging=ROWS, params={"q": query}, empty=("INVALID_TYPE",)
        )
        for page in pages:
            came = True
            yield page.items
        if not came:
            self._client.told.append(f"Salesforce: {what} is switched off, or the app's user may not read it")

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Return all records that a query finds."""
        asked = {"q": query}
        pages = self.http.pages(self.path("query"), key="records", paging=ROWS, params=asked, empty=("INVALID_TYPE",))
        return [row for page in pages for row in page.items]

    def documents(self, what: str, rows: list[dict[str, Any]]) -> Iterator[Document]:
        """Bring accounts and people, or yield the documents of what is new or has changed."""
        shown = [row for row in rows if not row["IsDeleted"]]
        if what == "Account":
            for row in shown:
                if account := salesforce.account(row, self._settings.account_fields):
                    self._client.account(account)
        elif what == "Contact":
            self._client.people(filter(None, map(salesforce.contact, shown)))
        elif what in SAID:
            # A case does not always change when something is said in it; a mail may belong to no case.
            cases = sorted({text(row.get("ParentId")) for row in rows if text(row.get("ParentId")).startswith("500")})
            for first in range(0, len(cases), TOGETHER):
                yield from self._cases(self.rows(salesforce.among("Case", "Id", cases[first : first + TOGETHER])))
        else:
            for row in rows:
                if row["IsDeleted"]:
                    self._client.gone(f"{what}/{row['Id']}")
            yield from self._cases(shown) if what == "Case" else self._notes(what, shown)

    def _cases(self, rows: list[dict[str, Any]]) -> Iterator[Document]:
        for first in range(0, len(rows), TOGETHER):
            some = rows[first : first + TOGETHER]
            ids = [text(row["Id"]) for row in some]
            said = [row for what in SAID for row in self.rows(salesforce.among(what, "ParentId", ids))]
            for row in some:
                here = [one for one in said if one.get("ParentId") == row["Id"]]
                identity, version = f"Case/{row['Id']}", salesforce.version(row, here)
                if self._last != (identity, version) and not self._client.knows(identity, version):
                    mapped = partial(salesforce.case, row, here, site=self._site)
                    for document in self._client.record(identity, mapped, version=version):
                        self._last = identity, version  # known only when the next document has come
                        yield document

    def _notes(self, what: str, rows: list[dict[str, Any]]) -> Iterator[Document]:
        for row in rows:
            identity, version = f"{what}/{row['Id']}", row["SystemModstamp"]
            if not self._client.knows(identity, version):
                mapped = partial(salesforce.note, what, row, site=self._site)
                yield from self._client.record(identity, mapped, version=version)
