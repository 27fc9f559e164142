"""Verbs to look around with: who holds a theme, what is in none, and who could tell more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from icp_voice.errors import IcpVoiceError
from icp_voice.model import Gap, Highlight, Interview, Page, View
from icp_voice.workspace.insight import InsightVerbs
from icp_voice.workspace.themes import ThemeVerbs

if TYPE_CHECKING:
    from icp_voice.profile.theme_detail import ThemeDetail
    from icp_voice.profile.theme_history import ThemeChange
    from icp_voice.profile.unassigned import Unassigned
    from icp_voice.publish.cards import ThemeCard
    from icp_voice.publish.material import Group

MOST = 200
ASKED = 5
AT_ONCE = 500


class ExploringVerbs(ThemeVerbs, InsightVerbs):
    """Verbs to look around with: who holds a theme, what is in none, and who could tell more."""

    def figures_about(self) -> Group:
        """Return whom figures such as "n of N ICP accounts" are about."""
        from icp_voice.publish.cards import ground

        return ground(self.store, self.tag).group

    def tagged_accounts(self) -> frozenset[str]:
        """Return the ids of the accounts that the document is about."""
        return frozenset(self.store.accounts.tagged(self.tag))

    def category_titles(self) -> dict[str, str]:
        """Return category -> its title, of those in the codebook."""
        return {one.name: one.title for one in self.codebook}

    def theme_names(self) -> dict[str, str]:
        """Return theme -> its name, of hidden ones too."""
        return self.store.themes.names()

    def names_of_accounts(self, accounts: Sequence[str]) -> dict[str, str]:
        """Return account -> its name, for the ids that are known."""
        return self.store.accounts.names([one for one in accounts if one])

    def theme_counts(self, view: View | None = None, *, hidden: bool = False) -> dict[str, int]:
        """Return category -> how many themes are in a view."""
        from icp_voice.publish.cards import numbers

        return numbers(self.store, self.tag, self._checked(replace(view or View(), category="")), hidden=hidden)

    def each_theme(self, view: View | None = None, *, hidden: bool = False) -> Iterator[ThemeCard]:
        """Yield all themes of a view as cards, those of most accounts first."""
        from icp_voice.publish.cards import cards

        chosen, start = self._checked(view or View()), 0
        while True:
            found = cards(self.store, self.tag, chosen, start=start, most=MOST, hidden=hidden)
            yield from found.items
            if not found.next:
                return
            start = int(found.next)

    def theme_detail(self, theme: str, view: View | None = None) -> ThemeDetail:
        """Return the accounts, roles and keywords of a theme within a view."""
        from icp_voice.profile.theme_detail import theme_detail
        from icp_voice.profile.theme_names import theme_id

        return theme_detail(self.store, self.tag, theme_id(self.store, theme), self._checked(view or View()))

    def theme_now(self, theme: str) -> str:
        """Return the id of the theme into which one was merged; nothing for one that is there."""
        from icp_voice.profile.theme_detail import now_called

        return now_called(self.store, theme)

    def theme_history_page(
        self, category: str = "", *, theme: str = "", start: int = 0, most: int = 50
    ) -> Page[ThemeChange]:
        """Return some of what became of the themes, or of one (by id), the newest first."""
        from icp_voice.profile.theme_detail import history_page

        self._checked(View(category=category))
        most = max(1, min(most, MOST))
        return history_page(self.store, category=category, theme=theme, start=max(0, start), most=most)

    def unassigned_page(self, category: str = "", *, start: int = 0, most: int = 50) -> Page[Unassigned]:
        """Return some of the highlights that have no theme in a category, each with the reason."""
        from icp_voice.profile.theme_detail import unassigned_page

        self._checked(View(category=category))
        return unassigned_page(self.store, category, start=max(0, start), most=max(1, min(most, MOST)))

    def unassigned_count(self, category: str = "") -> int:
        """Return how many highlights have no theme in a category, or in any."""
        from icp_voice.store.theme_holders import loose_count

        return loose_count(self.store, self._checked(View(category=category)).category)

    def each_unassigned(self, category: str = "") -> Iterator[Unassigned]:
        """Yield the highlights that have no theme, each with the reason, reading a part of them at a time."""
        start = 0
        while True:
            found = self.unassigned_page(category, start=start, most=MOST)
            yield from found.items
            if not found.next:
                return
            start = int(found.next)

    def move_highlights(self, highlights: Sequence[str], theme: str) -> int:
        """Put some highlights into a theme, all or none; each can be taken back by itself. Return how many."""
        picked = list(dict.fromkeys(highlights))
        if not picked:
            raise IcpVoiceError("No quote was ticked.", hint="Tick those that are to be moved.")
        with self.store.transaction():
            for highlight in picked:
                self.move_highlight(highlight, theme)
        return len(picked)

    def each_highlight(self, view: View | None = None) -> Iterator[Highlight]:
        """Yield the highlights of a view, newest first, reading a part of them at a time."""
        from icp_voice.store.cursor import read_cursor

        chosen, after = self._checked(view or View()), ""
        while True:
            ids, after, _ = self.store.pages.page(chosen, sort="newest", cursor=read_cursor(after), most=AT_ONCE)
            yield from self.store.highlights.known(ids).values()
            if not after:
                return

    def who_could_tell(self, view: View) -> tuple[Interview, ...]:
        """Return whom to ask a view's question: those of the interview plan, as if it were a gap already."""
        from icp_voice.profile.gaps import QUESTION
        from icp_voice.profile.plan import plan

        chosen = self._checked(view)
        open_gaps = self.gaps()
        if all(gap.question != chosen.question or gap.kind != QUESTION for gap in open_gaps):
            open_gaps.append(Gap(kind=QUESTION, question=chosen.question, reason="Nobody answered it yet."))
        picks = plan(self.store, self.codebook, open_gaps, people=MOST).interviews
        tagged = self.store.accounts.tagged(chosen.account_tag) if chosen.account_tag else None
        wanted = [
            one for one in picks if chosen.account in ("", one.account) and (tagged is None or one.account in tagged)
        ]
        return tuple(sorted(wanted, key=lambda one: not _asked(one, chosen.question))[:ASKED])


def _asked(interview: Interview, question: str) -> bool:
    return any(gap.question == question for gap in interview.closes)
