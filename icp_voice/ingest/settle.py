"""Sides and accounts of what is kept, told anew: new accounts, other settings or a person's word change them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from icp_voice.ingest import speakers
from icp_voice.ingest.add import sides
from icp_voice.ingest.matching import AccountIndex, with_account
from icp_voice.model import Document, Side, Speaker
from icp_voice.settings import Settings
from icp_voice.store import Store
from icp_voice.store.documents import short_hash

# Raise it when speakers or matching tell more than before: documents that are kept are then told anew.
VERSION = 2
TRIES = 3


def settle(store: Store, settings: Settings) -> int:
    """Resolve every document anew if what it depends on has changed; return how many documents changed.

    All is told before anything is held for writing. If somebody decides meanwhile, it is told anew; in the end it is
    left to the next time.
    """
    for _ in range(TRIES):
        mark = _mark(store, settings)
        if store.accounts.recall("settled") == mark:
            return 0
        told = [(before, after) for before, after in resolved(store, settings) if after != before]
        with store.transaction():
            if _mark(store, settings) == mark:
                store.accounts.remember("settled", mark)
                return _write(store, told)
    return 0


def assign(store: Store, settings: Settings, document: str, fields: Mapping[str, str]) -> None:
    """Keep what a person settled about one document ("account", "side:SPEAKER"), and settle this one by it."""
    with store.transaction():
        settled = store.accounts.recall("settled") == _mark(store, settings)
        for field, value in fields.items():
            store.documents.assign(document, field, value)
        _write(store, resolved(store, settings, only=[document]))
        if settled:
            store.accounts.remember("settled", _mark(store, settings))


def _mark(store: Store, settings: Settings) -> str:
    """Return what stands for all that sides and accounts depend on."""
    settled = store.documents.assignments()
    return short_hash(
        VERSION,
        settings.company,
        settings.domains,
        settings.people,
        [(account.id, account.name, account.domains, *account.also) for account in store.accounts.all()],
        sorted((document, sorted(fields.items())) for document, fields in settled.items()),
    )


def _write(store: Store, told: Iterable[tuple[Document, Document]]) -> int:
    changed = 0
    for before, after in told:
        if after.speakers != before.speakers:
            store.documents.put_speakers(after.id, after.speakers)
        if (after.account, after.account_reason) != (before.account, before.account_reason):
            store.documents.put_account(after.id, after.account, after.account_reason)
        changed += after != before
    return changed


def resolved(
    store: Store, settings: Settings, *, only: Collection[str] | None = None
) -> Iterator[tuple[Document, Document]]:
    """Yield every document, or those named, as it is kept and as these settings would settle it; nothing is written."""
    settled = store.documents.assignments()
    index = AccountIndex(store.accounts.all())
    known = sides(settings, index)
    for before in store.documents.all(turns=True, only=only, fill_roles=False, bare=True):
        fields = settled.get(before.id, {})
        yield before, with_account(speakers.resolve(_unresolved(before), known, fields), index, fields)


def _unresolved(document: Document) -> Document:
    """Return the document as its file gave it: only what the file itself states of a side is kept."""
    return replace(document, speakers=tuple(_as_stated(speaker) for speaker in document.speakers))


def _as_stated(speaker: Speaker) -> Speaker:
    return replace(speaker, side=speaker.stated, reason="" if speaker.stated is Side.UNKNOWN else speaker.reason)
