"""Sides and accounts of what is kept, told anew: new accounts, other settings or a person's word change them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from icp_voice.ingest import speakers
from icp_voice.ingest.add import sides
from icp_voice.ingest.matching import AccountIndex, with_account
from icp_voice.model import Document, Side, Speaker
from icp_voice.settings import Settings
from icp_voice.store import Store
from icp_voice.store.documents import short_hash

# Raise it when speakers or matching tell more than before: documents that are kept are then told anew.
VERSION = 1


def settle(store: Store, settings: Settings) -> int:
    """Resolve every document anew if what it depends on has changed; return how many documents changed."""
    accounts = store.accounts.all()
    settled = store.documents.assignments()
    mark = short_hash(
        VERSION,
        settings.company,
        settings.domains,
        settings.people,
        [(account.id, account.name, account.domains) for account in accounts],
        sorted((document, sorted(fields.items())) for document, fields in settled.items()),
    )
    if store.accounts.recall("settled") == mark:
        return 0
    changed = 0
    with store.transaction():
        for before, after in resolved(store, settings):
            if after.speakers != before.speakers:
                store.documents.put_speakers(after.id, after.speakers)
            if (after.account, after.account_reason) != (before.account, before.account_reason):
                store.documents.put_account(after.id, after.account, after.account_reason)
            changed += after != before
        store.accounts.remember("settled", mark)
    return changed


def resolved(store: Store, settings: Settings) -> Iterator[tuple[Document, Document]]:
    """Yield every document as it is kept and as these settings would settle it; nothing is written."""
    settled = store.documents.assignments()
    index = AccountIndex(store.accounts.all())
    known = sides(settings, index)
    for before in store.documents.all(turns=True, fill_roles=False):
        fields = settled.get(before.id, {})
        yield before, with_account(speakers.resolve(_unresolved(before), known, fields), index, fields)


def _unresolved(document: Document) -> Document:
    """Return the document as its file gave it: only what the file itself states of a side is kept."""
    return replace(document, speakers=tuple(_as_stated(speaker) for speaker in document.speakers))


def _as_stated(speaker: Speaker) -> Speaker:
    return replace(speaker, side=speaker.stated, reason="" if speaker.stated is Side.UNKNOWN else speaker.reason)
