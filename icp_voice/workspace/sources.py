"""Verbs about connected sources and what they deliver."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from icp_voice.errors import unknown
from icp_voice.lock import Lock
from icp_voice.workspace.base import Base, Progress
from icp_voice.workspace.documents import kept_counts

if TYPE_CHECKING:
    from icp_voice.ingest.add import Added
    from icp_voice.ingest.connected import Connected
    from icp_voice.ingest.hooks.taking import Inbox
    from icp_voice.ingest.hooks.working import Worked
    from icp_voice.ingest.sync import Source
    from icp_voice.store import Store
    from icp_voice.store.deliveries import Deliveries


class SourceVerbs(Base):
    """Verbs about connected sources and what they deliver."""

    def sync(self, *names: str, again: bool = False, progress: Progress | None = None) -> dict[str, Added]:
        """Read what is new at the connected sources, or at those named; with `again` everything anew.

        A source that fails is listed in its `errors`, and costs the others nothing.
        """
        from icp_voice.ingest.sync import sync

        with self.writing("sync") as store:
            chosen = [self._source(name, store) for name in names or self.settings.connectors]
            added = {source.name: sync(source, again=again, progress=progress) for source in chosen}
            self._settle()
        for name, one in added.items():
            self._note_kept("sync", name, one)
        return added

    def fetch(self, name: str, records: Sequence[str]) -> Added:
        """Read single records of a connected source anew, such as those that a delivery names."""
        from icp_voice.ingest.sync import fetch

        with self.writing("sync") as store:
            added = fetch(self._source(name, store), records)
            self._settle()
        self._note_kept("fetch", name, added)
        return added

    def receive(self, record: str, words: bytes) -> Added:
        """Keep a document in our own form that a delivery brought; the same id again replaces it."""
        from icp_voice.ingest.hooks.working import keep_documents, own_documents

        documents = own_documents(record, words, self.settings.limits)
        with self.writing("hooks") as store:
            added = keep_documents(store, self.settings, self.folder, documents)
            self._settle()
        self._note_kept("receive", "", added)
        return added

    def _note_kept(self, verb: str, source: str, added: Added) -> None:
        """Record what came from a source, if anything did."""
        if counts := kept_counts(added):
            self.note(verb, subject=source, detail=counts)

    @cached_property
    def deliveries(self) -> Deliveries:
        """What vendors delivered and what became of it."""
        from icp_voice.store.deliveries import open_deliveries

        return open_deliveries(self.folder)

    @property
    def inbox(self) -> Inbox:
        """What takes deliveries, and knows the addresses to which vendors send them."""
        from icp_voice.ingest.hooks.taking import Inbox

        return Inbox(folder=self.folder, settings=self.settings, deliveries=self.deliveries)

    def work_deliveries(self, stop: Callable[[], bool] = lambda: False) -> Worked:
        """Read anew what was delivered; another process that does so already is waited for."""
        from icp_voice.ingest.hooks.working import Worker

        keep = self.settings.hooks.keep_days
        worker = Worker(deliveries=self.deliveries, fetch=self.fetch, receive=self.receive, keep_days=keep)
        with Lock(self.folder / "hooks.lock").held("hooks work"):
            return worker.work(stop)

    def check_source(self, name: str) -> str:
        """Try a connected source with one cheap call; return what was reached, or raise what is missing."""
        from icp_voice.ingest.sync import check

        return check(self._source(name, self.store))

    def connectors(self) -> list[Connected]:
        """Return all connectors: what each needs, what of that is there, and when it was last read."""
        from icp_voice.ingest.connected import connected

        return connected(self.store, self.settings, self.folder)

    def _source(self, name: str, store: Store) -> Source:
        from icp_voice.ingest.sync import connect
        from icp_voice.profile import icp

        if name not in self.settings.connectors:
            raise unknown("connected source", name, self.settings.connectors)
        return connect(
            store,
            self.settings,
            self.folder,
            name,
            self.settings.connectors[name],
            accounts_came=lambda: icp.apply_rule(store, self.tag),
        )
