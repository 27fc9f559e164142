"""A source is read on from where the last call ended: documents, accounts, what is gone and the cursor, kept together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from icp_voice.errors import IcpVoiceError, SourcePaused
from icp_voice.ingest.add import MISFITS, Added, Arrivals, Unread
from icp_voice.ingest.connector import (
    Client,
    Connector,
    Notes,
    checked_settings,
    load,
    needed_secrets,
    optional_secrets,
)
from icp_voice.ingest.pull.api import Patience
from icp_voice.ingest.pull.secrets import Secrets
from icp_voice.model import Account, Document
from icp_voice.settings import Settings
from icp_voice.settings.checked import Checked
from icp_voice.store import Store
from icp_voice.store.documents import Kept

PATIENCE = Patience()

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One connected source of a workspace, its settings checked. `accounts_came` is told in the same transaction."""

    name: str
    connector: Connector
    settings: Checked
    store: Store
    workspace: Settings
    folder: Path
    accounts_came: Callable[[], None] = lambda: None

    @property
    def cursor_key(self) -> str:
        """The name under which its cursor is remembered."""
        return f"cursor:{self.name}"


def connect(
    store: Store,
    settings: Settings,
    folder: Path,
    name: str,
    given: Mapping[str, Any],
    *,
    accounts_came: Callable[[], None] = lambda: None,
) -> Source:
    """Load a connector and check its settings, before anything is read."""
    connector = load(name, folder)
    return Source(
        name=name,
        connector=connector,
        settings=checked_settings(connector, name, given),
        store=store,
        workspace=settings,
        folder=folder,
        accounts_came=accounts_came,
    )


def sync(source: Source, *, again: bool = False, progress: Progress | None = None) -> Added:
    """Read what is new at a source; with `again` from its beginning. An error of the source's is one line in the result."""
    with _client(source) as client:
        if again:
            client.cursor = ""
            with source.store.transaction():
                source.store.sources.forget_versions(source.name)
        added = _take(source, client, source.connector.documents(source.settings, client.cursor, client), progress)
        return _told(added, client)


def fetch(source: Source, records: Sequence[str]) -> Added:
    """Read single records anew, as a delivery names them; how far the source was read stays as it is."""
    with _client(source) as client:
        read: Callable[[Any, Sequence[str], Client], Iterator[Document]] | None
        read = getattr(source.connector, "fetch", None)
        if read is None:
            raise IcpVoiceError(f"{source.name}: single records cannot be read.", hint="Use: icp-voice sync.")
        return _told(_take(source, client, read(source.settings, records, client), None), client)


def check(source: Source) -> str:
    """Make one cheap call and return what was reached; SourceError or SettingsError says what is missing."""
    with _client(source) as client:
        try_it = getattr(source.connector, "check", None)
        if try_it is None:
            return next((f"reads {document.file}" for document in _first(source, client)), "reached; it holds nothing")
        return str(try_it(source.settings, client))


def _first(source: Source, client: Client) -> Iterator[Document]:
    return source.connector.documents(source.settings, "", client)


@contextmanager
def _client(source: Source) -> Iterator[Client]:
    secrets = Secrets(
        source.name, {**needed_secrets(source.connector), **optional_secrets(source.connector)}, source.folder
    )
    fields = ", ".join(secrets.variable(field) for field in secrets.needed)
    client = Client(
        name=source.name,
        cursor=source.store.accounts.recall(source.cursor_key),
        store=source.store,
        secrets=secrets,
        patience=PATIENCE,
        limits=source.workspace.limits,
        help=f"Renew {fields}; `icp-voice connect {source.name} --check` tells whether it is right." if fields else "",
    )
    try:
        yield client
    finally:
        client.close()


def _take(source: Source, client: Client, arriving: Iterator[Document], progress: Progress | None) -> tuple[Added, int]:
    """Keep what arrives, file by file; what came before a source fails is kept."""
    keeper = _Keeper(source, client)
    held: list[Document] = []
    came = 0
    failed: list[Unread] = []
    paused = ""
    try:
        for document in arriving:
            if held and document.file != held[-1].file:
                keeper.keep(held)
                held = []
            held.append(document)
            came += 1
            if progress:
                progress(source.name, came, 0)
    except IcpVoiceError as error:
        failed.append(Unread(source.name, error.message.removeprefix(f"{source.name}: "), error.hint))
        paused = (error.until or "later") if isinstance(error, SourcePaused) else ""
    except MISFITS as error:
        # What the vendor answered is not what its connector was made for; the others go on.
        failed.append(
            Unread(source.name, f"answered in an unknown form ({type(error).__name__})", "Please report this.")
        )
    keeper.keep(held)
    added = keeper.added
    added.take(Added(files=len(failed), errors=failed, paused=paused))
    return added, came


def _told(taken: tuple[Added, int], client: Client) -> Added:
    added, _ = taken
    added.take(Added(files=len(client.errors), errors=client.errors))
    added.warnings += [*client.told, *client.left.warnings()]
    return added


class _Keeper:
    """Keeps documents together with what the connector told of them, in one transaction."""

    def __init__(self, source: Source, client: Client) -> None:
        self._source = source
        self._client = client
        self._store = source.store
        self._arrivals = Arrivals(source.store, source.workspace, source.folder)
        self._gone: list[str] = []
        self._names = source.store.sources.account_names()

    @property
    def added(self) -> Added:
        """What became of everything so far."""
        added = self._arrivals.added
        added.gone = sorted(self._gone)
        return added

    def keep(self, documents: Sequence[Document]) -> None:
        """Keep the documents of one file, and all that was told up to now."""
        notes, self._client.notes = self._client.notes, Notes()
        with self._store.transaction():
            self._keep_accounts(notes)
            named = [self._named(one) for one in documents]
            held = not named or self._arrivals.keep(named[0].file, named)
            unread = documents[0].file if held is False else ""
            if named and held and named[0].file in notes.whole:
                self._take_away_others(named)
            self._store.sources.put(self._source.name, [one for one in notes.seen if one.file != unread])
            for record, why in notes.gone:
                self._take_away(record, why)
            self._store.accounts.remember(self._source.cursor_key, self._client.cursor)
            self._store.accounts.remember(
                f"synced:{self._source.name}", datetime.now(UTC).isoformat(timespec="seconds")
            )

    def _take_away(self, record: str, why: str) -> None:
        """Mark a record gone; its document's words leave, and people's decisions stay in case it returns."""
        file = self._client.file(record)
        known = bool(why) and self._store.sources.mark_gone(self._source.name, record, why)
        for kept in self._store.documents.of_file(file).values():
            self._erase(kept)
            known = True
        self._store.sources.forget_duplicates_in(file)
        if known:
            self._gone.append(file)

    def _take_away_others(self, documents: Sequence[Document]) -> None:
        """Take away what was known of a file and is no longer in it."""
        for kept in self._arrivals.others(documents):
            self._erase(kept)
            self._gone.append(f"{kept.file} {kept.place}".rstrip())

    def _erase(self, kept: Kept) -> None:
        self._store.sources.remember_id(kept.file, kept.key, kept.id)
        self._store.sources.erase(kept.id)
        self._arrivals.release(self._store.documents.remove(kept.id))

    def _keep_accounts(self, notes: Notes) -> None:
        if not notes.accounts and not notes.contacts:
            return
        known = {account.id: account for account in self._store.accounts.all()}
        by_name = {account.name.casefold(): account.id for account in known.values()}
        called: dict[str, str] = {}
        for account in notes.accounts:
            other = by_name.get(account.name.casefold(), account.id)
            # The same company under another id, such as that of an imported list, stands there once.
            called[account.id] = account.id if account.id in known else other
            if called[account.id] != account.id:
                self._store.sources.call_account(self._source.name, account.id, called[account.id])
        self._store.accounts.put(_merged(account, called, known) for account in notes.accounts)
        self._names = self._store.sources.account_names()
        here = {**{account: account for account in known}, **self._names, **called}
        self._store.accounts.put_contacts(
            replace(contact, account=here[contact.account]) for contact in notes.contacts if contact.account in here
        )
        self._source.accounts_came()
        self._arrivals.know_accounts()

    def _named(self, document: Document) -> Document:
        """Return the document with the accounts' ids that are ours in place of the source's own."""
        hints = dict.fromkeys(self._names.get(hint, hint) for hint in document.hints)
        return replace(document, hints=tuple(hints))


def _merged(account: Account, called: Mapping[str, str], known: Mapping[str, Account]) -> Account:
    """Return the account under its id here; what the source says nothing of stays as another import gave it."""
    identity = called[account.id]
    before = known.get(identity)
    if before is None:
        return replace(account, id=identity)
    return replace(
        account,
        id=identity,
        domains=tuple(dict.fromkeys((*account.domains, *before.domains))),
        attributes={**before.attributes, **account.attributes},
    )
