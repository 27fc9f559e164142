"""Verbs about themes: what they are, what people decide about them, and how to take it back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from icp_voice.errors import IcpVoiceError, UnknownName, unknown
from icp_voice.model import (
    TagState,
    Theme,
    View,
)
from icp_voice.workspace.coding import CodingVerbs

if TYPE_CHECKING:
    from icp_voice.profile.theme_history import ThemeChange
    from icp_voice.profile.unassigned import Unassigned
    from icp_voice.store.theme_decisions import ThemeDecisions


class ThemeVerbs(CodingVerbs):
    """Verbs about themes: what they are, what people decide about them, and how to take it back."""

    def rename_theme(self, theme: str, name: str, *, by: str = "me") -> None:
        """Give a theme a name of your own; no run changes it. Themes are named by id or by name."""
        chosen = self._known_theme(theme)
        if not name.strip():
            raise IcpVoiceError("A theme needs a name.", hint="Give it one.")
        with self._deciding() as (decisions, at):
            decisions.rename(chosen.id, name.strip(), by=by, at=at)

    def hide_theme(self, theme: str, *, hidden: bool = True, by: str = "me") -> None:
        """Leave a theme out of the reports, or show it again."""
        chosen = self._known_theme(theme)
        with self._deciding() as (decisions, at):
            decisions.hide(chosen.id, hidden=hidden, by=by, at=at)

    def merge_themes(self, theme: str, into: str, *, by: str = "me") -> tuple[Theme, Theme]:
        """Put all highlights of a theme into another of the same category; return what went, and what it went into."""
        one, other = self._known_theme(theme), self._known_theme(into)
        if one.id == other.id:
            raise IcpVoiceError(
                f'"{one.name}" ({one.id}) is the same theme twice.', hint="Name two themes of one category."
            )
        if one.category != other.category:
            raise IcpVoiceError(
                f'"{one.name}" is of {one.category}, "{other.name}" of {other.category}: they cannot be merged.',
                hint="Name two themes of one category.",
            )
        with self._deciding() as (decisions, at):
            decisions.merge(one.id, other.id, by=by, at=at)
        return one, self._known_theme(other.id)

    def split_theme(self, theme: str, highlights: Sequence[str], *, name: str = "", by: str = "me") -> Theme:
        """Make some highlights of a theme a theme of their own, under a name or one of their words; no run undoes it."""
        from icp_voice.run.grouping import call_theme

        chosen, picked = self._known_theme(theme), list(dict.fromkeys(highlights))
        for highlight in picked:
            if highlight not in chosen.highlights:
                raise unknown(f'highlight of "{chosen.name}"', highlight, chosen.highlights)
        if not 0 < len(picked) < len(chosen.highlights):
            raise IcpVoiceError(
                f'"{chosen.name}" has {len(chosen.highlights)} highlights, {len(picked)} were picked.',
                hint="Pick at least one, and leave at least one.",
            )
        with self._deciding() as (decisions, at):
            made = call_theme(self.store, self.tools, chosen.category, picked, name=name.strip())
            decisions.split(chosen.id, picked, made, by=by, at=at)
        return self._known_theme(made.id)

    def move_highlight(self, highlight: str, theme: str, *, by: str = "me") -> None:
        """Put a highlight into a theme, and by that into its category; no run moves it again."""
        chosen = self._known_theme(theme)
        self._known_highlight(highlight)
        with self._deciding() as (decisions, at):
            tagged = not self.store.tags.decided(highlight, chosen.category, by=by)
            self.store.tags.decide(highlight, chosen.category, by=by, state=TagState.CONFIRMED)
            decisions.move(highlight, chosen.category, chosen.id, by=by, at=at, tagged=tagged)

    def undo_theme_decision(self, number: int = 0) -> ThemeChange:
        """Take back a rename, hide, move, merge or split, by its number in the history, or the latest one."""
        standing = {change.number: change for change in self.theme_history() if change.number and not change.undone}
        chosen = standing.get(number or max(standing, default=0))
        if chosen is None:
            known = ", ".join(map(str, sorted(standing)[-12:])) or "none"
            raise UnknownName(
                f"No decision {number} stands." if number else "No decision stands.",
                hint=f"Those that do: {known}. `icp-voice themes --history` tells what they were.",
            )
        with self._deciding() as (decisions, _):
            decisions.undo(chosen.number)
        return chosen

    def theme_history(self, category: str = "") -> list[ThemeChange]:
        """Return what became of the themes, oldest first: born, grew, split, merged, faded, and what people decided."""
        from icp_voice.profile.theme_history import history

        self._checked(View(category=category))
        return history(self.store, category)

    def unassigned(self, category: str = "") -> list[Unassigned]:
        """Return the highlights that have no theme in a category, each with the reason."""
        from icp_voice.profile.unassigned import unassigned

        self._checked(View(category=category))
        return unassigned(self.store, category)

    @contextmanager
    def _deciding(self) -> Iterator[tuple[ThemeDecisions, str]]:
        """Hold the workspace while a person decides about themes; also gives the moment."""
        from icp_voice.run.grouping import moment

        with self.writing("themes") as store, store.transaction():
            yield store.theme_decisions, moment()

    def _known_theme(self, theme: str) -> Theme:
        from icp_voice.profile.theme_names import theme_id

        id = theme_id(self.store, theme)
        return next(one for one in self.themes(hidden=True) if one.id == id)
