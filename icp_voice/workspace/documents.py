"""Verbs about documents: adding, finding, and settling whose words they hold."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from icp_voice.errors import IcpVoiceError, unknown
from icp_voice.model import (
    Document,
    Side,
)
from icp_voice.workspace.base import Base, Progress

if TYPE_CHECKING:
    from icp_voice.ingest.add import Added


class DocumentVerbs(Base):
    """Verbs about documents: adding, finding, and settling whose words they hold."""

    def add(
        self,
        *paths: str | Path,
        mapping: Mapping[str, str] | None = None,
        new_accounts: bool = False,
        progress: Progress | None = None,
    ) -> Added:
        """Read files and folders. What cannot be read is listed in `errors`, and costs the others nothing."""
        from icp_voice.ingest.add import Arrivals
        from icp_voice.ingest.apart.process import warm
        from icp_voice.ingest.files import find_files
        from icp_voice.profile import icp

        warm()
        left_out: list[str] = []
        files = list(find_files((Path(path) for path in paths), left_out))
        with self.writing("add") as store:
            arrivals = Arrivals(store, self.settings, self.folder, mapping=mapping, new_accounts=new_accounts)
            for number, path in enumerate(files, start=1):
                arrivals.read(path)
                if progress:
                    progress("reading", number, len(files))
            if new_accounts:
                icp.apply_rule(store, self.tag)
        added = arrivals.added
        if counts := kept_counts(added):
            self.note("add", detail=counts)
        added.warnings += left_out
        return added

    def documents(self, *, unmatched: bool = False) -> list[Document]:
        """Return the documents with their speakers, duplicates last; `unmatched` for those without an account."""
        documents = self.store.documents.all()
        if unmatched:
            return [document for document in documents if not document.account]
        return [*documents, *self.store.documents.duplicates()]

    def document(self, said: str, *, bare: bool = False) -> Document:
        """Return the document with this id or file name, with its turns; `bare` for those who may see redacted words."""
        known = self.store.documents.get(said, bare=bare)
        if known:
            return known
        if named := self.store.documents.get(said, bare=bare):
            return named
        documents = self.store.documents.all(bare=bare)
        found = [document for document in documents if said in {document.file, Path(document.file).name}]
        if len(found) > 1:
            raise IcpVoiceError(f'"{said}" holds {len(found)} documents.', hint="Name one by its id.")
        if not found:
            raise unknown("document", said, [document.file for document in documents])
        return self.store.documents.get(found[0].id, bare=bare) or found[0]

    def assign(self, document: str, *, account: str = "", sides: Mapping[str, str] | None = None) -> Document:
        """Settle by hand whose words a document holds, and who in it stands on which side.

        The name "" stands for words of which the file does not say who spoke them.
        """
        from icp_voice.ingest import settle
        from icp_voice.profile.icp import find_account

        chosen = self.document(document, bare=True)
        names = [speaker.name for speaker in chosen.speakers]
        for name, side in (sides or {}).items():
            if name not in names:
                raise unknown("speaker", name, [name or '"" (nobody named)' for name in names])
            if side not in set(Side):
                raise IcpVoiceError(f'There is no side "{side}".', hint=f"Allowed: {', '.join(Side)}.")
        fields = {"account": find_account(self.store, account).id} if account else {}
        fields |= {f"side:{name}": side for name, side in (sides or {}).items()}
        detail = {"account": fields.get("account", ""), "sides": sorted((sides or {}).values())}
        with self.noting("assign", subject=chosen.id, detail=detail) as store:
            settle.assign(store, self.settings, chosen.id, fields)
        return self.document(chosen.id)


def kept_counts(added: Added) -> dict[str, int]:
    """Return how many documents came in as new, updated or duplicates, as far as any did."""
    counts = {"new": len(added.new), "updated": len(added.updated), "duplicates": len(added.duplicates)}
    return {name: count for name, count in counts.items() if count}
