"""Who watches a job: it is looked at twice a second however many watch, and each is told when it has changed."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from starlette.concurrency import run_in_threadpool

from icp_voice.errors import IcpVoiceError

if TYPE_CHECKING:
    from threading import Event

    from icp_voice.jobs import Job, Jobs

EVERY = 0.5
STILL_HERE = 15.0  # seconds after which one who waits is given a sign, so that nothing on the way hangs up
MOST = 128


class Place(Protocol):
    """What is watched: the jobs of a server that may be about to end."""

    @property
    def jobs(self) -> Jobs:
        """The jobs."""

    @property
    def ending(self) -> Event:
        """Whether the server is about to end."""


class Watching:
    """The jobs that are watched now, each by one look for all who watch it."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._looks: dict[tuple[int, asyncio.AbstractEventLoop], _Look] = {}

    @property
    def full(self) -> bool:
        """Whether so many watch that another one has to ask from time to time instead."""
        return sum(look.watchers for look in self._looks.values()) >= MOST

    async def changes(self, number: int) -> AsyncIterator[Job | None]:
        """Yield the job as it is, and whenever it has changed, until it is over; None now and then while nothing happens."""
        key = (number, asyncio.get_running_loop())
        look = self._looks.get(key)
        if look is None:
            look = self._looks[key] = _Look(self._place, number)
        look.watchers += 1
        seen = -1
        try:
            while not look.over(seen):
                job = await look.after(seen)
                if job is not None:
                    seen = job.version
                yield job
        finally:
            look.watchers -= 1
            if not look.watchers:
                look.stop()
                if self._looks.get(key) is look:
                    del self._looks[key]


class _Look:
    """One job, looked at as long as somebody watches."""

    def __init__(self, place: Place, number: int) -> None:
        self._place, self._number = place, number
        self._job: Job | None = None
        self._ended = False
        self._changed = asyncio.Condition()
        self._task = asyncio.create_task(self._follow())
        self.watchers = 0

    def over(self, seen: int) -> bool:
        """Say whether one who has seen a version has seen everything."""
        return self._ended and (self._job is None or self._job.version == seen)

    async def after(self, seen: int) -> Job | None:
        """Return the job once it is another than the version that was seen, or None after a while."""

        def another() -> bool:
            return self._ended or (self._job is not None and self._job.version != seen)

        with suppress(TimeoutError):
            async with asyncio.timeout(STILL_HERE), self._changed:
                await self._changed.wait_for(another)
        return self._job if self._job is not None and self._job.version != seen else None

    def stop(self) -> None:
        """Look no more."""
        self._task.cancel()

    async def _follow(self) -> None:
        try:
            # A job that was forgotten meanwhile, or a file that is locked for long, ends the watching.
            with suppress(IcpVoiceError, sqlite3.Error):
                while not self._place.ending.is_set():
                    await self._tell(await run_in_threadpool(self._newer))
                    if self._job is not None and self._job.over:
                        break
                    await asyncio.sleep(EVERY)
        finally:
            self._ended = True
            await self._tell(None)

    async def _tell(self, job: Job | None) -> None:
        async with self._changed:
            self._job = job or self._job
            self._changed.notify_all()

    def _newer(self) -> Job | None:
        known = self._job.version if self._job else -1
        jobs = self._place.jobs
        return jobs.job(self._number) if jobs.version(self._number) != known else None
