"""What researchers coded elsewhere comes into the store: documents, their passages as people's highlights, and tags.

A document that is known, by its whole text or by its words, is not read again: its own turns take the passages. What
people decided here stands. The same file may come any number of times.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from icp_voice.ingest.add import Arrivals, Unread, date_in
from icp_voice.ingest.exchange.codes import Choices, Plan
from icp_voice.ingest.exchange.project import Code, Coded, Left, Passage, Project, text_mark
from icp_voice.ingest.exchange.words import SameWords
from icp_voice.ingest.prints import prints
from icp_voice.model import Document, Side, Tag, TagState, Turn
from icp_voice.settings import Settings
from icp_voice.store import Store
from icp_voice.store.documents import short_hash, turn_keys
from icp_voice.store.exchanged import ORIGIN, guid
from icp_voice.store.highlights import Span
from icp_voice.store.layout import Layout, Piece, layout
from icp_voice.store.tags import SAID
from icp_voice.store.veil import BAR, same_but_masked

_MODEL: Final = re.compile(rf"(?:model|llm):|{ORIGIN}(?: [\d.]+)?$")
_LONGEST_REASON: Final = 2_000
_CHUNK: Final = 500
_PROPOSALS: Final = "codings by a model, which proposes its own in the next run"
_NO_CATEGORY: Final = "codings with codes that were left out or are too small"
_OTHER_WORDS: Final = "passages whose words are no longer there"
_SPLIT: Final = "(note) passages over several turns, now one in each; passages"
_OURS: Final = "(note) passages in what our own people say, which count once the speaker is settled as a customer"
_UNKNOWN: Final = "(note) passages of speakers whose side is not known, which count once it is settled"

Context = Callable[[Sequence[Turn], int], str]


@dataclass(slots=True)
class Brought:
    """What an import brought. `left` is what was left out, by its reason; `notes` is what to know of the rest.

    `categories` says what became of codes that do not bear a category's own name, `added` which categories are new.
    """

    origin: str = ""
    new: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    highlights: int = 0
    codings: int = 0
    coders: list[str] = field(default_factory=list)
    categories: dict[str, str] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    left: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    errors: list[Unread] = field(default_factory=list)


def bring(
    store: Store,
    settings: Settings,
    workspace: Path,
    project: Project,
    plan: Plan,
    choices: Choices,
    context: Context,
) -> Brought:
    """Keep what a project holds; `context` tells what was said before a turn."""
    brought = Brought(origin=project.origin, added=[category.name for category in plan.new])
    left = Left(Counter(dict(project.left)))
    homes = _Homes(store, settings, workspace, project, brought)
    kept = _Kept(store, project, plan, choices, context, left)
    with store.transaction():
        for number, passages in _by_document(project.passages).items():
            kept.mark(homes.of(number), passages)
        for rejected in project.rejected:
            kept.reject(homes.of(rejected.document), rejected.piece, rejected.category, rejected.coder, rejected.reason)
    brought.highlights, brought.codings = len(kept.highlights), kept.codings
    brought.coders = sorted(kept.coders)
    codes = {code.id: code for code in project.codes}
    brought.categories = {
        codes[code].name: category for code, category in sorted(plan.category.items()) if code in plan.decided
    }
    brought.notes += [f"{count} {reason[7:]}" for reason, count in left.told() if reason.startswith("(note) ")]
    brought.notes += [f'"{name}" is too small to become a category: it has too few passages' for name in plan.thin]
    brought.left = {reason: count for reason, count in left.told() if not reason.startswith("(note) ")}
    return brought


def _by_document(passages: Iterable[Passage]) -> dict[int, list[Passage]]:
    found: dict[int, list[Passage]] = {}
    for passage in passages:
        found.setdefault(passage.document, []).append(passage)
    return found


@dataclass(frozen=True, slots=True)
class Home:
    """A document as it is kept, and how places of the one that came are found in it."""

    document: Document
    pieces: Callable[[Passage], list[Piece]]
    piece: Callable[[Piece], list[Piece]]


class _Homes:
    """Finds or makes the document in the store in which the words of each document of a project stand."""

    def __init__(self, store: Store, settings: Settings, workspace: Path, project: Project, brought: Brought) -> None:
        self._store = store
        self._project = project
        self._known = _known_texts(store, project)
        self._ids: dict[int, str] = dict(self._known)
        arrivals = Arrivals(store, settings, workspace)
        for file, numbers in _files(project, self._known).items():
            documents = [project.documents[number] for number in numbers]
            if arrivals.keep(file, documents):
                dated = [replace(one, date=one.date or date_in(one.file)) for one in documents]
                for number, mark in zip(numbers, prints(dated), strict=True):
                    if kept := store.documents.of_fingerprint(mark.fingerprint):
                        self._ids[number] = kept.id
        added = arrivals.added
        brought.new += added.new
        brought.known += [*self._known.values(), *added.updated, *added.unchanged, *added.duplicates]
        brought.notes += added.warnings
        brought.errors += added.errors
        self._homes: dict[int, Home | None] = {}

    def of(self, number: int) -> Home | None:
        """Return where a document of the project is kept; None if it could not be."""
        if number not in self._homes:
            self._homes[number] = self._home(number)
        return self._homes[number]

    def _home(self, number: int) -> Home | None:
        kept = self._store.documents.get(self._ids[number], bare=True) if number in self._ids else None
        if kept is None:
            return None
        came = self._project.documents[number].turns
        if _same(came, kept.turns):
            return Home(kept, lambda passage: list(passage.pieces), lambda piece: [piece])
        words = SameWords(came, kept.turns)
        if number in self._known:
            laid: Layout = layout(kept)
            return Home(kept, lambda passage: laid.pieces(passage.start, passage.end), words.pieces)
        if not words.same:
            return None
        return Home(
            kept, lambda passage: [one for piece in passage.pieces for one in words.pieces(piece)], words.pieces
        )


def _files(project: Project, known: Mapping[int, str]) -> dict[str, list[int]]:
    """Return file -> the numbers of its documents that are not known yet."""
    found: dict[str, list[int]] = {}
    for number, document in enumerate(project.documents):
        if number not in known:
            found.setdefault(document.file, []).append(number)
    return found


def _known_texts(store: Store, project: Project) -> dict[int, str]:
    """Return the documents of which the store holds the very text, as we would write it; by id where several do.

    What was hidden when we wrote it is known by all the rest: bars never take the place of words.
    """
    wanted = set(project.texts)
    hidden = {number for number, one in enumerate(project.documents) if any(BAR in turn.text for turn in one.turns)}
    behind: dict[int, list[str]] = {}
    by_text: dict[str, list[str]] = {}
    ids = store.documents.ids() if wanted else []
    for start in range(0, len(ids), _CHUNK):
        for document in store.documents.all(turns=True, only=ids[start : start + _CHUNK], fill_roles=False, bare=True):
            if (mark := text_mark(layout(document).text)) in wanted:
                by_text.setdefault(mark, []).append(document.id)
            for number in hidden:
                if _same(project.documents[number].turns, document.turns):
                    behind.setdefault(number, []).append(document.id)
    found = {}
    for number, (mark, source) in enumerate(zip(project.texts, project.sources, strict=True)):
        alike = by_text.get(mark) or behind.get(number, [])
        named = [identity for identity in alike if guid("document", identity) == source]
        if named or len(alike) == 1:
            found[number] = (named or alike)[0]
    return found


def _same(came: Sequence[Turn], kept: Sequence[Turn]) -> bool:
    """Tell whether turns say the same words, but for those that were hidden when they were handed out."""
    return len(came) == len(kept) and all(
        same_but_masked(one.text, other.text) for one, other in zip(came, kept, strict=True)
    )


class _Kept:
    """Writes highlights and tags, and counts what became of them."""

    def __init__(
        self, store: Store, project: Project, plan: Plan, choices: Choices, context: Context, left: Left
    ) -> None:
        self._store = store
        self._codes: dict[str, Code] = {code.id: code for code in project.codes}
        self._plan = plan
        self._choices = choices
        self._context = context
        self._left = left
        self.highlights: set[str] = set()
        self.coders: set[str] = set()
        self.codings = 0

    def mark(self, home: Home | None, passages: Sequence[Passage]) -> None:
        """Keep the passages of one document with the tags that people gave them."""
        for passage in passages:
            coded = [(one, self._plan.category[one.code]) for one in passage.coded if self._holds(one)]
            if not coded:
                continue
            spans = self._spans(home, home.pieces(passage)) if home else []
            if not spans or home is None:
                self._left.add(_OTHER_WORDS)
                continue
            self._left.add(_SPLIT, len(spans) > 1)
            self._count_sides(home.document, spans)
            self._store.highlights.mark(home.document.id, spans)
            for span in spans:
                self._tag(span, coded)

    def reject(self, home: Home | None, piece: Piece, category: str, coder: str, reason: str) -> None:
        """Keep what a person rejected."""
        spans = self._spans(home, home.piece(piece)) if home else []
        if home is None or not spans or category not in {*self._plan.category.values()}:
            self._left.add(_OTHER_WORDS)
            return
        self._store.highlights.mark(home.document.id, spans)
        for span in spans:
            tag = Tag(category=category, coder=coder, score=0.0, state=TagState.REJECTED, reason=reason)
            self._keep(span, coder, tag)

    def _holds(self, coded: Coded) -> bool:
        if _MODEL.match(coded.coder):
            self._left.add(_PROPOSALS)
            return False
        if coded.code not in self._plan.category:
            self._left.add(_NO_CATEGORY)
            return False
        return True

    def _spans(self, home: Home | None, pieces: Iterable[Piece]) -> list[Span]:
        if home is None:
            return []
        turns = home.document.turns
        keys = turn_keys(turns)
        return [
            Span(
                id=short_hash(home.document.id, keys[turn], start, end),
                turn=turn,
                start=start,
                end=end,
                context=self._context(turns, turn),
                key=keys[turn],
            )
            for turn, start, end in pieces
            if 0 <= turn < len(turns) and 0 <= start < end <= len(turns[turn].text)
        ]

    def _count_sides(self, document: Document, spans: Iterable[Span]) -> None:
        sides = {speaker.name: speaker.side for speaker in document.speakers}
        for span in spans:
            side = sides.get(document.turns[span.turn].speaker, Side.UNKNOWN)
            self._left.add(_OURS, side is Side.VENDOR)
            self._left.add(_UNKNOWN, side is Side.UNKNOWN)

    def _tag(self, span: Span, coded: Iterable[tuple[Coded, str]]) -> None:
        # Several codes of one coder may mean one category here: what each says is told together.
        told: dict[tuple[str, str], list[str]] = {}
        for one, category in coded:
            coder = one.coder or self._choices.by
            path = "" if one.code in self._plan.exact else f"coded as {self._codes[one.code].name}"
            told.setdefault((coder, category), []).extend(filter(None, (path, one.note)))
        for (coder, category), reasons in told.items():
            reason = "; ".join(dict.fromkeys(reasons))[:_LONGEST_REASON] or SAID
            tag = Tag(category=category, coder=coder, score=1.0, state=TagState.CONFIRMED, reason=reason)
            self._keep(span, coder, tag)
        for one, category in coded:
            theme = self._plan.themes.get(one.code)
            if theme and not self._lies_in(span.id, category, theme):
                at = datetime.now(UTC).isoformat(timespec="milliseconds")
                decisions = self._store.theme_decisions
                decisions.move(span.id, category, theme, by=one.coder or self._choices.by, at=at)

    def _lies_in(self, highlight: str, category: str, theme: str) -> bool:
        place = self._store.themes.memberships(category).get(highlight)
        return place is not None and place.theme == theme

    def _keep(self, span: Span, coder: str, tag: Tag) -> None:
        self.codings += self._store.tags.bring(coder, [(span.id, tag)])
        self.highlights.add(span.id)
        self.coders.add(coder)
