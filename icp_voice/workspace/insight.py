"""Verbs about what is known, what is not, and whom to ask."""

from __future__ import annotations

from dataclasses import astuple, replace
from typing import TYPE_CHECKING

from icp_voice.model import Account, Answer, Cell, Gap, InterviewPlan, View
from icp_voice.workspace.questions import QuestionVerbs

if TYPE_CHECKING:
    from icp_voice.profile.account_page import AccountPage
    from icp_voice.profile.coverage import Coverage
    from icp_voice.profile.coverage_news import CellChange
    from icp_voice.profile.coverage_page import CoveragePage
    from icp_voice.profile.gaps_page import GapsPage
    from icp_voice.profile.saturation import Saturation


class InsightVerbs(QuestionVerbs):
    """Verbs about what is known, what is not, and whom to ask."""

    def coverage(self) -> Coverage:
        """Return what is known of which ICP account in which category."""
        from icp_voice.profile.coverage import coverage

        return coverage(self.store, self.settings, self.codebook)

    def coverage_since(self, before: Coverage) -> tuple[CellChange, ...]:
        """Return the cells that are in another state than they were, those that closed first."""
        from icp_voice.profile.coverage_news import changed_cells

        return changed_cells(before, self.coverage())

    def coverage_page(
        self, *, sort: str = "name", start: int = 0, most: int = 50, state: str = "", category: str = ""
    ) -> CoveragePage:
        """Return some rows of the matrix, and what all of it counts.

        `sort` is "name", "gaps" (most open cells first), "newest" (latest word first) or "oldest"; `state` and
        `category` leave only the accounts that have such a cell.
        """
        from icp_voice.profile.coverage_page import coverage_page

        return coverage_page(
            self.coverage(), self.codebook, sort=sort, start=start, most=most, state=state, category=category
        )

    def coverage_cell(self, account: str, category: str) -> tuple[Account, Cell]:
        """Return one cell of the matrix, or of an account outside it (id, name or domain), with its account."""
        from icp_voice.profile.coverage import matrix
        from icp_voice.profile.icp import find_account

        found = self.store.accounts.get(account) or find_account(self.store, account)
        of = self.codebook[category]
        return found, matrix(self.store, self.settings, [of], [found]).cell(found.id, category)

    def gaps(self) -> list[Gap]:
        """Return what still has to be researched, and why."""
        from icp_voice.profile.gaps import question_gaps, standing_gaps

        standing = standing_gaps(self.store, self.settings, self.codebook)
        return [*standing, *question_gaps(self.views(), lambda view: self._answer_known(view)[0])]

    def gaps_page(
        self, *, kind: str = "", account: str = "", category: str = "", start: int = 0, most: int = 50
    ) -> GapsPage:
        """Return some gaps: of a kind, of an account (id, name or domain), of a category."""
        from icp_voice.profile.gaps_page import gaps_page
        from icp_voice.profile.icp import find_account

        of = find_account(self.store, account).id if account else ""
        if category:
            self.codebook[category]
        return gaps_page(self.store, self.gaps(), kind=kind, account=of, category=category, start=start, most=most)

    def plan(self, people: int = 8) -> InterviewPlan:
        """Return whom to talk to next, why, and what to ask, so that the most gaps close.

        Who was asked or has an appointment stays in it; who declined is not picked until then.
        """
        from icp_voice.profile.plan import plan

        return plan(self.store, self.codebook, self.gaps(), people=people)

    def account_page(self, account: str, *, start: int = 0, most: int = 25) -> AccountPage:
        """Return all there is to show of one account (id, name or domain), with some of its documents from `start`."""
        from icp_voice.profile.account_page import account_page

        return account_page(self.store, self.settings, self.codebook, account, start=start, most=most)

    def saturation(self) -> dict[str, Saturation]:
        """Return category -> whether more interviews still bring new themes; reckoned once per state of the store."""
        from icp_voice.profile.known import knowledge_of
        from icp_voice.profile.saturation import measured
        from icp_voice.store.voiced_themes import themes_state, voiced_themes

        def make() -> dict[str, Saturation]:
            voiced = voiced_themes(self.store.db)
            return {name: measured(name, list(voiced.get(name, {}).values())) for name in self.codebook.names}

        key = ("saturation", self.codebook.names, themes_state(self.store.db))
        return knowledge_of(self.store).kept(self.store, key, make)

    def _answer_known(self, view: View) -> tuple[Answer, tuple[str, ...]]:
        """Return the answer to a view's question without its words, and the ids of the highlights that answer it.

        It is asked once per state of the store; one within a theme each time, since themes move without a write to
        what is counted.
        """
        from icp_voice.profile.known import knowledge_of

        def make() -> tuple[Answer, tuple[str, ...]]:
            answer = self.ask(view.question, view)
            return replace(answer, quotes=(), summary=()), tuple(quote.highlight.id for quote in answer.quotes)

        if view.theme:
            return make()
        names = tuple(f"{one.name}: {one.question}" for one in self.codebook)
        key = ("answer", repr(astuple(replace(view, name=""))), self.settings.answers.threshold, names)
        return knowledge_of(self.store).kept(self.store, key, make)
