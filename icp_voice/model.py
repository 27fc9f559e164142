"""The nouns: what travels between the rooms. Frozen values without behaviour beyond what they say of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

Value = str | int | float | bool | None
T = TypeVar("T")


class Side(StrEnum):
    """On whose side a speaker stands: only customers' words are feedback."""

    CUSTOMER = "customer"
    VENDOR = "vendor"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What sort of document it is."""

    CALL = "call"
    INTERVIEW = "interview"
    NOTE = "note"
    TICKET = "ticket"
    CHAT = "chat"
    MAIL = "mail"
    SURVEY = "survey"
    REVIEW = "review"


class TagState(StrEnum):
    """A model proposes; a person confirms or rejects."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class CellState(StrEnum):
    """What is known of one account in one category."""

    COVERED = "covered"
    WEAK = "weak"
    STALE = "stale"
    UNANSWERED = "asked but unanswered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person at an account who can be asked, whether or not they have been heard."""

    account: str
    name: str
    role: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A company: what the CRM says of it, its tags, and under which ids and names it is `also` known."""

    id: str
    name: str
    domains: tuple[str, ...] = ()
    attributes: Mapping[str, Value] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who said it. `reason` tells how the side was known; `stated` is the side that the file itself gives."""

    name: str
    side: Side = Side.UNKNOWN
    stated: Side = Side.UNKNOWN
    role: str = ""
    email: str = ""
    company: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one speaker says before another does; times in milliseconds where the source has them."""

    text: str
    speaker: str = ""
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One call, ticket, conversation, interview, note, mail, survey answer or review, as its source keeps it.

    `file` is the path as it was added and `place` the row or sheet inside it ("row 12"; empty for a whole file).
    `account` is an account's id or empty; `hints` are the names and domains the source itself gives for the account.
    """

    file: str
    turns: tuple[Turn, ...]
    kind: Kind = Kind.CALL
    id: str = ""
    place: str = ""
    title: str = ""
    date: str = ""
    url: str = ""
    speakers: tuple[Speaker, ...] = ()
    account: str = ""
    account_reason: str = ""
    hints: tuple[str, ...] = ()
    identity: str = ""
    attributes: Mapping[str, Value] = field(default_factory=dict)
    duplicate_of: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """Highlight x category: how sure, who coded it, and what a person made of it."""

    category: str
    score: float
    coder: str
    state: TagState = TagState.PROPOSED
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlight:
    """A span of a customer's turn that says one thing worth coding.

    `start` and `end` are character offsets in the text of turn number `turn` (from 0); `text` is cut from that turn
    whenever a highlight is read and is stored nowhere.
    """

    id: str
    document: str
    turn: int
    start: int
    end: int
    text: str
    context: str = ""
    account: str = ""
    account_name: str = ""
    file: str = ""
    place: str = ""
    kind: str = ""
    title: str = ""
    url: str = ""
    date: str = ""
    speaker: str = ""
    side: Side = Side.CUSTOMER
    role: str = ""
    start_ms: int | None = None
    tags: tuple[Tag, ...] = ()
    themes: Mapping[str, str] = field(default_factory=dict)

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories that hold for this highlight: proposed or confirmed, and not rejected."""
        return tuple(tag.category for tag in self.tags if tag.state is not TagState.REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """What highlights of one category group into. `highlights` are ids, the most typical first."""

    id: str
    category: str
    name: str
    keywords: tuple[str, ...]
    highlights: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    icp_accounts: tuple[str, ...] = ()
    named_by: str = "model"
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something stated once and countable, with the highlight that states it. Offsets are those of the turn."""

    kind: str
    value: str
    highlight: str
    start: int
    end: int
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A filter, with a name once it is saved, and a question if one is asked of it.

    `coded` leaves out the passages to which no category holds. `source` is a connected source, or "files" for what
    people added; `speaker` and `role` are of who says it; `words` must all stand in a passage, in any order and form.
    """

    name: str = ""
    account_tag: str = ""
    account: str = ""
    category: str = ""
    kind: str = ""
    theme: str = ""
    since: str = ""
    until: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    question: str = ""
    coded: bool = True
    source: str = ""
    role: str = ""
    speaker: str = ""
    document: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A highlight that answers a question, with how well it does (0 to 1)."""

    highlight: Highlight
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A sentence of a summary. It is cut from a highlight; `start` and `end` are offsets in the highlight's turn."""

    highlight: Highlight
    start: int
    end: int

    @property
    def text(self) -> str:
        """The words."""
        return self.highlight.text[self.start - self.highlight.start : self.end - self.highlight.start]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The best highlights for a question, or none: then `reason` says why the data does not answer.

    `summary` are sentences of these highlights, none of which repeats another.
    """

    question: str
    answered: bool
    quotes: tuple[Quote, ...] = ()
    accounts: int = 0
    of_accounts: int = 0
    reason: str = ""
    category: str = ""
    summary: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One account x one category. `speakers` counts the customers heard in it."""

    account: str
    category: str
    state: CellState
    highlights: int = 0
    newest: str = ""
    speakers: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What still has to be researched: a cell, an account or a question, and why."""

    kind: str
    reason: str
    account: str = ""
    category: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """One person to talk to next: why, which gaps it would close, and what to ask.

    `state` is "asked" or "scheduled" (on `date`) for who was invited already, else empty.
    """

    account: str
    person: str
    role: str
    email: str
    reason: str
    questions: tuple[str, ...]
    closes: tuple[Gap, ...]
    state: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewPlan:
    """Whom to talk to next, best pick first, and the gaps that no pick closes."""

    interviews: tuple[Interview, ...]
    open_gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Who did what, and when (ISO, UTC, to the second). `subject` is an id or a name, `detail` ids and counts.

    `undone` says that it was taken back, `undoable` that it can be.
    """

    number: int
    at: str
    by: str
    verb: str
    subject: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)
    undone: bool = False
    undoable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Some of a long list, and of how many; `next` and `previous` are where to go on, empty at either end."""

    items: tuple[T, ...]
    total: int
    next: str = ""
    previous: str = ""
