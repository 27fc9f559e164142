"""Conversations of Slack, in the channels to which the app was invited: threads, and by day what is said outside them.

[connectors.slack]
workspace = "acme"              # of acme.slack.com
since = 2025-01-01              # messages since then
look_back_days = 14             # in the last days before the newest message, changes and deletions are looked for

[connectors.slack.channels]     # leave it out for every channel to which the app was invited
shared-alder = "Alder Foods"    # a channel, and whose it is ("" if nobody's in particular)
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Annotated, Any

from pydantic import Field

from icp_voice.ingest.connector import Client
from icp_voice.ingest.pull.api import Api, Bearer, Cursor, Pace
from icp_voice.ingest.vendors import slack
from icp_voice.ingest.vendors.parts import Json, text
from icp_voice.model import Document
from icp_voice.settings.checked import Checked

TITLE = "Slack"
SECRETS = {
    "token": "The bot token (xoxb-...) of an internal app of your own (api.slack.com/apps > OAuth & Permissions)"
}
SCOPES = ("channels:read", "channels:history", "groups:read", "groups:history", "users:read", "users:read.email")
NEXT = Cursor(path="response_metadata.next_cursor", param="cursor")
JOINED = {"types": "public_channel,private_channel", "exclude_archived": "true", "limit": 200}
DAY = 86_400


class Settings(Checked):
    """Which workspace and channels, from when on, and how fast: an app that is sold elsewhere may read once a minute."""

    workspace: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")]
    base_url: str = "https://slack.com/api"
    channels: Annotated[dict[str, str], Field(default_factory=dict)]
    since: date = date(2020, 1, 1)
    look_back_days: int = 14
    reads_per_minute: float = 50
    lists_per_minute: float = 20


def documents(settings: Settings, since: str, client: Client) -> Iterator[Document]:
    """Yield the conversations of each channel; the cursor is the newest message of each."""
    reader = _Reader(settings, client)
    newest: dict[str, str] = json.loads(since) if since else {}
    for channel in reader.channels():
        first = _midnight(settings.since)
        if channel["id"] in newest:
            back = int(float(newest[channel["id"]])) - settings.look_back_days * DAY
            first = max(first, back - back % DAY)  # whole days: what is said outside threads is one document a day
        yield from reader.since(channel, first, newest)
        client.reached(json.dumps(newest, sort_keys=True))


def fetch(settings: Settings, records: Sequence[str], client: Client) -> Iterator[Document]:
    """Yield single threads (CHANNEL:TS) or days of a channel (CHANNEL:DAY) as they are now."""
    reader = _Reader(settings, client)
    for identity in records:
        channel_id, _, key = identity.rpartition(":")
        channel = reader.http.get("/conversations.info", params={"channel": channel_id}, key="channel")
        if not reader.wants(channel):
            continue
        group: list[Json] = []
        if "." not in key:
            first = _midnight(date.fromisoformat(key))
            said = reader.said(channel_id, first, latest=first + DAY)
            group = slack.conversations(said, channel_id).get(identity, [])
        yield from reader.conversation(identity, group, channel)


def check(settings: Settings, client: Client) -> str:
    """Name the channels that would be read."""
    names = sorted(text(channel.get("name")) for channel in _Reader(settings, client, people=False).channels())
    return f"reads {', '.join(names)}" if names else "reached; invite the app to the channels that it should read"


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())


class _Reader:
    """Reads channels from their newest message back, and each thread as a whole."""

    def __init__(self, settings: Settings, client: Client, *, people: bool = True) -> None:
        read, listed = settings.reads_per_minute, settings.lists_per_minute
        paths = {"/conversations.list": listed, "/users.list": listed, "/conversations.replies": read, "": read}
        paces = tuple(Pace(path=path, per_minute=pace) for path, pace in paths.items())
        auth = Bearer(client.secret("token"))
        self.http = client.open(Api(base_url=settings.base_url, auth=auth, paces=paces, scopes=SCOPES))
        self._settings, self._client = settings, client
        users = self._listed("/users.list", "members", {"limit": 200}) if people else []
        self._known: dict[str, Any] = {"users": {text(one.get("id")): one for one in users}}
        self._known |= {"team": slack.own_team(users), "site": f"https://{settings.workspace}.slack.com"}

    def channels(self) -> list[Json]:
        """Return the channels to which the app was invited and that are wanted."""
        found = [one for one in self._listed("/conversations.list", "channels", JOINED) if one.get("is_member")]
        wanted = set(self._settings.channels)
        for name in sorted(wanted - {text(one.get(key)) for one in found for key in ("id", "name")}):
            self._client.told.append(f"Slack: the app was not invited to a channel {name}")
        return [one for one in found if self.wants(one)]

    def wants(self, channel: Json) -> bool:
        """Tell whether the settings name a channel, or none at all."""
        named = {text(channel.get("id")), text(channel.get("name"))}
        return not self._settings.channels or bool(named & set(self._settings.channels))

    def since(self, channel: Json, first: int, newest: dict[str, str]) -> Iterator[Document]:
        """Yield a channel's conversations since a moment; what was known of then and is not there now is gone."""
        identity, listed = channel["id"], set[str]()
        for messages in slack.by_day(self.said(identity, first)):
            newest[identity] = max(newest.get(identity, ""), *(text(one.get("ts")) for one in messages))
            for key, group in slack.conversations(messages, identity).items():
                if key not in listed:
                    listed.add(key)
                    yield from self.conversation(key, group, channel)
        self._client.listed(listed, f"{identity}:{first}", f"{identity}:~")

    def said(self, channel: str, first: int, **until: int) -> Iterator[Json]:
        """Yield a channel's messages (of threads only the first), the newest first."""
        asked = {"channel": channel, "oldest": first, **until, "inclusive": "true", "limit": 200}
        for page in self.http.pages("/conversations.history", key="messages", paging=NEXT, params=asked):
            yield from page.items

    def conversation(self, identity: str, group: list[Json], channel: Json) -> Iterator[Document]:
        """Yield a conversation if it is new or has changed; a thread is read as a whole."""
        thread = identity.rpartition(":")[2]
        if "." in thread:
            begins = [one for one in group if one.get("ts") == thread]
            if begins and self._client.knows(identity, slack.version(begins)):
                return
            asked = {"channel": channel["id"], "ts": thread, "limit": 200}
            group = self._listed("/conversations.replies", "messages", asked, empty=("thread_not_found",))
            group = group if any(one.get("thread_ts") for one in group) else []  # its last answer was deleted
        version = slack.version(group[:1] if "." in thread else group)
        if not group:
            self._client.gone(identity)
        elif not self._client.knows(identity, version):
            account = next((self._settings.channels.get(text(channel.get(key)), "") for key in ("name", "id")), "")
            mapped = partial(slack.document, group, channel=channel, identity=identity, account=account, **self._known)
            moment = f"{channel['id']}:{group[0].get('ts')}"
            yield from self._client.record(identity, mapped, version=version, moment=moment)

    def _listed(self, path: str, key: str, asked: dict[str, Any], *, empty: Sequence[str] = ()) -> list[Json]:
        pages = self.http.pages(path, key=key, paging=NEXT, params=asked, empty=empty)
        return [item for page in pages for item in page.items]
