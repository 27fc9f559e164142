"""What a connector is, and what it is given: the vendor's API, its secrets, what is known already, and whom to tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from pydantic import SecretStr

from icp_voice import home
from icp_voice.errors import IcpVoiceError, UnreadableFile, unknown
from icp_voice.ingest.add import MISFITS, Unread
from icp_voice.ingest.pull.api import Api, Patience
from icp_voice.ingest.pull.secrets import Secrets, refuse_in_settings
from icp_voice.ingest.vendors.parts import Left
from icp_voice.limits import Limits
from icp_voice.model import Account, Contact, Document
from icp_voice.settings.checked import Checked, check
from icp_voice.store.documents import short_hash
from icp_voice.store.sources import Seen

if TYPE_CHECKING:
    from icp_voice.ingest.pull.rest import Http
    from icp_voice.store import Store

Mapped = Callable[..., Document]


@dataclass(slots=True)
class Notes:
    """What a connector told since it was last asked: to be kept in one transaction with the documents it yielded."""

    seen: list[Seen] = field(default_factory=list)
    gone: list[tuple[str, str]] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    whole: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Client:
    """What a connector is given. `cursor` is how far it has come; `left` counts what it left out, `told` names more.

    `limits` are those of reading one file.
    A record's file is `SOURCE://RECORD`, so that it is known by its source and id whatever becomes of its words.
    """

    name: str = ""
    cursor: str = ""
    store: Store | None = None
    secrets: Secrets | None = None
    patience: Patience = field(default_factory=Patience)
    help: str = ""
    errors: list[Unread] = field(default_factory=list)
    left: Left = field(default_factory=Left)
    told: list[str] = field(default_factory=list)
    limits: Limits = field(default_factory=Limits)
    notes: Notes = field(default_factory=Notes)
    opened: list[Http] = field(default_factory=list)

    # -- the vendor's API ---------------------------------------------------------------------------------------

    def open(self, api: Api) -> Http:
        """Open a vendor's API; it is closed when the connector has ended."""
        from icp_voice.ingest.pull.rest import Http

        self.opened.append(Http(self.name, api, patience=self.patience, help=self.help))
        return self.opened[-1]

    def secret(self, field: str) -> SecretStr:
        """Return one of the connector's SECRETS; SettingsError says how to give it where it is missing."""
        if self.secrets is None:
            raise IcpVoiceError(f"{self.name}: secrets are given by a workspace.")
        return self.secrets.get(field)

    def optional_secret(self, field: str) -> SecretStr | None:
        """Return one of the connector's OPTIONAL_SECRETS, None where it is not given."""
        return self.secrets.get(field) if self.secrets and self.secrets.where(field) else None

    def close(self) -> None:
        """Close every API that was opened."""
        while self.opened:
            self.opened.pop().close()

    def now(self) -> datetime:
        """Return the time, in UTC: up to when a source that has no cursors is asked."""
        return datetime.now(UTC)

    # -- records ------------------------------------------------------------------------------------------------

    def file(self, record: str) -> str:
        """Return the file name under which a record is kept."""
        return f"{self.name}://{record}"

    def knows(self, record: str, version: object) -> bool:
        """Tell whether a record was read in this version: then it need not be asked for."""
        return self.store is not None and self.store.sources.version(self.name, record) == short_hash(version)

    def record(self, record: str, mapped: Mapped, *, version: object = "", moment: str = "") -> Iterator[Document]:
        """Yield the document of one record, made by `mapped(file=, left=)`: write `yield from client.record(...)`.

        `version` is whatever changes when the record does, `moment` when it happened (for `listed`). A record without
        words yields nothing, and what it said before is gone.
        """
        seen = Seen(record=record, file=self.file(record), version=short_hash(version), moment=moment)
        try:
            document = mapped(file=seen.file, left=self.left)
        except UnreadableFile:
            self.left["record without a customer's words"] += 1
            self.notes.seen.append(seen)
            self.notes.gone.append((record, ""))
        except MISFITS as error:
            self.errors.append(Unread(seen.file, f"could not be read ({type(error).__name__})", "Please report this."))
        else:
            yield document
            # Only now does whoever takes the documents hold it: a note before would outlive a crash in between.
            self.notes.seen.append(seen)

    def gone(self, record: str, why: str = "deleted") -> None:
        """Say that the source no longer shows a record: its words leave the workspace."""
        self.notes.gone.append((record, why))

    def listed(self, records: Iterable[str], since: str, until: str) -> None:
        """Say that these are all records that happened from `since` up to `until`: others known of then are gone."""
        if self.store is not None:
            known = self.store.sources.between(self.name, since, until)
            self.notes.gone += [(record, "deleted") for record in sorted(set(known) - set(records))]

    def whole(self, file: str) -> None:
        """Say that a file's documents, which were just yielded, are all there are: others known of it are gone."""
        self.notes.whole.add(file)

    def account(self, account: Account, contacts: Iterable[Contact] = ()) -> None:
        """Bring an account with its attributes, under the source's id, and people who can be asked."""
        self.notes.accounts.append(account)
        self.notes.contacts += contacts

    def people(self, contacts: Iterable[Contact]) -> None:
        """Bring people who can be asked, of accounts that were brought before; those of unknown ones are left out."""
        self.notes.contacts += contacts

    def reached(self, cursor: str) -> None:
        """Say that everything up to `cursor` has been yielded; the next call gets it as `since`."""
        self.cursor = cursor

    def unread(self, file: str, error: UnreadableFile) -> None:
        """Say that one record could not be read; the others go on."""
        self.errors.append(Unread(file, error.message, error.hint))


class Connector(Protocol):
    """A module in connectors/: its docstring says what it reads.

    One that reaches a vendor's API also has SECRETS (which it needs -> where to get it), SCOPES (their names at the
    vendor), `check(settings, client)`, one cheap call that returns what was reached, and
    `fetch(settings, records, client)`, which yields single records as they are now. OPTIONAL_SECRETS are those that it
    takes where they are given.
    """

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


def needed_secrets(connector: Connector) -> Mapping[str, str]:
    """Return which secrets a connector needs, and where to get each."""
    return cast(Mapping[str, str], getattr(connector, "SECRETS", {}))


def optional_secrets(connector: Connector) -> Mapping[str, str]:
    """Return which secrets a connector takes where they are given, and what each is for."""
    return cast(Mapping[str, str], getattr(connector, "OPTIONAL_SECRETS", {}))


def checked_settings(connector: Connector, name: str, given: Mapping[str, Any]) -> Checked:
    """Check a source's settings; a secret among them is refused."""
    where = f"icp-voice.toml, [connectors.{name}]"
    refuse_in_settings(name, given, needed_secrets(connector), where=where)
    return check(connector.Settings, dict(given), where=where)
