"""What became of the themes: the runs' ledger and people's decisions as one list of dated sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from icp_voice.store import Store
from icp_voice.store.theme_decisions import ThemeDecision
from icp_voice.store.themes import ThemeEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeChange:
    """One line: when, by which run or person, and what happened.

    `number` is that of a person's decision, by which it can be taken back, and 0 for what a run did.
    """

    at: str
    by: str
    number: int
    category: str
    kind: str
    theme: str
    name: str
    text: str
    size: int = 0
    before: int = 0
    others: tuple[str, ...] = ()
    undone: bool = False


def history(store: Store, category: str = "") -> list[ThemeChange]:
    """Return what became of the themes, the oldest first; on one moment, people before the run that followed."""
    hidden = _Hidden(store)
    decided = [_by_person(hidden.in_decision(decision)) for decision in store.theme_decisions.all(category)]
    grouped = [_by_run(hidden.in_event(event)) for event in store.themes.events(category)]
    return sorted([*decided, *grouped], key=lambda change: change.at)


class _Hidden:
    """Hides redacted words in the names that themes had."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._veil = store.redactions.veil()

    def in_event(self, event: ThemeEvent) -> ThemeEvent:
        names = {theme: self._name(theme, name) for theme, name in event.names.items()}
        return replace(event, names=names) if self._veil else event

    def in_decision(self, one: ThemeDecision) -> ThemeDecision:
        if not self._veil:
            return one
        name, name_was = self._name(one.theme, one.name), self._name(one.theme, one.name_was)
        return replace(one, name=name, name_was=name_was, to_name=self._name(one.to or "", one.to_name))

    def _name(self, theme: str, name: str) -> str:
        return self._store.themes.shown_words(self._veil, theme, (name,))[0] if self._veil else name


def _by_run(event: ThemeEvent) -> ThemeChange:
    return ThemeChange(
        at=event.at,
        by=f"run {event.run}",
        number=0,
        category=event.category,
        kind=event.kind,
        theme=event.theme,
        name=event.names.get(event.theme, ""),
        text=_told(event),
        size=event.size,
        before=event.before,
        others=event.others,
    )


def _told(event: ThemeEvent) -> str:
    name = _quoted(event.names, event.theme)
    others = ", ".join(_quoted(event.names, theme) for theme in event.others)
    return {
        "born": f"{name} is new, with {_quotes(event.size)}",
        "grew": f"{name} grew from {event.before} to {_quotes(event.size)}",
        "faded": f"{name} faded; it held {event.before}",
        "merged": f"{others} merged into {name}, which holds {event.size}",
        "split": f"{name} split into {others}",
    }[event.kind]


def _quotes(count: int) -> str:
    return f"{count} {'quote' if count == 1 else 'quotes'}"


def _quoted(names: Mapping[str, str], theme: str) -> str:
    return f"“{names[theme]}”" if theme in names else theme


def _by_person(decision: ThemeDecision) -> ThemeChange:
    count = len(decision.highlights)
    text = {
        "renamed": f"“{decision.name_was}” was renamed “{decision.name}”",
        "hidden": f"“{decision.name}” was hidden",
        "shown": f"“{decision.name}” was shown again",
        "merged": f"“{decision.name}” was merged into “{decision.to_name}” with {_quotes(count)}",
        "split": f"{_quotes(count)} of “{decision.name}” went to a theme of their own, “{decision.to_name}”",
        "moved": f"A quote was moved to “{decision.name or decision.theme}”"
        if decision.to
        else "A quote was taken out",
    }[decision.kind]
    return ThemeChange(
        at=decision.at,
        by=decision.by,
        number=decision.number,
        category=decision.category,
        kind=decision.kind,
        theme=decision.theme,
        name=decision.name,
        text=text + (" (taken back)" if decision.undone else ""),
        size=count,
        others=(decision.to,) if decision.to and decision.to != decision.theme else (),
        undone=decision.undone,
    )
