"""What a person sees first: how much there is, what is new since the last visit, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from icp_voice.model import Change
from icp_voice.profile.theme_history import ThemeChange, history
from icp_voice.store import Store
from icp_voice.store.document_pages import DocumentLine, lines
from icp_voice.store.totals import Totals

LISTED = 10
NEXT = 3
# More of the same is worth more, up to here.
MANY = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much there is. `passages` are all highlights, `highlights` those that carry a category.

    `icp_heard` counts the ICP accounts of which a customer's word is kept, `unsure` the tags that nobody decided about
    and the model doubts.
    """

    accounts: int
    icp_accounts: int
    icp_heard: int
    documents: int
    passages: int
    highlights: int
    themes: int
    unmatched: int
    unknown_speakers: int
    undated: int
    unsure: int


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What came after a moment: counts, the latest documents, what runs made of the themes, and what people changed."""

    since: str
    documents: int
    highlights: int
    accounts: int
    latest: tuple[DocumentLine, ...]
    themes: tuple[ThemeChange, ...]
    changes: int
    changed: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """One thing to do: `kind` tells on which page, `target` about whom, `count` how many there are."""

    kind: str
    count: int
    text: str
    target: str = ""


def counts(store: Store, tag: str) -> Counts:
    """Return how much there is; kept until something is written."""
    return store.pages.once(("counts", tag), lambda: Counts(**Totals(store.db).all(tag)))


def whats_new(store: Store, since: str) -> News:
    """Return what came after a moment (ISO, UTC)."""
    totals, moment = Totals(store.db), since[:19]
    arrived = totals.since(moment + "Z" * (len(moment) == len("2026-01-01T00:00:00")))
    runs = [change for change in history(store) if not change.number and change.at[:19] > moment]
    changed = [change for change in store.changes.page(most=LISTED) if change.at[:19] > moment]
    return News(
        since=since,
        documents=arrived["documents"],
        highlights=arrived["highlights"],
        accounts=arrived["accounts"],
        latest=lines(store.db, store.redactions, totals.arrived(moment + "Z", LISTED)),
        themes=tuple(runs[::-1]),
        changes=totals.changes_since(moment + "Z"),
        changed=tuple(changed),
    )


def three_next(store: Store, tag: str) -> tuple[Todo, ...]:
    """Return the three things that are worth most to be done now."""
    worth = sorted(_todos(store, counts(store, tag), tag), key=lambda one: -one[0])
    return tuple(todo for _, todo in worth[:NEXT])


def _todos(store: Store, there: Counts, tag: str) -> Iterator[tuple[float, Todo]]:
    """Yield what could be done with its worth: first what everything else waits for, then what closes most."""
    if not there.accounts:
        yield 100, Todo(kind="import accounts", count=0, text="Import your accounts")
    elif not there.icp_accounts:
        yield 90, Todo(kind="icp rule", count=there.accounts, text=f"Say which of your accounts are {tag}")
    if not there.documents:
        yield 95, Todo(kind="upload", count=0, text="Upload transcripts, tickets or interview notes")
    elif not there.passages:
        text = f"Have {_many(there.documents, 'document')} read for what customers say"
        yield 92, Todo(kind="run", count=there.documents, text=text)
    if there.unmatched:
        text = f"Settle whose words {_many(there.unmatched, 'document')} hold{'s' if there.unmatched == 1 else ''}"
        yield _more(60, there.unmatched), Todo(kind="unmatched", count=there.unmatched, text=text)
    if there.unknown_speakers:
        text = f"Say on which side {_many(there.unknown_speakers, 'speaker')} stand{'s' if there.unknown_speakers == 1 else ''}"
        yield _more(50, there.unknown_speakers), Todo(kind="speakers", count=there.unknown_speakers, text=text)
    account, name, silent = Totals(store.db).unheard(tag)
    if silent and there.documents:
        text = f"Upload a transcript of {name}: nothing is known of it"
        yield _more(55, silent), Todo(kind="upload", count=silent, text=text, target=account)
    if there.unsure:
        text = f"Answer {_many(there.unsure, 'question')} on quotes that the model is unsure of"
        yield _more(45, there.unsure), Todo(kind="review", count=there.unsure, text=text)
    if there.undated:
        text = f"Give {_many(there.undated, 'document')} a date"
        yield _more(20, there.undated), Todo(kind="undated", count=there.undated, text=text)
    if there.icp_heard:
        yield 10, Todo(kind="plan", count=there.icp_accounts, text="Plan the next interviews")
    if there.highlights:
        yield 5, Todo(kind="edition", count=there.highlights, text="Freeze an edition of the ICP document")


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _more(worth: float, count: int) -> float:
    """Return a worth that grows with the number, by less than ten."""
    return worth + 9 * min(count, MANY) / MANY
