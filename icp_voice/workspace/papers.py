"""Verbs of the pages about the ICP document: arranging it by single steps, and handing out what is read there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icp_voice.errors import IcpVoiceError, unknown
from icp_voice.model import View
from icp_voice.workspace.editions import NOW, EditionVerbs

if TYPE_CHECKING:
    from markupsafe import Markup

    from icp_voice.publish import Filled, Paper
    from icp_voice.publish.arrangement import Paragraph
    from icp_voice.publish.difference import Comparison
    from icp_voice.publish.outline import Outline
    from icp_voice.publish.quotes import Saying
    from icp_voice.publish.render import Around

MOST_CITED = 40


class PaperVerbs(EditionVerbs):
    """Verbs of the pages about the ICP document."""

    def outline(self) -> Outline:
        """Return what stands in each section of the ICP document in which order, and what is hidden."""
        from icp_voice.publish.outline import outline

        written = self.paper()
        return self._papers.made(self._made_from, "outline", lambda material: outline(material, written))

    def arrange(self, action: str, part: str, target: str) -> str:
        """Do one step of arranging and say what was done: hide, show, up or down, pin, unpin, remove."""
        if part == "section":
            name = self.section_titles().get(target, target)
        else:
            name = self._known_theme(target).name if part == "theme" else ""
        called = f"“{name}”" if name else f"The {part}"
        if action in ("up", "down"):
            self._move(part, target, -1 if action == "up" else 1)
        elif action in ("pin", "unpin") and part == "quote":
            self._pin(target, first=action == "pin")
        elif action == "remove" and part == "paragraph":
            self.remove_paragraph(target)
        elif action == "remove" and part == "view":
            self.remove_view_from_document(target)
        elif action == "hide":
            self.hide_in_document(part, target)
        elif action == "show":
            self.show_in_document(part, target)
        else:
            raise unknown("step", f"{action} {part}", ("hide", "show", "up", "down", "pin", "unpin", "remove"))
        told = {
            "up": "moved up",
            "down": "moved down",
            "pin": "stands first now",
            "unpin": "stands where it falls",
            "remove": "is taken out of the document",
            "hide": "is hidden in the document",
            "show": "is shown again",
        }
        return f"{called} {told[action]}."

    def quotes_of(self, section: str, theme: str = "") -> tuple[Saying, ...]:
        """Return the quotes that stand in a section of the ICP document, those of one theme first."""
        from icp_voice.publish.quotes import sayings

        found = next((one for one in self.paper().sections if one.name == section), None)
        said = {one.id: one for one in sayings(found)} if found else {}
        under = self.outline().theme_of
        ranked = sorted(said.values(), key=lambda one: under.get(one.id) != theme if theme else False)
        return tuple(one for one in ranked if not one.gone)[:MOST_CITED]

    def view_names(self) -> tuple[str, ...]:
        """Return what the saved views are called."""
        return tuple(view.name for view in self.views())

    def first_words(self, part: str, target: str) -> str:
        """Return what a theme is called, or what a quote says."""
        if part == "theme":
            return self._known_theme(target).name
        self._known_part(part, target)
        found = self.store.highlights.select(View(coded=False), ids=[target])
        return found[0].text if found else ""

    def paragraph(self, paragraph: str) -> Paragraph:
        """Return one paragraph of the ICP document as it was written."""
        known = {one.id: one for one in self.arrangement().paragraphs}
        if paragraph not in known:
            raise unknown("paragraph", paragraph, known)
        return known[paragraph]

    def preview_paragraph(self, text: str) -> Markup | str:
        """Return a paragraph as it would be shown; nothing for no words."""
        from icp_voice.publish.paragraphs import checked_markdown, paragraph_html

        return paragraph_html(checked_markdown(text)) if text.strip() else ""

    def edition_sections(self, edition: str, around: Around) -> tuple[Paper, tuple[tuple[Filled, Markup], ...]]:
        """Return an edition as values, and its sections with their HTML, kept until something is written.

        `around` is known by its name: of the same name, it must be the same.
        """
        chosen = self.edition(edition)

        def made() -> tuple[Paper, tuple[tuple[Filled, Markup], ...]]:
            written = self.edition_paper(str(chosen.number))
            return written, self._shown(written, around)

        return self._papers.beside(self._made_from, ("edition", chosen.id, around.name), made)

    def compared(self, before: str, after: str = NOW) -> Comparison:
        """Compare two editions as `compare_editions` does; kept until something is written."""
        names = tuple(one if one == NOW else self.edition(one).id for one in (before, after))
        return self._papers.beside(self._made_from, ("compared", *names), lambda: self.compare_editions(before, after))

    def comparison_file(self, comparison: Comparison, *, format: str = "docx") -> bytes:
        """Return a comparison as the bytes of a file: "html", "markdown" or "docx"."""
        from icp_voice.publish.comparing import comparison_page
        from icp_voice.publish.docx import About, word_file

        company = self.settings.company
        if format == "html":
            return comparison_page(comparison, company, folder=self.folder).encode()
        text = self.show_comparison(comparison, format="markdown")
        if format == "markdown":
            return text.encode()
        return word_file(text, About(title="What changed", company=company))

    def _move(self, part: str, target: str, by: int) -> None:
        """Put a section or a theme one place up or down."""
        outline = self.outline()
        of, row = outline.block(target) if part == "theme" else ("", outline.sections)
        if target not in row:
            raise IcpVoiceError(f"This {part} is not in the document, so it has no place.", hint="Show it first.")
        at = row.index(target)
        to = min(max(at + by, 0), len(row) - 1)
        moved = [one for one in row if one != target]
        moved.insert(to, target)
        beside = [one for block in outline.themes.get(of, ()) if block != row for one in block] if of else []
        self.order_in_document(part, [*moved, *beside], of=of)

    def _pin(self, quote: str, *, first: bool) -> None:
        """Put a quote before the others of its theme, or let it stand where it falls."""
        held, under = self.arrangement().pinned, self.outline().theme_of
        theme = under.get(quote, "")
        if not theme:
            raise IcpVoiceError("This quote stands under no theme.", hint="Only quotes of themes are put in an order.")
        others = [one for one in sorted(held, key=held.__getitem__) if under.get(one) == theme and one != quote]
        self.order_in_document("quote", [quote, *others] if first else others, of=theme)
