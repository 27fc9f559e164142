"""A folder that fills by itself, such as the one where a recorder saves its transcripts.

[connectors.folder]
path = "/home/ann/Recordings"
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.apart.reader import read_documents
from icp_voice.ingest.connector import Client
from icp_voice.ingest.files import find_files, shown
from icp_voice.model import Document
from icp_voice.settings.checked import Checked

TITLE = "Folder"


class Settings(Checked):
    """Which folder to watch."""

    path: Path


def documents(settings: Settings, since: str, client: Client) -> Iterator[Document]:
    """Yield the documents of every file, each time: times of files do not tell what is new, what they hold does."""
    if not os.path.isdir(settings.path):
        raise UnreadableFile(f"{settings.path} is no folder", hint="Check path under [connectors.folder].")
    for path in find_files([settings.path], client.told):
        file = shown(path.as_posix())
        try:
            found = read_documents(path, file, client.limits)
        except UnreadableFile as error:
            client.unread(file, error)
        else:
            yield from found
