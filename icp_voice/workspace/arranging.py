"""Verbs about the ICP document: hide, order, note, write, put views into it, and take any of it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from icp_voice.errors import IcpVoiceError, UnknownName, unknown
from icp_voice.workspace.reports import ReportVerbs
from icp_voice.workspace.themes import ThemeVerbs

if TYPE_CHECKING:
    from icp_voice.publish.arrangement import Arrangement
    from icp_voice.store.arrangement import Arranged

PARTS = ("section", "theme", "quote")
STAYS = "method"


class ArrangingVerbs(ThemeVerbs, ReportVerbs):
    """Verbs about the ICP document; the other reports are not touched by them."""

    def section_titles(self) -> dict[str, str]:
        """Return section -> its title, of those of the ICP document, in their order."""
        from icp_voice.publish.sections import ICP_SECTIONS

        return {name: section.title for name, section in ICP_SECTIONS.items()}

    def hide_in_document(self, part: str, target: str) -> int:
        """Leave a "section", "theme" or "quote" out of the ICP document; return the number by which to undo it."""
        if target == STAYS:
            raise IcpVoiceError(
                "How the document was made stays in it: it says what was hidden.", hint="Hide another section."
            )
        return self._arrange("hide", part, self._known_part(part, target))

    def show_in_document(self, part: str, target: str) -> int:
        """Show again what was hidden in the ICP document."""
        return self._arrange("show", part, self._known_part(part, target))

    def order_in_document(self, part: str, targets: Sequence[str], *, of: str = "") -> int:
        """Put sections, the themes of a section or the quotes of a theme first, in this order; the rest follows.

        `of` is the section of the themes or the theme of the quotes.
        """
        if part == "theme":
            self._known_part("section", of)
        elif part == "quote":
            of = self._known_part("theme", of)
        known = [self._known_part(part, one) for one in targets]
        return self._arrange("order", part, of, ids=list(dict.fromkeys(known)))

    def annotate(self, part: str, target: str, text: str) -> int:
        """Write a note beside a "theme" or a "quote"; without words, take it away."""
        if part == "section":
            raise IcpVoiceError("A note stands beside a theme or a quote.", hint="Write a paragraph into the section.")
        return self._arrange("annotate", part, self._known_part(part, target), text=" ".join(text.split()))

    def write_paragraph(
        self, section: str, text: str, *, place: str = "end", quotes: Sequence[str] = (), paragraph: str = ""
    ) -> str:
        """Write a paragraph in Markdown at the "top" or "end" of a section or after a theme; return its id.

        `quotes` are ids of the highlights that it rests on. With `paragraph`, write that one anew.
        """
        from icp_voice.publish.arrangement import paragraph_id
        from icp_voice.publish.paragraphs import checked_markdown

        section = self._known_part("section", section)
        checked = checked_markdown(text)
        where = place if place in ("top", "end") else self._known_part("theme", place)
        for quote in quotes:
            self._known_part("quote", quote)
        known = {one.id for one in self.arrangement().paragraphs}
        if paragraph and paragraph not in known:
            raise unknown("paragraph", paragraph, known)
        value = {"section": section, "place": where, "text": checked, "quotes": list(quotes)}
        number = self._arrange("write", "paragraph", paragraph, **value)
        return paragraph or paragraph_id(number)

    def remove_paragraph(self, paragraph: str) -> int:
        """Take a paragraph out of the ICP document."""
        known = {one.id for one in self.arrangement().paragraphs}
        if paragraph not in known:
            raise unknown("paragraph", paragraph, known)
        return self._arrange("remove", "paragraph", paragraph)

    def add_view_to_document(self, view: str, *, section: str = "asked") -> int:
        """Put a saved view into the ICP document as a block: in the section "What we asked" or at another's end."""
        return self._arrange("add view", "view", self.view(view).name, section=self._known_part("section", section))

    def remove_view_from_document(self, view: str) -> int:
        """Take a view out of the ICP document; the view itself stays saved."""
        placed = [name for name, _ in self.arrangement().views]
        if view not in placed:
            raise unknown("view in the document", view, placed)
        return self._arrange("remove view", "view", view)

    def arrangement(self) -> Arrangement:
        """Return how the ICP document is arranged, as people said it."""
        from icp_voice.publish.arrangement import arrangement

        return arrangement(self.store.arrangement.all())

    def arranged(self) -> list[Arranged]:
        """Return what people did to the ICP document, first to last."""
        return self.store.arrangement.all()

    def undo_arrangement(self, number: int = 0) -> Arranged:
        """Take back what was done to the ICP document: the latest, or that of a number."""
        standing = {one.number: one for one in self.store.arrangement.all() if not one.undone}
        chosen = standing.get(number or max(standing, default=0))
        if chosen is None:
            raise UnknownName(
                f"Nothing with the number {number} stands." if number else "Nothing was arranged.",
                hint=f"What stands: {', '.join(map(str, sorted(standing)[-12:])) or 'nothing'}.",
            )
        with self.noting("undo in document", subject=chosen.target, detail={"number": chosen.number}) as store:
            store.arrangement.undo(chosen.number)
            if change := store.changes.of_arrangement(chosen.number):
                store.changes.undone(change.number)
        return chosen

    def _arrange(self, action: str, part: str, target: str, **value: object) -> int:
        """Keep one line; its change is recorded with ids, never with what was written."""
        from icp_voice.store.changes import now

        detail: dict[str, object] = {"part": part}
        with self.noting(f"{action} in document", subject=target, detail=detail) as store:
            number = store.arrangement.add(action, part, target, by=self.by, at=now(), value=value)
            detail["number"] = number
        return number

    def _known_part(self, part: str, target: str) -> str:
        """Return the id of a section, theme or quote that is there."""
        if part == "section":
            if target not in (known := self.section_titles()):
                raise unknown("section", target, known)
            return target
        if part == "theme":
            return self._known_theme(target).id
        if part == "quote":
            self._known_highlight(target)
            return target
        raise unknown("part of the document", part, PARTS)
