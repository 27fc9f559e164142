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
from icp_voice.workspace.coding import CodingVerbs, tag_key
from icp_voice.workspace.undoing import take_back

if TYPE_CHECKING:
    from icp_voice.profile.theme_history import ThemeChange
    from icp_voice.profile.unassigned import Unassigned
    from icp_voice.store.theme_decisions import ThemeDecisions


class ThemeVerbs(CodingVerbs):
    """Verbs about themes: what they are, what people decide about them, and how to take it back."""

    def rename_theme(self, theme: str, name: str, *, by: str = "") -> None:
        """Give a theme a name of your own; no run changes it. Themes are named by id or by name."""
        chosen = self._known_theme(theme)
        if not name.strip():
            raise IcpVoiceError("A theme needs a name.", hint="Give it one.")
        with self._deciding("rename theme", chosen, by=by) as (decisions, who, at):
            decisions.rename(chosen.id, name.strip(), by=who, at=at)

    def hide_theme(self, theme: str, *, hidden: bool = True, by: str = "") -> None:
        """Leave a theme out of the reports, or show it again."""
        chosen = self._known_theme(theme)
        with self._deciding("hide theme" if hidden else "show theme", chosen, by=by) as (decisions, who, at):
            decisions.hide(chosen.id, hidden=hidden, by=who, at=at)

    def merge_themes(self, theme: str, into: str, *, by: str = "") -> tuple[Theme, Theme]:
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
        with self._deciding("merge themes", one, other, by=by) as (decisions, who, at):
            decisions.merge(one.id, other.id, by=who, at=at)
        return one, self._known_theme(other.id)

    def split_theme(self, theme: str, highlights: Sequence[str], *, name: str = "", by: str = "") -> Theme:
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
        # Named before anything is held: models may have to be opened for it.
        made = call_theme(self.store, self.tools, chosen.category, picked, name=name.strip())
        with self._deciding("split theme", chosen, by=by) as (decisions, who, at):
            if set(picked) - set(decisions.members(chosen.id)):
                raise IcpVoiceError(
                    f'"{chosen.name}" no longer holds all that was picked: a run or a person was here meanwhile.',
                    hint="Look at the theme again and pick anew.",
                )
            decisions.split(chosen.id, picked, made, by=who, at=at)
        return self._known_theme(made.id)

    def move_highlight(self, highlight: str, theme: str, *, by: str = "") -> None:
        """Put a highlight into a theme, and by that into its category; no run moves it again."""
        chosen, detail = self._known_theme(theme), dict[str, object]()
        touches = tag_key(highlight, chosen.category, by or self.by)
        with self._deciding("move highlight", chosen, by=by, subject=highlight, detail=detail, touches=touches) as (
            decisions,
            who,
            at,
        ):
            self._known_highlight(highlight)
            before = self.store.tags.decide(highlight, chosen.category, by=who, state=TagState.CONFIRMED)
            detail |= {"before": [before], "category": chosen.category, "theme": chosen.id}
            decisions.move(highlight, chosen.category, chosen.id, by=who, at=at)

    def undo_theme_decision(self, number: int = 0, *, anyone: bool = True) -> ThemeChange:
        """Take back a rename, hide, move, merge or split, by its number in the history, or the latest one.

        Without `anyone`, only what whoever acts has decided.
        """
        standing = {change.number: change for change in self.theme_history() if change.number and not change.undone}
        chosen = standing.get(number or max(standing, default=0))
        if chosen is None:
            known = ", ".join(map(str, sorted(standing)[-12:])) or "none"
            raise UnknownName(
                f"No decision {number} stands." if number else "No decision stands.",
                hint=f"Those that do: {known}. `icp-voice themes --history` tells what they were.",
            )
        if chosen.by != self.by and not anyone:
            raise IcpVoiceError(
                f"That was decided by {chosen.by}, and you are {self.by}.",
                hint=f"{chosen.by} can take it back, or an administrator.",
            )
        take_back(self, self.store.changes.of_theme_decision(chosen.number), decision=chosen.number)
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
    def _deciding(
        self,
        verb: str,
        *chosen: Theme,
        by: str,
        subject: str = "",
        detail: dict[str, object] | None = None,
        touches: str = "",
    ) -> Iterator[tuple[ThemeDecisions, str, str]]:
        """Hold the store while a person decides about themes; also gives who decides, and the moment.

        A run may have put other themes in the place of the `chosen` ones meanwhile: then nothing is decided.
        """
        from icp_voice.run.grouping import moment

        who, filled = by or self.by, {} if detail is None else detail
        with self.noting(verb, subject=subject or chosen[0].id, detail=filled, by=who, touches=touches) as store:
            there = store.themes.names()
            if gone := [theme for theme in chosen if theme.id not in there]:
                raise unknown("theme", gone[0].name, there.values())
            yield store.theme_decisions, who, moment()
            filled["decision"] = store.theme_decisions.latest()

    def _known_theme(self, theme: str) -> Theme:
        from icp_voice.profile.theme_names import theme_id

        return self.store.themes.all(account_tag=self.tag, only=theme_id(self.store, theme))[0]
