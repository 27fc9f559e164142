"""Verbs of the review queue: what to decide next, what to leave for later, and what the decisions have brought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icp_voice.model import View
from icp_voice.workspace.corrections import CorrectionVerbs

if TYPE_CHECKING:
    from icp_voice.evaluate.coders import Agreements
    from icp_voice.evaluate.gained import Gained
    from icp_voice.profile.review import Review

FEWEST_CODERS = 2


class ReviewVerbs(CorrectionVerbs):
    """Verbs of the review queue: what to decide next, what to leave for later, and what the decisions have brought."""

    def review(
        self, category: str = "", *, most: int = 20, after: str = "", first: str = "", account_tag: str = ""
    ) -> Review:
        """Return the tags of which the model is least sure and about which nobody has decided, mixed.

        `after` is the `key` of the item behind which to go on, `first` of one that is to come first if it is open.
        With `account_tag` only accounts that carry it are asked about.
        """
        from icp_voice.profile.review import review

        names = (self.codebook[category].name,) if category else self.codebook.names
        tag = self._checked(View(account_tag=account_tag)).account_tag
        threshold = self.settings.tags.threshold
        return review(
            self.store, names, by=self.by, threshold=threshold, most=most, after=after, first=first, account_tag=tag
        )

    def recode(self, highlight: str, category: str, other: str) -> tuple[int, ...]:
        """Say that a highlight is about another category than the one asked; return the changes, the latest first."""
        numbers = []
        with self.store.transaction():
            for decide, name in ((self.confirm, other), (self.reject, category)):
                decide(highlight, name)
                change = self.last_undoable()
                numbers.append(change.number if change else 0)
        return tuple(reversed(numbers))

    def agreements(self) -> Agreements:
        """Return how far people agree with one another and with the model; empty as long as nobody can be compared."""
        from icp_voice.evaluate.coders import Agreements, agreements, coders

        known, _ = coders(self.store)
        if len(known) < FEWEST_CODERS or not any(coder.person for coder in known.values()):
            return Agreements((), ())
        return agreements(self.ground)

    def skip(self, highlight: str, category: str) -> None:
        """Leave a tag for later: it comes last in the queue of whoever acts."""
        from icp_voice.profile.review import skip

        self.codebook[category]
        self._known_highlight(highlight)
        with self.store.transaction():
            skip(self.store, highlight, category, by=self.by)

    def gained(self) -> Gained:
        """Return what people's corrections have brought: how right the model was without them, and is with them."""
        from icp_voice.evaluate.gained import gained

        return gained(self.ground, self.store)
