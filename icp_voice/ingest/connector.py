"""What a connector is, and how one is called: by name, with its own settings, from where the last call ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol, cast

from icp_voice import home
from icp_voice.errors import UnreadableFile, unknown
from icp_voice.ingest.add import Added, Arrivals, Unread
from icp_voice.model import Document
from icp_voice.settings import Settings
from icp_voice.settings.checked import Checked, check
from icp_voice.store import Store


@dataclass(slots=True)
class Client:
    """What a connector is given: it tells how far it has come, and what it could not read."""

    cursor: str = ""
    errors: list[Unread] = field(default_factory=list)

    def reached(self, cursor: str) -> None:
        """Say that everything up to `cursor` has been yielded; the next call gets it as `since`."""
        self.cursor = cursor

    def unread(self, file: str, error: UnreadableFile) -> None:
        """Say that one record could not be read; the others go on."""
        self.errors.append(Unread(file, error.message, error.hint))


class Connector(Protocol):
    """A module in connectors/: its docstring says what it reads."""

    TITLE: str
    Settings: type[Checked]

    def documents(self, settings: Any, since: str, client: Client) -> Iterator[Document]:
        """Yield the documents that are new or changed after `since`, all of one file together.

        What is known already may come again: it is recognised by what it holds.
        """


def names(workspace: Path | None = None) -> list[str]:
    """Return the names of all connectors, the workspace's own among them."""
    found = {path.stem for folder in home.folders("connectors", workspace) for path in folder.glob("[a-z]*.py")}
    return sorted(found)


def load(name: str, workspace: Path | None = None) -> Connector:
    """Load a connector by name, the workspace's own before the shipped one."""
    known = names(workspace)
    if name not in known:
        raise unknown("connector", name, known)
    return cast(Connector, home.load("connectors", name, workspace))


def sync(store: Store, settings: Settings, folder: Path, name: str, given: Mapping[str, Any]) -> Added:
    """Read what is new at a source; where it ended is kept in the transaction that keeps its last document."""
    connector = load(name, folder)
    chosen = check(connector.Settings, dict(given), where=f"icp-voice.toml, [connectors.{name}]")
    key = f"cursor:{name}"
    client = Client(cursor=store.accounts.recall(key))
    arrivals = Arrivals(store, settings, folder)
    arriving = connector.documents(chosen, client.cursor, client)
    for file, group in groupby(arriving, key=lambda document: document.file):
        documents = list(group)
        with store.transaction():
            arrivals.keep(file, documents)
            store.accounts.remember(key, client.cursor)
    with store.transaction():
        store.accounts.remember(key, client.cursor)
    added = arrivals.added
    added.take(Added(files=len(client.errors), errors=client.errors))
    return added
