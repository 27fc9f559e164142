"""Verbs by which people correct by hand: passages marked and taken away, and changes taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icp_voice.errors import IcpVoiceError
from icp_voice.model import Change, Document, Highlight, Side, TagState, View
from icp_voice.workspace.documents import DocumentVerbs
from icp_voice.workspace.themes import ThemeVerbs
from icp_voice.workspace.undoing import find, take_back

if TYPE_CHECKING:
    from icp_voice.store.highlights import Span


class CorrectionVerbs(ThemeVerbs, DocumentVerbs):
    """Verbs by which people correct by hand: passages marked and taken away, and changes taken back."""

    def mark(self, document: str, turn: int, start: int, end: int, category: str = "") -> Highlight:
        """Make a highlight of what a person selected in a customer's turn, and give it a category if one is named.

        Spaces at the edges are left out and half words completed. The same words again are the same highlight. The
        next run looks for its other categories, themes and facts.
        """
        from icp_voice.analysis.highlight import context_of
        from icp_voice.store.documents import short_hash, turn_keys
        from icp_voice.store.highlights import Span

        if category:
            self.codebook[category]
        # As it was said: places are those of the kept words, whatever of them is hidden from readers.
        chosen = self.store.documents.get(document, bare=True)
        chosen = chosen or self.store.documents.get(self.document(document).id, bare=True)
        assert chosen is not None, document
        start, end = _selected(chosen, turn, start, end)
        key = turn_keys(chosen.turns)[turn]
        span = Span(
            id=short_hash(chosen.id, key, start, end),
            turn=turn,
            start=start,
            end=end,
            context=context_of(chosen.turns, turn),
            key=key,
        )
        if self.store.marks.made_by(span.id) == "person":
            if category:
                self.confirm(span.id, category)
        else:
            self._mark(chosen.id, span, category)
        return self.store.highlights.select(View(coded=False), ids=[span.id])[0]

    def _mark(self, document: str, span: Span, category: str) -> None:
        detail: dict[str, object] = {"document": document, "turn": span.turn, "start": span.start, "end": span.end}
        with self.noting("mark", subject=span.id, detail=detail) as store:
            detail["made"] = store.marks.made_by(span.id)
            store.marks.put(document, span)
            if not store.highlights.holds(span.id):
                raise IcpVoiceError(
                    "The document has changed since it was read.", hint="Open it again and select the words anew."
                )
            if category:
                before = store.tags.decide(span.id, category, by=self.by, state=TagState.CONFIRMED)
                detail |= {"category": category, "before": [before]}

    def unmark(self, highlight: str) -> None:
        """Take away a highlight that a person made; one that a model made is rejected in all its categories."""
        self._known_highlight(highlight)
        if self.store.marks.was_made_by(highlight) == "model":
            self._reject_all(highlight)
            return
        detail: dict[str, object] = {}
        with self.noting("unmark", subject=highlight, detail=detail) as store:
            self._known_highlight(highlight)
            if others := [one for one in store.tags.people(highlight) if one != self.by]:
                raise IcpVoiceError(
                    f"{', '.join(others)} said what this passage is about: it stays.",
                    hint="Reject the categories that do not hold instead.",
                )
            held = store.tags.of_person(highlight, self.by)
            detail["before"] = [store.tags.withdraw(highlight, category, by=self.by) for category in held]
            store.marks.take_away(highlight)

    def _reject_all(self, highlight: str) -> None:
        with self.store.transaction():
            held = self.store.highlights.select(View(coded=False), ids=[highlight])[0].categories
            if not held:
                raise IcpVoiceError(
                    "A model marked this passage, and no category holds for it.",
                    hint="It counts nowhere; there is nothing to take away.",
                )
            for category in held:
                self.reject(highlight, category)

    def undo(self, number: int = 0, *, anyone: bool = False) -> Change:
        """Take a change back: what was there before is there again. Without a number, the latest of whoever acts.

        People take back their own changes; with `anyone`, those of others, too.
        """
        change = find(self, number, anyone=anyone)
        take_back(self, change)
        return self.store.changes.get(change.number) or change

    def last_undoable(self, by: str = "") -> Change | None:
        """Return the latest change of a person, of whoever acts if none is named, that can be taken back."""
        return self.store.changes.last_undoable(by or self.by)


def _selected(document: Document, turn: int, start: int, end: int) -> tuple[int, int]:
    """Return the selection as whole words, or raise why nobody can mark it."""
    if not 0 <= turn < len(document.turns):
        raise IcpVoiceError(
            f"{document.file} has no turn {turn}.", hint=f"Its turns are numbered 0 to {len(document.turns) - 1}."
        )
    said = document.turns[turn]
    if not 0 <= start < end <= len(said.text):
        raise IcpVoiceError(
            f"Characters {start} to {end} do not lie in turn {turn} of {document.file}.",
            hint=f"It has {len(said.text)} characters. Select words of one turn at a time.",
        )
    side = next((one.side for one in document.speakers if one.name == said.speaker), Side.UNKNOWN)
    if side is not Side.CUSTOMER:
        raise IcpVoiceError(
            f"Turn {turn} of {document.file} is not a customer's: {said.speaker or 'nobody named'} is {side}.",
            hint="Only customers' words are feedback. If a customer speaks here, change the speaker's side: "
            f'`icp-voice assign {document.id} --side "{said.speaker}=customer"`.',
        )
    start, end = whole_words(said.text, start, end)
    if not any(character.isalpha() for character in said.text[start:end]):
        raise IcpVoiceError("The selection holds no letter.", hint="Select some words.")
    return start, end


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span without spaces at its edges, and with the words completed that it cuts."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    while 0 < start < end and _of_a_word(text[start - 1]) and _of_a_word(text[start]):
        start -= 1
    while start < end < len(text) and _of_a_word(text[end]) and _of_a_word(text[end - 1]):
        end += 1
    return start, end


def _of_a_word(character: str) -> bool:
    """Say whether a character is of a word that spaces set apart; scripts that are written without them know no case."""
    return character.isdigit() or character.lower() != character.upper()
