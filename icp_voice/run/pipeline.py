"""The steps of pipelines/default.toml, one after the other, with progress."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import field_validator

from icp_voice import home
from icp_voice.errors import did_you_mean
from icp_voice.run import steps
from icp_voice.run.tools import Tools
from icp_voice.settings.checked import Checked, check, read_toml
from icp_voice.store import Store

Progress = Callable[[str, int, int], None]
FILE = "default.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What one step did: how much was new, in how many seconds."""

    step: str
    done: int
    seconds: float


class _File(Checked):
    steps: tuple[str, ...]

    @field_validator("steps")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in steps.STEPS:
                raise ValueError(f"should name steps among {', '.join(steps.STEPS)}{did_you_mean(name, steps.STEPS)}")
        return names


def step_names(folder: Path) -> tuple[str, ...]:
    """Return the steps of a run in this workspace, in order."""
    return check(_File, read_toml(home.find("pipelines", FILE, folder)), where=FILE).steps


def run(store: Store, tools: Tools, progress: Progress | None = None) -> list[Ran]:
    """Run every step on what is new to it. Killed at any moment, the next call goes on where this one stopped."""
    ran = []
    with store.transaction():
        store.highlights.drop_orphans()
    for name in step_names(tools.folder):
        start = time.perf_counter()

        def advance(done: int, total: int, name: str = name) -> None:
            if progress:
                progress(name, done, total)

        done = steps.STEPS[name](store, tools, advance)
        ran.append(Ran(step=name, done=done, seconds=time.perf_counter() - start))
    return ran
