"""Verbs about what is known, what is not, and whom to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icp_voice.model import (
    Gap,
    InterviewPlan,
)
from icp_voice.workspace.questions import QuestionVerbs

if TYPE_CHECKING:
    from icp_voice.profile.coverage import Coverage


class InsightVerbs(QuestionVerbs):
    """Verbs about what is known, what is not, and whom to ask."""

    def coverage(self) -> Coverage:
        """Return what is known of which ICP account in which category."""
        from icp_voice.profile.coverage import coverage

        return coverage(self.store, self.settings, self.codebook)

    def gaps(self) -> list[Gap]:
        """Return what still has to be researched, and why."""
        from icp_voice.profile.gaps import gaps

        return gaps(
            self.store, self.settings, self.codebook, self.coverage(), lambda view: self.ask(view.question, view)
        )

    def plan(self, people: int = 8) -> InterviewPlan:
        """Return whom to talk to next, why, and what to ask, so that the most gaps close."""
        from icp_voice.profile.plan import plan

        return plan(self.store, self.codebook, self.gaps(), people=people)
