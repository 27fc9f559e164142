"""Transcripts of Zoom's cloud recordings, of all users of an account or of those named.

[connectors.zoom]
account_id = "AbCdEfGhIjKl"             # of the Server-to-Server OAuth app
users = ["vera@ours.example"]           # whose recordings; leave it out for everybody's
since = 2025-01-01                      # meetings since then
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.apart.reader import documents_in
from icp_voice.ingest.connector import Client
from icp_voice.ingest.pull.api import Api, ClientCredentials, Cursor, Numbered, Pace
from icp_voice.ingest.pull.windows import stamp, windows
from icp_voice.ingest.vendors import zoom
from icp_voice.ingest.vendors.parts import Left, instant, text
from icp_voice.model import Document, Speaker
from icp_voice.settings.checked import Checked

TITLE = "Zoom"
SECRETS = {
    "client_id": "The client ID of a Server-to-Server OAuth app (marketplace.zoom.us > Develop)",
    "client_secret": "The client secret of the same app",
}
RECORDINGS = "cloud_recording:read:list_{}:admin"
SCOPES = (RECORDINGS.format("user_recordings"), RECORDINGS.format("recording_files"), "user:read:list_users:admin")
HOSTS = ("zoom.us", "*.zoom.us", "zoomgov.com", "*.zoomgov.com")  # where recordings are downloaded from
LIST = Cursor(path="next_page_token", param="next_page_token")
NUMBERED = Numbered(param="page_number", count="page_count")
USERS: dict[str, Any] = {"key": "users", "paging": NUMBERED, "params": {"page_size": 300}}
DAYS = 28  # Zoom lists a month at most
MARGIN = timedelta(days=1)
PAGE = 30  # no more: the token of the next page holds for a quarter of an hour, and each meeting is downloaded


class Settings(Checked):
    """Whose recordings, from when on, how far to look back, and how fast Zoom may be asked."""

    account_id: str
    base_url: str = "https://api.zoom.us/v2"
    token_url: str = "https://zoom.us/oauth/token"
    users: tuple[str, ...] = ()
    since: date = date(2020, 1, 1)
    look_back_days: int = 7
    per_second: float = 10


def documents(settings: Settings, since: str, client: Client) -> Iterator[Document]:
    """Yield the meetings since the last time and those of the days before: transcripts come late, changes are not told."""
    reader = _Reader(settings, client)
    everybody = dict.fromkeys(text(user.get("id")) for user in reader.people())
    for window in windows(since, settings.since, client.now(), days=DAYS, look_back=settings.look_back_days):
        listed: list[str] = []
        days = {"from": (window.since - MARGIN).date().isoformat(), "to": window.until.date().isoformat()}
        for meeting in reader.meetings(settings.users or everybody, days):
            yield from reader.document(meeting)
            listed.append(text(meeting.get("uuid")))
        client.listed(listed, stamp(window.since), stamp(window.until - MARGIN))
        client.reached(stamp(window.until))


def fetch(settings: Settings, records: Sequence[str], client: Client) -> Iterator[Document]:
    """Yield single meetings, by their UUID, as they are now."""
    reader = _Reader(settings, client)
    users = [(text(one.get("id")), text(one.get("email"))) for one in reader.people()]
    wanted = {one for one, mail in users if not settings.users or {one, mail} & set(settings.users)}
    for uuid in records:
        # Zoom wants UUIDs that hold slashes to be quoted twice.
        path = f"/meetings/{quote(quote(uuid, safe=''), safe='')}/recordings"
        meeting = reader.http.get(path, key="$", empty=(404,))
        if meeting is None:
            client.gone(uuid)
        elif text(meeting.get("host_id")) in wanted:
            yield from reader.document(meeting)


def check(settings: Settings, client: Client) -> str:
    """Ask for the account's users, as a sync does first."""
    page = next(_Reader(settings, client).http.pages("/users", **USERS), None)
    return f"{len(page.items) if page else 0} users are listed"


class _Reader:
    """Reads meetings, downloads their transcripts, and knows which speakers are our own."""

    def __init__(self, settings: Settings, client: Client) -> None:
        form = {"grant_type": "account_credentials", "account_id": settings.account_id}
        keys = client.secret("client_id"), client.secret("client_secret")
        auth = ClientCredentials(settings.token_url, *keys, form=form, basic=True)
        paces = (Pace(per_second=settings.per_second),)
        self.http = client.open(Api(base_url=settings.base_url, auth=auth, paces=paces, hosts=HOSTS, scopes=SCOPES))
        self._client, self._ours = client, dict[str, Speaker]()

    def people(self) -> list[dict[str, Any]]:
        """Return the account's users; their names tell whose voice is ours."""
        found = [user for page in self.http.pages("/users", **USERS) for user in page.items]
        self._ours = zoom.directory(found)
        return found

    def meetings(self, users: Iterable[str], days: dict[str, str]) -> Iterator[dict[str, Any]]:
        """Yield the recorded meetings of these users; who has left since has none."""
        for user in users:
            path, asked = f"/users/{quote(user, safe='@')}/recordings", {**days, "page_size": PAGE, "trash": "false"}
            for page in self.http.pages(path, key="meetings", paging=LIST, params=asked, empty=(404,)):
                yield from page.items

    def document(self, meeting: dict[str, Any]) -> Iterator[Document]:
        """Yield a meeting's document if its transcripts are there and new."""
        uuid, files, version = text(meeting.get("uuid")), zoom.transcripts(meeting), zoom.version(meeting)
        if not files or self._client.knows(uuid, version):
            return
        data = [(one, self.http.download(text(one["download_url"]))) for one in files]
        if any(b"WEBVTT" not in held[:100] for _, held in data):
            # Zoom shows a page to sign in where the app may not have the file.
            error = UnreadableFile("Zoom did not give out its transcript", hint=f"Scopes: {', '.join(SCOPES)}.")
            return self._client.unread(self._client.file(uuid), error)

        def mapped(*, file: str, left: Left) -> Document:
            read = [(one, part) for one, held in data for part in documents_in(held, f"{file}.vtt", limits)]
            return zoom.document(meeting, read, self._ours, file=file, left=left)

        limits, began = self._client.limits, instant(meeting.get("start_time"))
        yield from self._client.record(uuid, mapped, version=version, moment=began)
