"""What a job is, as people see it: its state, its steps and what became of each file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from icp_voice.profile.coverage_news import CellChange
from icp_voice.workspace import FileResult

KINDS: Final = ("keep", "run", "sync", "demo")


class JobState(StrEnum):
    """Where a job stands. What was interrupted goes on when it is started again."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


OVER: Final = frozenset((JobState.DONE, JobState.FAILED, JobState.CANCELLED, JobState.INTERRUPTED))


@dataclass(frozen=True, slots=True, kw_only=True)
class StepProgress:
    """How far a step has come; a `total` of 0 is one that nobody knows yet."""

    step: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of work. Times are ISO, in UTC; `version` grows with every change; `note` says what it waits for.

    `cancelling` is whether it has been asked to end and has not ended yet; `cells` are those of the matrix that it has
    changed, those that closed first.
    """

    id: int
    kind: str
    by: str
    state: JobState
    at: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    started: str = ""
    ended: str = ""
    steps: tuple[StepProgress, ...] = ()
    lines: tuple[FileResult, ...] = ()
    cells: tuple[CellChange, ...] = ()
    note: str = ""
    error: str = ""
    hint: str = ""
    cancelling: bool = False
    version: int = 0

    @property
    def over(self) -> bool:
        """Whether it has ended, in whatever way."""
        return self.state in OVER
