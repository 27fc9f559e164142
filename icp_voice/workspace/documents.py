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
        added.warnings += left_out
        return added

    def documents(self, *, unmatched: bool = False) -> list[Document]:
        """Return the documents with their speakers, duplicates last; `unmatched` for those without an account."""
        documents = self.store.documents.all()
        if unmatched:
            return [document for document in documents if not document.account]
        return [*documents, *self.store.documents.duplicates()]

    def document(self, said: str) -> Document:
        """Return the document with this id or file name, with its turns."""
        documents = self.store.documents.all()
        found = [document for document in documents if said == document.id]
        found = found or [document for document in documents if said in {document.file, Path(document.file).name}]
        if len(found) > 1:
            raise IcpVoiceError(f'"{said}" holds {len(found)} documents.', hint="Name one by its id.")
        if not found:
            raise unknown("document", said, [document.file for document in documents])
        return self.store.documents.get(found[0].id) or found[0]

    def assign(self, document: str, *, account: str = "", sides: Mapping[str, str] | None = None) -> Document:
        """Settle by hand whose words a document holds, and who in it stands on which side.

        The name "" stands for words of which the file does not say who spoke them.
        """
        from icp_voice.profile.icp import find_account

        chosen = self.document(document)
        names = [speaker.name for speaker in chosen.speakers]
        for name, side in (sides or {}).items():
            if name not in names:
                raise unknown("speaker", name, [name or '"" (nobody named)' for name in names])
            if side not in set(Side):
                raise IcpVoiceError(f'There is no side "{side}".', hint=f"Allowed: {', '.join(Side)}.")
        with self.writing("assign") as store, store.transaction():
            if account:
                store.documents.assign(chosen.id, "account", find_account(store, account).id)
            for name, side in (sides or {}).items():
                store.documents.assign(chosen.id, f"side:{name}", side)
            self._settle()
        return self.document(chosen.id)
