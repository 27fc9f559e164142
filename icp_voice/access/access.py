"""Who may come in, all of it: what is opened once and asked by many threads."""

from __future__ import annotations

import time
from pathlib import Path

from icp_voice.access.file import Clock, File, open_file
from icp_voice.access.people import People
from icp_voice.access.sessions import Sessions
from icp_voice.access.tokens import Tokens


class Access(People, Sessions, Tokens):
    """People, sessions and tokens of a workspace; many threads may use it at once."""

    def __init__(self, file: File) -> None:
        People.__init__(self, file)
        Sessions.__init__(self, file)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def open_access(folder: str | Path, *, clock: Clock = time.time) -> Access:
    """Open `access.db` in a workspace's folder, making it as needed; `clock` tells unix seconds."""
    return Access(open_file(Path(folder), clock))
