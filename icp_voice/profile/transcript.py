"""A transcript as it is read: some of its turns with who speaks, and what was found in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from icp_voice.model import Document, Fact, Highlight, Side, Speaker, Tag, View
from icp_voice.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenTurn:
    """A turn with its number from 0, its speaker's side and role, and the time in milliseconds where it is known."""

    number: int
    speaker: str
    side: Side
    role: str
    text: str
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPage:
    """Some turns of a document, which itself comes without its turns; `total` counts them.

    `highlights` are all in these turns, coded or not; `said` tells for each what every coder says of it, `themes` what
    the themes that it is in are called. `previous` and `next` are the first turns of the pages beside, or None.
    """

    document: Document
    account_name: str
    turns: tuple[SpokenTurn, ...]
    total: int
    highlights: tuple[Highlight, ...]
    said: Mapping[str, tuple[Tag, ...]]
    themes: Mapping[str, str]
    facts: tuple[Fact, ...]
    previous: int | None = None
    next: int | None = None


def document_page(store: Store, document: Document, *, start: int, most: int, bare: bool) -> DocumentPage:
    """Return a page of a document that was read with its turns; `bare` shows what is redacted."""
    total = len(document.turns)
    first = min(max(0, start), max(0, total - 1))
    last = min(total, first + most)
    speakers = {speaker.name: speaker for speaker in document.speakers}
    ids = _in_turns(store, document.id, first, last)
    highlights = store.highlights.select(View(document=document.id, coded=False), ids=ids, bare=bare)
    highlights.sort(key=lambda one: (one.turn, one.start, one.end, one.id))
    wanted = {theme for one in highlights for theme in one.themes.values()}
    names = store.themes.names(bare=bare) if wanted else {}
    return DocumentPage(
        document=replace(document, turns=()),
        account_name=_account_name(store, document.account),
        turns=tuple(_turn(document, number, speakers) for number in range(first, last)),
        total=total,
        highlights=tuple(highlights),
        said=store.highlights.said(ids),
        themes={theme: names[theme] for theme in sorted(wanted) if theme in names},
        facts=tuple(store.facts.of(ids, bare=bare)),
        previous=max(0, first - most) if first else None,
        next=last if last < total else None,
    )


def _turn(document: Document, number: int, speakers: Mapping[str, Speaker]) -> SpokenTurn:
    turn = document.turns[number]
    who = speakers.get(turn.speaker, Speaker(name=turn.speaker))
    return SpokenTurn(
        number=number,
        speaker=turn.speaker,
        side=who.side,
        role=who.role,
        text=turn.text,
        start_ms=turn.start_ms,
        end_ms=turn.end_ms,
    )


def _in_turns(store: Store, document: str, first: int, last: int) -> list[str]:
    rows = store.db.execute(
        "select id from highlight where document = ? and turn >= ? and turn < ? order by turn, start, id",
        (document, first, last),
    )
    return [row[0] for row in rows.fetchall()]


def _account_name(store: Store, account: str) -> str:
    row = store.db.execute("select name from account where id = ?", (account,)).fetchone()
    return str(row[0]) if row else ""
