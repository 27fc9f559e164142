"""Spans of time by which a listing is read whose vendor has no cursor for what changed.

What is new is asked for from a while before the last time on (the look-back): records that were late, changed or were
taken away since are seen again there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` up to, not including, `until`."""

    since: datetime
    until: datetime


def stamp(moment: datetime) -> str:
    """Return a moment as `2026-05-01T09:00:00Z`: such texts sort as the moments do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def windows(cursor: str, since: date, now: datetime, *, days: int, look_back: int) -> Iterator[Window]:
    """Yield what is still to be read up to `now`, in spans of at most `days`.

    `cursor` is the `stamp` of where the last window that was read ended, or empty; then it begins at `since`.
    """
    first = datetime.combine(since, time(), UTC)
    if cursor:
        first = max(first, datetime.fromisoformat(cursor) - timedelta(days=look_back))
    while first < now:
        last = min(first + timedelta(days=days), now)
        yield Window(first, last)
        first = last
