"""What the first to ask would wait for, made ready beside: models, the index of questions, what pages are reckoned from.

It happens when the server starts, and again whenever a job has ended, for what a job writes has to be reckoned anew.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from icp_voice.errors import IcpVoiceError
from icp_voice.publish.kept import Freshness
from icp_voice.web.papers import REPORTS, reading

if TYPE_CHECKING:
    from icp_voice.web.site import Site
    from icp_voice.workspace import Workspace

log = logging.getLogger("icp_voice.web")
EVERY = 2.0  # seconds between two looks whether a job has ended
QUESTION = "What is hard for them?"


class Warming:
    """Makes a served folder ready in a thread of its own, as a context: `with Warming(site): ...`."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="icp-voice-warming", daemon=True)

    def __enter__(self) -> Warming:
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._stop.set()

    def warm(self) -> None:
        """Make ready what is not; nothing that fails here is lost, for whoever asks for it is told."""
        if not self._site.ready:
            return
        with suppress(IcpVoiceError, OSError, sqlite3.Error), self._site.lent("") as workspace:
            for step in _steps(workspace):
                if self._stop.is_set():
                    return
                try:
                    step()
                except Exception as error:
                    log.warning("not made ready: %s", type(error).__name__)

    def _run(self) -> None:
        self._site.reckoning.set()
        while not self._stop.is_set():
            if self._at_work():
                self._site.reckoning.set()
            elif self._site.reckoning.is_set():
                try:
                    self.warm()
                finally:  # whatever went wrong, whoever asks next has it made anew
                    self._site.reckoning.clear()
            self._stop.wait(EVERY)

    def _at_work(self) -> bool:
        with suppress(IcpVoiceError, OSError, sqlite3.Error):
            return self._site.work is not None
        return False


def _steps(workspace: Workspace) -> Iterator[Callable[[], object]]:
    """Yield what is made ready, that which most wait for first."""
    yield workspace.tools.language.open
    yield lambda: workspace.tools.embedder.embed([""])
    yield workspace.gaps
    yield lambda: workspace.ask(QUESTION)
    for name, _, _ in REPORTS:
        yield partial(workspace.shown_paper, name, reading(), Freshness.NEWEST)
