"""A passage as facts are read from it: parsed, with what is known before any kind is looked for; and a fact found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from icp_voice.analysis.fact_guards import asked, negated, supposed

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What a highlight says, the question before it, the categories that hold for it, and the speaker's role.

    `company` is the speaker's own company: it is never taken for a competitor.
    """

    text: str
    context: str = ""
    categories: frozenset[str] = frozenset()
    role: str = ""
    company: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """One fact: offsets are those of the passage's text."""

    start: int
    end: int
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A parsed passage with what is known of it before any kind is looked for."""

    passage: Passage
    doc: Doc
    hits: frozenset[str]
    question: frozenset[str]
    barred: frozenset[int]
    affirmed: tuple[Doc, Span] | None

    def may(self, span: Span, *, limit: bool = False) -> bool:
        """Tell whether a span states something: not denied, not supposed (unless it is a limit), not asked, not of others."""
        if span.sent.start in self.barred:
            return False
        return not (asked(span) or negated(span) or (supposed(span) and not limit))


def found(kind: str, value: str, span: Span) -> Found:
    """Return a fact with the place of the words that state it."""
    return Found(span.start_char, span.end_char, kind, value)
