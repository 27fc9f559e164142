"""Which highlights have no theme, and why, in words that hold today."""

from __future__ import annotations

from dataclasses import dataclass

from icp_voice.model import Highlight
from icp_voice.store import Store
from icp_voice.store.themes import between


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A highlight without a theme in a category, and why: "alone: ..." or "between “A” and “B”"."""

    highlight: Highlight
    category: str
    reason: str


def unassigned(store: Store, category: str = "") -> list[Unassigned]:
    """Return the highlights that have no theme in a category, each with the reason."""
    loose = store.themes.loose(category)
    known = store.highlights.known([id for _, id, _ in loose])
    names = store.themes.names()
    came = {of: store.theme_decisions.came_to(of) for of in {of for of, *_ in loose}}
    return [Unassigned(known[id], of, told(reason, names, came[of])) for of, id, reason in loose]


def told(reason: str, names: dict[str, str], came: dict[str, str]) -> str:
    """Return why a highlight has no theme, with the themes it stands between by their names of today."""
    pair = between(reason)
    if not pair:
        return reason
    return "between " + " and ".join(f"“{names.get(came.get(id, id), 'a theme that faded')}”" for id in pair)
