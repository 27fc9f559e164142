"""What all requests share: the folder, who may come in, open workspaces to lend, and notices to be shown once."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from icp_voice.access import Access, open_access
from icp_voice.settings.settings import FILE as SETTINGS_FILE
from icp_voice.web.watching import Watching
from icp_voice.workspace import Workspace

if TYPE_CHECKING:
    from icp_voice.jobs import Job, Jobs
    from icp_voice.run import Tools
    from icp_voice.store.uploads import Uploads

AT_ONCE = 8  # requests that read the workspace at the same time; more of them wait
LOOKS = 3  # files that are looked at at the same time, so that pages find a workspace meanwhile
MOST_NOTICES = 512
TOLD_AT_ONCE = 8  # notices that wait for one session


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What became of the last action, shown on the next page; `undo` is the number of the change to take back."""

    text: str
    good: bool = True
    undo: int = 0


class Site:
    """One served folder. It may be empty: then the first page makes a workspace of it."""

    def __init__(self, folder: Path, *, secure: bool = False, hosts: frozenset[str] = frozenset()) -> None:
        self.folder = folder
        self.secure = secure
        self.hosts = hosts
        self._free: LifoQueue[Workspace] = LifoQueue()
        self._turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()
        self._lock = threading.Lock()
        self._tools: Tools | None = None
        self._notices: OrderedDict[str, list[Notice]] = OrderedDict()
        self._company = ""
        self.ending = threading.Event()  # the server is about to end: nobody waits for news any more
        self.reckoning = threading.Event()  # what a job has written is still to be reckoned, and somebody is at it
        self.watching = Watching(self)
        self.looks = threading.BoundedSemaphore(LOOKS)

    @property
    def ready(self) -> bool:
        """Whether the folder is a workspace yet."""
        return (self.folder / SETTINGS_FILE).is_file()

    @property
    def company(self) -> str:
        """The name of the company whose workspace it is, as it was last seen; empty for an empty folder."""
        if not self._company and self.ready:
            with self.lent(""):
                pass
        return self._company

    @cached_property
    def access(self) -> Access:
        """Who may come in."""
        return open_access(self.folder)

    @cached_property
    def jobs(self) -> Jobs:
        """Work that goes on by itself."""
        from icp_voice.jobs import open_jobs

        return open_jobs(self.folder)

    @property
    def uploads(self) -> Uploads:
        """What takes files in; it is used without holding a workspace, for a file may be long on its way."""
        with self.lent("") as workspace:
            return workspace.uploads

    @property
    def work(self) -> Job | None:
        """The job at work, as every page tells it; a tenth of a millisecond."""
        return self.jobs.at_work()

    @property
    def behind(self) -> bool:
        """Whether what is kept lags behind what a job writes, or has just written."""
        return self.reckoning.is_set() or self.work is not None

    @contextmanager
    def lent(self, by: str) -> Iterator[Workspace]:
        """Lend a workspace that acts in a person's name, to one request at a time; models are shared by all.

        Nobody waits here: a thread that waits would be missing to those who have a workspace and need a thread.
        """
        try:
            workspace = self._free.get_nowait()
        except Empty:
            workspace = None
        try:
            workspace = workspace or Workspace(self.folder)
            workspace.fresh()
            workspace.by = by
            self._share_models(workspace)
            self._company = workspace.settings.company
            yield workspace
        finally:
            if workspace and self._free.qsize() < AT_ONCE:
                self._free.put(workspace)
            elif workspace:
                _close(workspace)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait until fewer than so many others read the workspace, without holding a thread meanwhile."""
        loop = asyncio.get_running_loop()
        turns = self._turns.setdefault(loop, asyncio.Semaphore(AT_ONCE))
        async with turns:
            yield

    def close(self) -> None:
        """Close the workspaces that nobody uses now."""
        while not self._free.empty():
            _close(self._free.get_nowait())

    def note(self, session: str, notice: Notice) -> None:
        """Keep a notice for the next page of a session; a program has none, and is told in its answers."""
        if not session:
            return
        with self._lock:
            self._notices[session] = [*self._notices.get(session, ()), notice][-TOLD_AT_ONCE:]
            while len(self._notices) > MOST_NOTICES:
                self._notices.popitem(last=False)

    def notices(self, session: str) -> list[Notice]:
        """Return the notices of a session; they are told once."""
        with self._lock:
            return self._notices.pop(session, [])

    def _share_models(self, workspace: Workspace) -> None:
        """Let a workspace use the models that another has opened, as long as settings and codebook are the same."""
        with self._lock:
            shared = self._tools
            if shared and (shared.settings, shared.codebook) == (workspace.settings, workspace.codebook):
                vars(workspace)["tools"] = shared
            else:
                self._tools = workspace.tools


def _close(workspace: Workspace) -> None:
    if "store" in vars(workspace):
        workspace.store.close()
