"""Deliveries are worked off: records are read anew by their connector, documents in our own form are kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from icp_voice.errors import IcpVoiceError, UnreadableFile, WorkspaceError
from icp_voice.ingest.add import Added, Arrivals
from icp_voice.ingest.apart.reader import documents_in
from icp_voice.ingest.hooks.taking import OWN
from icp_voice.limits import Limits
from icp_voice.model import Document
from icp_voice.settings import Settings
from icp_voice.store import Store
from icp_voice.store.deliveries import Deliveries, Delivery

PAUSE = 900.0
DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """How many deliveries were worked off, how many could not be, and who holds the workspace if that ended it."""

    done: int
    failed: int
    held: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Works deliveries off, one source's at a time. Doing one twice harms nothing: a record is read as it is now.

    `fetch(source, records)` reads records anew, `receive(record, words)` keeps a document in our own form.
    """

    deliveries: Deliveries
    fetch: Callable[[str, Sequence[str]], Added]
    receive: Callable[[str, bytes], Added]
    keep_days: int

    def work(self, stop: Callable[[], bool] = lambda: False) -> Worked:
        """Work off everything that is due; what fails waits for its time, and the others go on."""
        done = failed = 0
        held = ""
        while not held and not stop() and (batch := self.deliveries.next(time.time())):
            try:
                good = self._work(batch)
            except WorkspaceError as error:
                held = error.message
            else:
                done += good
                failed += len(batch) - good
        self.deliveries.prune(time.time() - self.keep_days * DAY)
        return Worked(done=done, failed=failed, held=held)

    def _work(self, batch: list[Delivery]) -> int:
        """Work off some deliveries of one source; return how many of them succeeded."""
        source = batch[0].source
        try:
            added = self._added(batch)
        except WorkspaceError:
            raise
        except UnreadableFile as error:
            # What cannot be read now cannot be later: it brought its words along.
            self.deliveries.failed(batch, str(error), time.time(), for_good=True)
            return 0
        except IcpVoiceError as error:
            return self._source_failed(batch, str(error), paused=False)
        except Exception as error:
            # A fault of ours in one delivery must not end the server; it is listed, and tried again.
            self.deliveries.failed(batch, f"could not be worked off ({type(error).__name__})", time.time())
            return 0
        reasons = {one.file: f"{one.error} {one.hint}".strip() for one in added.errors}
        if source in reasons:
            return self._source_failed(batch, reasons[source], paused=bool(added.paused))
        bad = {one.id: why for one in batch for record in one.records if (why := reasons.get(f"{source}://{record}"))}
        self.deliveries.done([one for one in batch if one.id not in bad], time.time())
        for one in batch:
            if one.id in bad:
                self.deliveries.failed([one], bad[one.id], time.time())
        self.deliveries.awake(source)
        return len(batch) - len(bad)

    def _added(self, batch: list[Delivery]) -> Added:
        if batch[0].source == OWN:
            return self.receive(batch[0].records[0], batch[0].words)
        # Many deliveries often concern one record: it is read once.
        return self.fetch(batch[0].source, list(dict.fromkeys(chain.from_iterable(one.records for one in batch))))

    def _source_failed(self, batch: list[Delivery], reason: str, *, paused: bool) -> int:
        """Leave the source alone for a while; a limit that is reached is not the deliveries' fault."""
        now = time.time()
        self.deliveries.rest(batch[0].source, reason, now, seconds=PAUSE if paused else 0)
        if not paused:
            self.deliveries.failed(batch, reason, now)
        return 0


def own_documents(record: str, words: bytes, limits: Limits) -> list[Document]:
    """Read a document in our own form, known by its id; UnreadableFile where it is none."""
    return [replace(one, identity=record) for one in documents_in(words, f"{OWN}://{record}", limits)]


def keep_documents(store: Store, settings: Settings, folder: Path, documents: Sequence[Document]) -> Added:
    """Keep what a delivery brought; under the same id it replaces what was there."""
    arrivals = Arrivals(store, settings, folder)
    arrivals.keep(documents[0].file, documents)
    return arrivals.added
