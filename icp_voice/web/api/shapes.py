"""What answers look like: the records of docs/records.md with their types, pages of them, and what was done."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from icp_voice.publish.figures import Share
from icp_voice.publish.material import Trend

T = TypeVar("T")


class Shape(BaseModel):
    """An answer; a key that it does not name would break the contract, and is an error."""

    model_config = ConfigDict(extra="forbid")


class Problem(Shape):
    """What is wrong, and what to do."""

    error: str
    hint: str = ""


class Done(Shape):
    """That it is done. `undo` is the number of the change by which it can be taken back, 0 if it cannot."""

    done: str
    undo: int = 0


class Listed(Shape, Generic[T]):
    """Some of a list. `next` and `previous` are where to go on, empty at either end."""

    items: list[T]
    total: int
    next: str = ""
    previous: str = ""


class TagRecord(Shape):
    """Highlight x category."""

    category: str
    score: float
    coder: str
    state: str


class HighlightRecord(Shape):
    """A passage that says one thing: its place, its words, its tags."""

    id: str
    document: str
    file: str
    account: str
    speaker: str
    side: str
    role: str
    date: str
    turn: int
    start: int
    end: int
    text: str
    context: str
    tags: list[TagRecord]
    theme: str | None


class QuoteRecord(HighlightRecord):
    """A passage that answers a question, with how well it does (0 to 1)."""

    score: float


class ThemeQuote(Shape):
    """A quote of a theme."""

    highlight: str
    account: str
    text: str


class ThemeRecord(Shape):
    """What highlights of one category group into."""

    id: str
    category: str
    name: str
    keywords: list[str]
    accounts: list[str]
    icp_accounts: list[str]
    highlights: list[str]
    quotes: list[ThemeQuote]


class CardRecord(Shape):
    """A theme within a view: who says it among the accounts of the document and the others, trend, best quotes."""

    id: str
    category: str
    name: str
    named_by: str
    hidden: bool
    members: Share
    others: Share
    mentions: int
    trend: Trend | None
    quotes: list[HighlightRecord]


class ThemeChangeRecord(Shape):
    """What became of a theme; `number` takes a person's decision back."""

    at: str
    by: str
    number: int
    category: str
    kind: str
    theme: str
    name: str
    size: int
    before: int
    others: list[str]
    undone: bool
    text: str


class UnassignedRecord(Shape):
    """A highlight without a theme in a category, and why."""

    highlight: str
    category: str
    reason: str
    account: str
    text: str


class FactRecord(Shape):
    """Something stated once and countable."""

    kind: str
    value: str
    account: str
    highlight: str
    text: str


class SpeakerRecord(Shape):
    """Who speaks in a document."""

    name: str
    side: str
    role: str
    reason: str


class DocumentRecord(Shape):
    """A document, or a duplicate of one."""

    id: str
    file: str
    place: str
    kind: str
    title: str
    account: str
    account_reason: str
    date: str
    turns: int
    duplicate_of: str | None
    speakers: list[SpeakerRecord]


class AccountRecord(Shape):
    """A company."""

    id: str
    name: str
    domains: list[str]
    tags: list[str]
    attributes: dict[str, Any]


class MemberRecord(Shape):
    """An account that is ICP, and why."""

    id: str
    name: str
    by: str
    reason: str


class NearRecord(Shape):
    """An account that came near."""

    id: str
    name: str
    reason: str


class IcpRecord(Shape):
    """Who is ICP, by which rule, who came near, and of whom nothing was heard."""

    rule: str
    accounts: list[MemberRecord]
    without_feedback: list[str]
    near_misses: list[NearRecord]
    kept_out: list[str]


class CellRecord(Shape):
    """One account x one category."""

    account: str
    category: str
    state: str
    highlights: int
    newest: str
    speakers: int
    reason: str


class GapRecord(Shape):
    """What is not known yet."""

    kind: str
    account: str
    category: str
    question: str
    reason: str


class PickRecord(Shape):
    """One person to talk to next."""

    account: str
    person: str
    role: str
    email: str
    reason: str
    state: str
    date: str
    questions: list[str]
    closes: list[GapRecord]


class ClosedGap(GapRecord):
    """A gap that is closed, and by which highlights."""

    highlights: list[str]


class InterviewRecord(Shape):
    """What became of an interview."""

    number: int
    account: str
    account_name: str
    person: str
    role: str
    email: str
    state: str
    date: str
    note: str
    at: str
    by: str
    closed: list[ClosedGap]
    still_open: list[GapRecord]
    documents: list[str]


class StatementRecord(Shape):
    """A sentence of a summary: the words of a highlight."""

    text: str
    highlight: str
    start: int
    end: int


class AnswerRecord(Shape):
    """An answer with its quotes, or why there is none."""

    question: str
    answered: bool
    reason: str
    category: str
    accounts: int
    of_accounts: int
    summary: list[StatementRecord]
    quotes: list[QuoteRecord]


class ViewRecord(Shape):
    """A saved view."""

    name: str
    account_tag: str
    account: str
    category: str
    kind: str
    theme: str
    since: str
    until: str
    attributes: dict[str, str]
    source: str
    document: str
    speaker: str
    role: str
    words: str
    question: str


class PersonRecord(Shape):
    """A person who may come in."""

    name: str
    role: str
    created: str | None
    last_seen: str | None


class TokenRecord(Shape):
    """A key by which a program acts for a person; the key itself is kept nowhere."""

    id: int
    person: str
    label: str
    role: str
    created: str | None
    expires: str | None
    last_used: str | None


class EditionRecord(Shape):
    """A frozen ICP document, without what it shows."""

    id: str
    number: int
    name: str
    note: str
    at: str
    by: str
    counts: dict[str, Any]


class TurnRecord(Shape):
    """One turn of a document; hidden words are shown as such."""

    number: int
    speaker: str
    side: str
    role: str
    text: str
    start_ms: int | None
    end_ms: int | None


class TranscriptRecord(Shape):
    """A document with some of its turns, and the passages in them."""

    document: DocumentRecord
    turns: list[TurnRecord]
    highlights: list[HighlightRecord]
    next: int | None
    previous: int | None


class TokenMade(TokenRecord):
    """A new token with its key, which cannot be shown again."""

    key: str


class Titled(Shape):
    """A theme that was made, renamed or moved into."""

    id: str
    name: str
    category: str
    undo: int = 0
