"""How answers are made: pages of records, and what was done with the number by which it can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from icp_voice.model import Page
from icp_voice.publish.records import Record
from icp_voice.workspace import Workspace

T = TypeVar("T")


def listed(page: Page[T], record: Callable[[T], Record]) -> Record:
    """Return a page as records."""
    items = [record(one) for one in page.items]
    return {"items": items, "total": page.total, "next": page.next, "previous": page.previous}


def cut(items: list[Any], start: int, most: int) -> Record:
    """Return a part of a list that is there as a whole."""
    more, before = start + most < len(items), max(start - most, 0)
    return {
        "items": items[start : start + most],
        "total": len(items),
        "next": str(start + most) if more else "",
        "previous": str(before) if start else "",
    }


def done(workspace: Workspace, text: str) -> Record:
    """Return that something is done, with the number of the change that takes it back."""
    return {"done": text, "undo": latest(workspace)}


def latest(workspace: Workspace) -> int:
    """Return the number of the latest change of whoever acts that can be taken back, 0 if there is none."""
    change = workspace.last_undoable()
    return change.number if change else 0
