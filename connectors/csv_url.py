"""Tables that lie at an address and change there: CSV, NDJSON or JSON rows, such as an export that is made every night.

[connectors.csv_url]
urls = ["https://data.acme.example/survey.csv"]
columns = { text = "Comment", account = "Company" }   # where the names of the columns do not tell
hosts = ["*.storage.example"]                         # where those addresses may lead on to
complete = false                                      # true: rows that are no longer in a file leave the workspace
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr

from icp_voice.errors import SettingsError, SourceError, SourcePaused, UnreadableFile
from icp_voice.ingest.apart.reader import documents_in
from icp_voice.ingest.connector import Client
from icp_voice.ingest.pull.api import Api, Auth, Header, Nobody, Pace
from icp_voice.model import Document
from icp_voice.settings.checked import Checked

TITLE = "Tables at an address"
OPTIONAL_SECRETS = {
    "token": "What is sent to the addresses' own hosts in the header of the settings, where they ask for it",
    "url": "An address that is a secret itself, such as a link that lets everybody in",
}
SHOWN = re.compile(r"[\w.-]{1,80}\.(?:csv|tsv|json|jsonl|ndjson|xlsx)", re.I)


class Settings(Checked):
    """Which addresses, what their columns mean, how the token is sent, and whether a file always holds every row."""

    urls: tuple[str, ...] = ()
    columns: Annotated[dict[str, str], Field(default_factory=dict)]
    hosts: tuple[str, ...] = ()
    header: str = "Authorization"
    scheme: str = "Bearer"
    complete: bool = False


def documents(settings: Settings, since: str, client: Client) -> Iterator[Document]:
    """Yield the rows of every file that is not as it was: by what its server says of it, and by its bytes."""
    before = json.loads(since) if since else {}
    urls = _urls(settings, client)
    now = {_record(url): before.get(_record(url), {}) for url in urls}
    meaning = _digest(json.dumps([settings.columns, settings.complete], sort_keys=True).encode())
    for url in urls:
        record = _record(url)
        known = now[record] if now[record].get("meaning") == meaning else {}
        file = client.file(record)
        try:
            held = client.open(_api(settings, client, url)).download_changed(
                url, etag=known.get("etag", ""), modified=known.get("modified", "")
            )
            if held is None:
                continue
            state = {"meaning": meaning, "etag": held.etag, "modified": held.modified, "bytes": _digest(held.data)}
            same = state["bytes"] == known.get("bytes")
            found = [] if same else documents_in(held.data, file, client.limits, settings.columns)
        except SourcePaused:
            raise
        except (SourceError, UnreadableFile) as error:
            client.unread(file, UnreadableFile(error.message.removeprefix(f"{client.name}: "), hint=error.hint))
            continue
        yield from found
        if settings.complete and found:
            client.whole(file)
        now[record] = state
        client.reached(json.dumps(now, sort_keys=True))


def check(settings: Settings, client: Client) -> str:
    """Fetch the first file and count its rows."""
    url = _urls(settings, client)[0]
    data = client.open(_api(settings, client, url)).download(url)
    found = documents_in(data, client.file(_record(url)), client.limits, settings.columns)
    return f"{len(found)} documents in {_record(url)}"


def _urls(settings: Settings, client: Client) -> list[str]:
    hidden = client.optional_secret("url")
    urls = [*settings.urls, *([hidden.get_secret_value()] if hidden else [])]
    if not urls:
        raise SettingsError(f"{client.name}: there is no address.", hint=f"Give urls under [connectors.{client.name}].")
    return list(dict.fromkeys(urls))


def _api(settings: Settings, client: Client, url: str) -> Api:
    token = client.optional_secret("token")
    auth: Auth = Nobody()
    if token:
        auth = Header(settings.header, SecretStr(f"{settings.scheme} {token.get_secret_value()}".strip()))
    base_url = "{0.scheme}://{0.netloc}".format(urlsplit(url))
    return Api(base_url=base_url, auth=auth, hosts=settings.hosts, paces=(Pace(per_second=2),), private=True)


def _record(url: str) -> str:
    """Return a name that tells an address from others and shows nothing of it that may be a secret."""
    parts: SplitResult = urlsplit(url)
    name = PurePosixPath(parts.path).name
    return f"{parts.hostname}/{_digest(url.encode())[:6]}/{name if SHOWN.fullmatch(name) else 'data'}"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
