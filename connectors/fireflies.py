"""Transcripts of meetings that Fireflies recorded, read by the day of the meeting.

[connectors.fireflies]
since = 2025-01-01       # meetings since then
per_minute = 50          # what the plan allows; a daily quota ends the run, and the next one goes on from there
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Annotated, Any

from pydantic import Field

from icp_voice.ingest.connector import Client
from icp_voice.ingest.pull.api import Api, Bearer, Offset, Pace
from icp_voice.ingest.pull.windows import stamp, windows
from icp_voice.ingest.vendors import fireflies
from icp_voice.ingest.vendors.parts import instant, text
from icp_voice.model import Document
from icp_voice.settings.checked import Checked

TITLE = "Fireflies"
SECRETS = {"api_key": "The API key (Settings > Developer settings) of somebody who may see the team's meetings"}
SCOPES = ("an API key of a workspace admin",)
DAYS = 92  # few requests for empty years: some plans allow fifty a day
MARGIN = timedelta(days=1)  # at the ends of a span days may be counted in another time zone
GONE = (404, "object_not_found")
FIELDS = """
    id title date dateString transcript_url host_email organizer_email participants fireflies_users workspace_users
    meeting_attendees { displayName email name }
    sentences { index speaker_id speaker_name text start_time end_time }
"""
LIST = f"""query Transcripts($fromDate: DateTime, $toDate: DateTime, $limit: Int, $skip: Int) {{
  transcripts(fromDate: $fromDate, toDate: $toDate, limit: $limit, skip: $skip) {{ {FIELDS} }}
}}"""
ONE = f"query Transcript($id: String!) {{ transcript(id: $id) {{ {FIELDS} }} }}"
TRY = "query Transcripts($limit: Int) { transcripts(limit: $limit) { id } }"


class Settings(Checked):
    """From when on, how far to look back, how many at once, and how fast the plan allows."""

    base_url: str = "https://api.fireflies.ai"
    since: date = date(2020, 1, 1)
    look_back_days: int = 7
    page_size: Annotated[int, Field(ge=1, le=50)] = 20
    per_minute: float = 50


def documents(settings: Settings, since: str, client: Client) -> Iterator[Document]:
    """Yield the meetings since the last time and those of the days before: Fireflies tells neither changes nor deletions."""
    reader = _Reader(settings, client)
    look_back = settings.look_back_days
    for window in windows(since, settings.since, client.now(), days=DAYS, look_back=look_back):
        listed: list[str] = []
        between = {"fromDate": stamp(window.since), "toDate": stamp(window.until)}
        for page in reader.pages(between, settings.page_size):
            yield from reader.documents(page)
            listed += [text(one.get("id")) for one in page]
        client.listed(listed, stamp(window.since + MARGIN), stamp(window.until - MARGIN))
        client.reached(stamp(window.until))


def fetch(settings: Settings, records: Sequence[str], client: Client) -> Iterator[Document]:
    """Yield single transcripts as they are now."""
    reader = _Reader(settings, client)
    for identity in records:
        found = reader.one(identity)
        if found is None:
            client.gone(identity)
        else:
            yield from reader.documents([found])


def check(settings: Settings, client: Client) -> str:
    """Ask for the id of one transcript."""
    found = _Reader(settings, client).asked(TRY, {"limit": 1}, "data.transcripts")
    return "transcripts can be read" if found else "reached; there are no transcripts yet"


class _Reader:
    """Reads transcripts with everything that was said in them."""

    def __init__(self, settings: Settings, client: Client) -> None:
        paces = (Pace(per_minute=settings.per_minute),)
        auth = Bearer(client.secret("api_key"))
        self._http = client.open(Api(base_url=settings.base_url, auth=auth, paces=paces, scopes=SCOPES))
        self._client = client

    def asked(self, query: str, variables: dict[str, Any], key: str) -> Any:
        """Return what a query finds, None where there is no such thing."""
        return self._http.get("/graphql", json={"query": query, "variables": variables}, key=key, empty=GONE)

    def one(self, identity: str) -> dict[str, Any] | None:
        """Return one transcript, if there is one."""
        found: dict[str, Any] | None = self.asked(ONE, {"id": identity}, "data.transcript")
        return found

    def pages(self, between: dict[str, str], size: int) -> Iterator[list[dict[str, Any]]]:
        """Yield the transcripts of a span of time, page by page."""
        paging = Offset(offset_name="variables.skip", limit_name="variables.limit", limit=size, in_body=True)
        asked = {"query": LIST, "variables": between}
        for page in self._http.pages("/graphql", key="data.transcripts", paging=paging, json=asked):
            yield page.items

    def documents(self, transcripts: list[dict[str, Any]]) -> Iterator[Document]:
        """Yield the documents of those that are ready; where a list leaves out what was said, it is asked for."""
        for listed in transcripts:
            identity = text(listed.get("id"))
            whole = listed if listed.get("sentences") is not None else self.one(identity) or listed
            if whole.get("sentences") is None:
                self._client.left["meeting without a transcript so far"] += 1
                continue
            began = instant(whole.get("dateString")) or instant(whole.get("date"))
            yield from self._client.record(identity, partial(fireflies.document, whole), moment=began)
