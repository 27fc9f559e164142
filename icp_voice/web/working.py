"""How work is told to people: what a job is called, how far each of its steps is, and one line of it for every page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from icp_voice.jobs import Job, JobState

KINDS: Final[Mapping[str, str]] = {
    "keep": "Keep and read an upload",
    "run": "Read what is new",
    "sync": "Fetch from connected sources",
    "demo": "Make the invented company",
}
STATES: Final[Mapping[str, str]] = {
    JobState.QUEUED: "Waits for its turn",
    JobState.RUNNING: "At work",
    JobState.DONE: "Done",
    JobState.FAILED: "Stopped by an error",
    JobState.CANCELLED: "Cancelled",
    JobState.INTERRUPTED: "Interrupted",
}
STEPS: Final[Mapping[str, str]] = {
    "reading": "Reading files",
    "highlights": "Finding quotes",
    "questions": "Seeing what we asked",
    "tags": "Sorting into categories",
    "vectors": "Comparing what is meant",
    "themes": "Grouping into themes",
    "facts": "Collecting facts",
    "redaction": "Hiding personal data",
    "search": "Preparing questions",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One step as it is shown; `state` is "waits", "now", "done" or "stopped", and `percent` of its work is done."""

    title: str
    state: str
    percent: int
    told: str


def bars(job: Job) -> tuple[Bar, ...]:
    """Return the steps of a job. A step that found nothing to do is done once a later one has begun."""
    begun = max((place for place, step in enumerate(job.steps) if step.total or step.done), default=-1)
    at = begun if begun >= 0 and job.steps[begun].done < job.steps[begun].total else begun + 1
    shown = []
    for place, step in enumerate(job.steps):
        whole = (step.total and step.done >= step.total) or place < begun or job.state is JobState.DONE
        state = "done" if whole else "waits"
        if not whole and place == at and job.state is not JobState.QUEUED:
            state = "stopped" if job.over else "now"
        percent = 100 if whole else int(100 * min(step.done, step.total) / step.total) if step.total else 0
        shown.append(Bar(title=step_title(step.step), state=state, percent=percent, told=_told(step.step, job, place)))
    return tuple(shown)


def step_title(step: str) -> str:
    """Return what a step is called; a workspace may have steps of its own."""
    return STEPS.get(step, step.replace("_", " ").capitalize())


def title(job: Job) -> str:
    """Return what a job is called."""
    sources = job.arguments.get("sources", ())
    named = ", ".join(map(str, sources)) if job.kind == "sync" and isinstance(sources, list | tuple) else ""
    return f"Fetch from {named}" if named else KINDS.get(job.kind, job.kind)


def line(job: Job) -> str:
    """Return how far a job is, in a few words."""
    if job.state is JobState.QUEUED:
        return "Work waits for its turn"
    now = next((bar for bar in bars(job) if bar.state == "now"), None)
    return f"{now.title}: {now.percent}%" if now else "Work is beginning"


def _told(step: str, job: Job, place: int) -> str:
    one = job.steps[place]
    if step != "reading" or not one.total:
        return ""  # what other steps count says nothing to people
    done, unit = min(one.done, one.total), "file" if one.total == 1 else "files"
    return f"{done:,} of {one.total:,} {unit}" if done < one.total else f"{one.total:,} {unit}"
