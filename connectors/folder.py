"""A folder that fills by itself, such as the one where a recorder saves its transcripts.

[connectors.folder]
path = "/home/ann/Recordings"
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from icp_voice.errors import UnreadableFile
from icp_voice.ingest import formats
from icp_voice.ingest.connector import Client
from icp_voice.ingest.source import Source
from icp_voice.model import Document
from icp_voice.settings.checked import Checked

TITLE = "Folder"


class Settings(Checked):
    """Which folder to watch."""

    path: Path


def documents(settings: Settings, since: str, client: Client) -> Iterator[Document]:
    """Yield the documents of every file that has changed after `since`, the oldest change first."""
    if not settings.path.is_dir():
        raise UnreadableFile(f"{settings.path} is no folder", hint="Check path under [connectors.folder].")
    changed = sorted((path.stat().st_mtime_ns, path) for path in settings.path.rglob("*") if path.is_file())
    for moment, path in changed:
        if moment > int(since or 0) and not path.name.startswith("."):
            try:
                yield from formats.parse(Source(file=path.as_posix(), data=path.read_bytes()))
            except UnreadableFile as error:
                client.unread(path.as_posix(), error)
            client.reached(str(moment))
