"""A transcript as people read it: words cut where quotes begin and end, and what is said of each quote in plain words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from icp_voice.model import Highlight, Side, Tag, TagState
from icp_voice.profile.review import SURE
from icp_voice.profile.transcript import DocumentPage, SpokenTurn
from icp_voice.settings import Codebook
from icp_voice.store.redactions import BY_RULE, Redaction
from icp_voice.store.tags import PERSON
from icp_voice.store.veil import BAR

HUES = 10
FIRST_WORDS = 5
BARS = re.compile(rf"{BAR}+(?:\s+{BAR}+)*")
VEILED, HIDDEN, PROPOSED = "veiled", "hidden", "proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """How a category is told from others: a colour by number, and a letter of its own for whoever sees no colours."""

    category: str
    title: str
    letter: str
    hue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Words of a turn from `start` on, with the quotes that lie over them, the shortest first.

    `begins` are those that begin here. `hidden` is "veiled" for bars in place of words, "hidden" for words that others
    do not see, "proposed" for words that a rule would hide; `since` and `until` are where that begins and ends.
    """

    start: int
    text: str
    over: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    hidden: str = ""
    since: int = 0
    until: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """What is said of one category at a quote: whether it `holds`, and `told` in plain words by whom.

    `asked` says that only a model has spoken; `people` are those who have decided, with what they said.
    """

    sign: Sign
    holds: bool
    told: str
    asked: bool
    score: float
    people: tuple[tuple[str, bool], ...] = ()
    theme: str = ""
    theme_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A quote with all that is said of it; `first` are its first words."""

    highlight: Highlight
    coded: tuple[Coded, ...]
    first: str

    @property
    def held(self) -> tuple[Coded, ...]:
        """The categories that hold."""
        return tuple(one for one in self.coded if one.holds)

    @property
    def place(self) -> str:
        """What an address names it by."""
        return f"t{self.highlight.turn}-{self.highlight.start}-{self.highlight.end}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTurn:
    """A turn with its pieces and its quotes in the order they are said."""

    spoken: SpokenTurn
    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...]

    @property
    def heard(self) -> bool:
        """Whether a customer speaks: only then words can be quotes."""
        return self.spoken.side is Side.CUSTOMER

    @property
    def hides(self) -> bool:
        """Whether words of it can be shown again."""
        return any(piece.hidden in (HIDDEN, PROPOSED) for piece in self.pieces)

    def note(self, highlight: str) -> Note:
        """Return the note of a quote of this turn."""
        return next(one for one in self.notes if one.highlight.id == highlight)

    def hues(self, piece: Piece) -> tuple[int, ...]:
        """Return the colours that a piece bears: those of the shortest quote first."""
        return tuple(dict.fromkeys(one.sign.hue for name in piece.over for one in self.note(name).held))


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The quote that is open: whether a `person` made it, and the themes that it could be in.

    A theme is what a person types for it, and the title of its category: its name, or its id where names are alike.
    """

    note: Note
    person: bool
    themes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Some turns of a document to read, the signs of the categories, and the quote that is open, if any."""

    page: DocumentPage
    turns: tuple[ReadTurn, ...]
    signs: tuple[Sign, ...]
    card: Card | None = None
    hidden: int = 0


def signs(codebook: Codebook) -> dict[str, Sign]:
    """Return category -> its sign; letters are initials of the title's words as far as no other category has them."""
    taken: dict[str, Sign] = {}
    letters: set[str] = set()
    for number, category in enumerate(codebook):
        words = re.findall(r"[a-z]+", category.title.lower()) or ["x"]
        wanted = [*(word[0] for word in words), *"".join(words), *"abcdefghijklmnopqrstuvwxyz0123456789"]
        letter = next((one for one in wanted if one not in letters), "*")
        letters.add(letter)
        taken[category.name] = Sign(
            category=category.name, title=category.title, letter=letter.upper(), hue=number % HUES
        )
    return taken


def read_turns(page: DocumentPage, known: Mapping[str, Sign], redactions: Iterable[Redaction]) -> tuple[ReadTurn, ...]:
    """Return the turns of a page cut into pieces; `redactions` are those of it for who may see hidden words."""
    notes: dict[int, list[Note]] = {}
    for highlight in page.highlights:
        notes.setdefault(highlight.turn, []).append(_note(highlight, page, known))
    spans: dict[int, list[tuple[int, int, str]]] = {}
    for one in redactions:
        if one.turn is not None and one.state is not TagState.REJECTED:
            proposed = one.state is TagState.PROPOSED and one.by == BY_RULE
            spans.setdefault(one.turn, []).append((one.start, one.end, PROPOSED if proposed else HIDDEN))
    return tuple(
        ReadTurn(
            spoken=turn,
            pieces=pieces(
                turn.text,
                [(one.highlight.start, one.highlight.end, one.highlight.id) for one in notes.get(turn.number, ())],
                spans.get(turn.number) or [(*bars.span(), VEILED) for bars in BARS.finditer(turn.text)],
            ),
            notes=tuple(notes.get(turn.number, ())),
        )
        for turn in page.turns
    )


def pieces(
    text: str, quotes: Sequence[tuple[int, int, str]], hidden: Sequence[tuple[int, int, str]] = ()
) -> tuple[Piece, ...]:
    """Return a text cut wherever a quote or a hidden span (start, end, name) begins or ends; nothing of it is lost."""
    spans = [(start, end) for start, end, _ in (*quotes, *hidden)]
    edges = sorted({0, len(text), *(min(edge, len(text)) for span in spans for edge in span)})
    cut = []
    for start, end in pairwise(edges):
        over = sorted((last - first, name) for first, last, name in quotes if first <= start and end <= last)
        under = next(
            ((first, last, name) for first, last, name in hidden if first <= start and end <= last), (0, 0, "")
        )
        begins = tuple(name for first, _, name in quotes if first == start)
        cut.append(
            Piece(
                start=start,
                text=text[start:end],
                over=tuple(name for _, name in over),
                begins=begins,
                hidden=under[2],
                since=under[0],
                until=under[1],
            )
        )
    return tuple(cut)


def card(note: Note, *, person: bool, themes: Mapping[str, Mapping[str, str]]) -> Card:
    """Return the open quote; `themes` are title of a category -> id -> name."""
    counted = Counter(name.casefold() for names in themes.values() for name in names.values())
    offered = [
        (name, title) if counted[name.casefold()] == 1 else (theme, f"{name}, {title}")
        for title, names in themes.items()
        for theme, name in sorted(names.items(), key=lambda one: (one[1].casefold(), one[0]))
    ]
    return Card(note=note, person=person, themes=tuple(offered))


def _note(highlight: Highlight, page: DocumentPage, known: Mapping[str, Sign]) -> Note:
    said: dict[str, list[Tag]] = {}
    for tag in page.said.get(highlight.id, ()):
        if tag.category in known:
            said.setdefault(tag.category, []).append(tag)
    held = {tag.category: tag for tag in highlight.tags}
    coded = [
        replace(
            _coded(known[category], held[category], tags),
            theme=(
                theme := highlight.themes.get(category, "") if highlight.themes.get(category) in page.themes else ""
            ),
            theme_name=page.themes.get(theme, ""),
        )
        for category, tags in said.items()
        if category in held
    ]
    order = {category: number for number, category in enumerate(known)}
    coded.sort(key=lambda one: (not one.holds, order[one.sign.category]))
    words = highlight.text.split()
    first = " ".join(words[:FIRST_WORDS]) + (" …" if len(words) > FIRST_WORDS else "")
    return Note(highlight=highlight, coded=tuple(coded), first=first)


def _coded(sign: Sign, tag: Tag, said: Sequence[Tag]) -> Coded:
    people = tuple(
        (one.coder.removeprefix(PERSON), one.state is TagState.CONFIRMED)
        for one in said
        if one.coder.startswith(PERSON) and one.state is not TagState.PROPOSED
    )
    scores = [one.score for one in said if not one.coder.startswith(PERSON)]
    holds = tag.state is not TagState.REJECTED
    if people:
        names = [name for name, yes in people if yes is holds]
        told = f"{'said' if holds else 'turned down'} by {' and '.join(names)}"
    else:
        told = "sure" if tag.score >= SURE else "unsure"
    return Coded(sign=sign, holds=holds, told=told, asked=not people, score=max(scores, default=0.0), people=people)
