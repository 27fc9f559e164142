"""Verbs of reading a transcript: its pieces with what was found in them, why a model thinks so, and what is settled of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from icp_voice.errors import FormError, IcpVoiceError, UnknownName, unknown
from icp_voice.model import Document, Kind, TagState, View
from icp_voice.workspace.corrections import CorrectionVerbs
from icp_voice.workspace.pages import PageVerbs
from icp_voice.workspace.redaction import RedactionVerbs

if TYPE_CHECKING:
    from icp_voice.publish.reading import Reading, Sign

PIECE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The example that a passage is most like in a category, and how like: what a model's proposal rests on."""

    example: str
    likeness: float
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A document that a person settled something about; `quotes` count now, `before` counted until then."""

    document: Document
    quotes: int
    before: int


class ReadingVerbs(PageVerbs, CorrectionVerbs, RedactionVerbs):
    """Verbs of reading a transcript."""

    def signs(self) -> Mapping[str, Sign]:
        """Return category -> letter and colour, by which it is told from the others."""
        from icp_voice.publish.reading import signs

        return signs(self.codebook)

    def account_names(self) -> tuple[str, ...]:
        """Return what all accounts are called, by name."""
        return tuple(sorted((account.name for account in self.store.accounts.all()), key=str.casefold))

    def reading(
        self, document: str, *, turn: int = 0, highlight: str = "", most: int = PIECE, bare: bool = False
    ) -> Reading:
        """Return the piece of a document in which a turn or a highlight stands, in pieces of `most` turns.

        The highlight is open: what can be done with it comes along; one that is gone is not. `bare` shows hidden words
        as such.
        """
        from icp_voice.publish import reading

        at = max(0, turn) if (found := self.store.highlights.turn_of(document, highlight)) is None else found
        page = self.document_page(document, start=at - at % most, most=most, bare=bare)
        known = self.signs()
        redactions = self.store.redactions.all(document=document) if bare else []
        turns = reading.read_turns(page, known, redactions)
        notes = {note.highlight.id: note for one in turns for note in one.notes}
        card = None
        if highlight in notes:
            names = {one.sign.title: self.store.themes.names(one.sign.category) for one in notes[highlight].held}
            person = self.store.marks.was_made_by(highlight) == "person"
            card = reading.card(notes[highlight], person=person, themes=names)
        return reading.Reading(
            page=page,
            turns=turns,
            signs=tuple(known.values()),
            card=card,
            hidden=sum(one.turn is not None and one.state is TagState.CONFIRMED for one in redactions),
        )

    def why(self, highlight: str, category: str) -> Why | None:
        """Return the example of a category that a highlight is most like, or None if the category has none."""
        from icp_voice.run.coding import Coder

        self.codebook[category]
        passages = self.store.highlights.texts([highlight])
        if not passages:
            raise UnknownName("This quote is no longer there.", hint="Open the transcript anew.")
        coder = Coder(self.store, self.tools)
        found = coder.nearest(passages, category)
        if not found:
            return None
        text, likeness = found[0]
        shipped = {one.text for one in self.codebook.examples if one.shipped}
        return Why(example=text, likeness=likeness, own=text not in shipped)

    def settle_document(
        self,
        document: str,
        *,
        account: str = "",
        sides: Mapping[str, str] | None = None,
        kind: str = "",
        date: str = "",
    ) -> Settled:
        """Say whose words a document holds, who stands on which side, what sort it is, or its day; what is empty stays."""
        known = self.document(document, bare=True)
        before = self._counting(known.id)
        if kind or date:
            self._settle_what(known, kind, date)
        if account or sides:
            self.assign(known.id, account=account, sides=sides)
        return Settled(document=self.document(known.id), quotes=self._counting(known.id), before=before)

    def _settle_what(self, known: Document, kind: str, date: str) -> None:
        from icp_voice.ingest import settle

        if kind and kind not in set(Kind):
            raise unknown("kind of document", kind, list(Kind))
        if date and not _is_day(date):
            raise FormError(f'"{date}" is not a date.', hint="Write it as 2026-05-12.", field="date")
        fields = {name: value for name, value in (("kind", kind), ("date", date)) if value}
        with self.noting("settle document", subject=known.id, detail=dict(fields)) as store:
            settle.assign(store, self.settings, known.id, fields)
            store.documents.put_what(known.id, Kind(kind or known.kind), date or known.date)

    def _counting(self, document: str) -> int:
        """Return how many quotes of a document count: customers' words to which a category holds."""
        return self.store.highlights.count(View(document=document))

    def redact_selected(self, document: str, turn: int, start: int, end: int) -> None:
        """Hide what a person selected; spaces at its edges are left out and half words completed."""
        from icp_voice.workspace.corrections import whole_words

        known = self.document(document, bare=True)
        if not 0 <= turn < len(known.turns):
            raise IcpVoiceError("There is no such turn.", hint="Open the transcript anew.")
        start, end = whole_words(known.turns[turn].text, max(0, start), min(end, len(known.turns[turn].text)))
        self.redact(known.id, turn, start, end)


def _is_day(text: str) -> bool:
    from datetime import date

    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-05-12")
