"""Recorded calls of Gong with their transcripts, read by the day on which they began.

[connectors.gong]
base_url = "https://us-12345.api.gong.io"   # as Gong's API page shows it; https://api.gong.io if it shows none
since = 2025-01-01                          # calls that began since then
workspace_id = "6274500001"                 # of one Gong workspace; leave it out for all
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from icp_voice.ingest.connector import Client
from icp_voice.ingest.pull.api import Api, Basic, Cursor, Pace
from icp_voice.ingest.pull.windows import Window, stamp, windows
from icp_voice.ingest.vendors import gong
from icp_voice.ingest.vendors.parts import instant, record
from icp_voice.model import Document
from icp_voice.settings.checked import Checked

TITLE = "Gong"
SECRETS = {
    "access_key": "The access key (Company settings > Ecosystem > API), made by a technical administrator",
    "access_key_secret": "The secret that Gong shows once beside the access key",
}
SCOPES = ("api:calls:read:extensive", "api:calls:read:transcript")
CALLS = "/v2/calls/extensive"
TRANSCRIPTS = "/v2/calls/transcript"
LIST = Cursor(path="records.cursor", body="cursor")
WANTED = {"context": "Extended", "exposedFields": {"parties": True}}
TOGETHER = 100  # as many calls as one page of transcripts holds
NOTHING = (404,)  # how Gong says that no call fits
DAYS = 30


class Settings(Checked):
    """Where the calls are, from when on, how far to look back, and how fast Gong may be asked."""

    base_url: str = "https://api.gong.io"
    since: date = date(2020, 1, 1)
    workspace_id: str = ""
    look_back_days: int = 7
    per_second: float = 3


def documents(settings: Settings, since: str, client: Client) -> Iterator[Document]:
    """Yield the calls since the last time and those of the days before: Gong tells neither changes nor deletions."""
    reader = _Reader(settings, client)
    look_back = settings.look_back_days
    for window in windows(since, settings.since, client.now(), days=DAYS, look_back=look_back):
        listed: list[str] = []
        for page in reader.calls(_between(window)):
            yield from reader.documents(page)
            listed += [gong.call_id(call) for call in page]
        client.listed(listed, stamp(window.since), stamp(window.until))
        client.reached(stamp(window.until))


def fetch(settings: Settings, records: Sequence[str], client: Client) -> Iterator[Document]:
    """Yield single calls as they are now."""
    reader = _Reader(settings, client)
    for first in range(0, len(records), TOGETHER):
        wanted = list(records[first : first + TOGETHER])
        found: list[str] = []
        for page in reader.calls({"callIds": wanted}):
            yield from reader.documents(page)
            found += [gong.call_id(call) for call in page]
        for one in sorted(set(wanted) - set(found)):
            client.gone(one)


def check(settings: Settings, client: Client) -> str:
    """Ask for the last days' calls in the way that a sync does: it needs the same rights."""
    now = client.now()
    page = next(_Reader(settings, client).calls(_between(Window(now - timedelta(days=7), now))), [])
    return "calls can be read" if page else "reached; there are no calls of the last seven days"


def _between(window: Window) -> dict[str, str]:
    return {"fromDateTime": stamp(window.since), "toDateTime": stamp(window.until)}


class _Reader:
    """Reads calls with who took part, and the transcripts of a page of calls at once."""

    def __init__(self, settings: Settings, client: Client) -> None:
        auth = Basic(client.secret("access_key"), client.secret("access_key_secret"))
        paces = (Pace(per_second=settings.per_second),)
        self._http = client.open(Api(base_url=settings.base_url, auth=auth, paces=paces, scopes=SCOPES))
        self._client = client
        self._of = {"workspaceId": settings.workspace_id} if settings.workspace_id else {}

    def calls(self, chosen: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
        """Yield the calls that fit, page by page."""
        asked = {"filter": {**chosen, **self._of}, "contentSelector": WANTED}
        for page in self._http.pages(CALLS, key="calls", paging=LIST, json=asked, empty=NOTHING):
            yield page.items

    def documents(self, calls: list[dict[str, Any]]) -> Iterator[Document]:
        """Yield the documents of those calls that have a transcript; the others come with a later look back."""
        said: dict[str, Any] = {}
        for first in range(0, len(calls), TOGETHER):
            asked = {
                "filter": {"callIds": [gong.call_id(call) for call in calls[first : first + TOGETHER]], **self._of}
            }
            pages = self._http.pages(TRANSCRIPTS, key="callTranscripts", paging=LIST, json=asked, empty=NOTHING)
            said |= {gong.call_id(one): one.get("transcript") for page in pages for one in page.items}
        for call in calls:
            identity = gong.call_id(call)
            if identity not in said:
                self._client.left["call without a transcript so far"] += 1
                continue
            began = instant(record(call.get("metaData")).get("started"))
            mapped = partial(gong.document, call, said[identity])
            yield from self._client.record(identity, mapped, moment=began)
