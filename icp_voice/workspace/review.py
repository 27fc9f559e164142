"""Verbs of the review queue: what to decide next, what to leave for later, and what the decisions have brought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icp_voice.workspace.corrections import CorrectionVerbs

if TYPE_CHECKING:
    from icp_voice.evaluate.gained import Gained
    from icp_voice.profile.review import Review


class ReviewVerbs(CorrectionVerbs):
    """Verbs of the review queue: what to decide next, what to leave for later, and what the decisions have brought."""

    def review(self, category: str = "", *, most: int = 20, after: str = "") -> Review:
        """Return the tags of which the model is least sure and about which nobody has decided, mixed.

        `after` is the `key` of the item behind which to go on.
        """
        from icp_voice.profile.review import review

        names = (self.codebook[category].name,) if category else self.codebook.names
        threshold = self.settings.tags.threshold
        return review(self.store, names, by=self.by, threshold=threshold, most=most, after=after)

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
