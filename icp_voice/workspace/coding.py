"""Verbs about highlights, tags and facts: the run that finds them, and what people say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icp_voice.errors import IcpVoiceError, unknown
from icp_voice.model import (
    Fact,
    Highlight,
    TagState,
    Theme,
    View,
)
from icp_voice.workspace.base import Base, Progress

if TYPE_CHECKING:
    from icp_voice.run import Ran

FACT_KINDS = ("role", "competitor", "channel", "step", "duration", "criterion", "budget")


class CodingVerbs(Base):
    """Verbs about highlights, tags and facts: the run that finds them, and what people say of them."""

    def run(self, progress: Progress | None = None) -> list[Ran]:
        """Understand what is new. Killed at any moment, the next call goes on where this one stopped."""
        from icp_voice.run import run

        with self.writing("run") as store:
            self._settle()
            ran = run(store, self.tools, progress)
        if done := {one.step: one.done for one in ran if one.done}:
            self.note("run", detail=done)
        return ran

    def highlights(self, view: View | None = None) -> list[Highlight]:
        """Return the coded highlights of a view."""
        return self.store.highlights.select(self._checked(view or View()))

    def themes(self, category: str = "", *, hidden: bool = False) -> list[Theme]:
        """Return the themes, those of most ICP accounts first."""
        self._checked(View(category=category))
        themes = self.store.themes.all(category=category, account_tag=self.tag)
        return [theme for theme in themes if hidden or not theme.hidden]

    def facts(self, kind: str = "") -> list[Fact]:
        """Return the facts with the highlights that state them."""
        if kind and kind not in FACT_KINDS:
            raise unknown("kind of fact", kind, FACT_KINDS)
        return self.store.facts.all(kind=kind)

    def confirm(self, highlight: str, category: str, *, by: str = "") -> None:
        """Say that a category holds for a highlight, whether or not a model proposed it."""
        self._decide(highlight, category, by or self.by, TagState.CONFIRMED)

    def reject(self, highlight: str, category: str, *, by: str = "") -> None:
        """Say that a category does not hold for a highlight."""
        self._decide(highlight, category, by or self.by, TagState.REJECTED)

    def _decide(self, highlight: str, category: str, by: str, state: TagState) -> None:
        self.codebook[category]
        verb = "confirm" if state is TagState.CONFIRMED else "reject"
        detail: dict[str, object] = {"category": category}
        touches = tag_key(highlight, category, by)
        with self.noting(verb, subject=highlight, detail=detail, by=by, touches=touches) as store:
            self._known_highlight(highlight)
            detail["before"] = [store.tags.decide(highlight, category, by=by, state=state)]

    def _known_highlight(self, highlight: str) -> None:
        if not self.store.highlights.holds(highlight):
            raise IcpVoiceError(
                f'No highlight "{highlight}".', hint="`icp-voice highlights --all` lists them with their ids."
            )


def tag_key(highlight: str, category: str, by: str) -> str:
    """Return what names one person's word on one tag among the changes."""
    return f"tag:{highlight}:{category}:{by}"
