"""How people arranged the ICP document: what is hidden, in which order, with which notes, paragraphs and views."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from icp_voice.store.arrangement import Arranged

SECTION, THEME, QUOTE, PARAGRAPH, VIEW = "section", "theme", "quote", "paragraph", "view"
TOP, END = "top", "end"
ASKED = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What somebody wrote beside a theme or a quote."""

    text: str
    by: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """What somebody wrote into the document, in Markdown, with the quotes (ids of highlights) that it rests on.

    `place` is "top" or "end" of the section, or the id of the theme after which it stands.
    """

    id: str
    section: str
    place: str
    text: str
    by: str
    at: str
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """What holds now. `told` says in sentences what was left out since what it speaks of is no longer there."""

    sections: tuple[str, ...] = ()
    hidden_sections: frozenset[str] = frozenset()
    hidden_themes: frozenset[str] = frozenset()
    hidden_quotes: frozenset[str] = frozenset()
    themes: Mapping[str, int] = field(default_factory=dict)
    pinned: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[tuple[str, str], Note] = field(default_factory=dict)
    paragraphs: tuple[Paragraph, ...] = ()
    views: tuple[tuple[str, str], ...] = ()
    told: tuple[str, ...] = ()

    def note(self, part: str, target: str) -> Note | None:
        """Return the note to a theme or a quote."""
        return self.notes.get((part, target))

    def at(self, section: str, place: str) -> list[Paragraph]:
        """Return the paragraphs at the top or the end of a section, in the order in which they were written."""
        return [one for one in self.paragraphs if (one.section, one.place) == (section, place)]

    def after(self, theme: str) -> list[Paragraph]:
        """Return the paragraphs that stand after a theme."""
        return [one for one in self.paragraphs if one.place == theme]


def arrangement(lines: Iterable[Arranged]) -> Arrangement:
    """Return what a list of lines comes to: those that stand, the later outdoing the earlier."""
    held = _Held()
    for line in lines:
        if not line.undone:
            held.read(line)
    return held.outcome()


def settled(
    held: Arrangement,
    *,
    themes: Collection[str],
    quotes: Collection[str],
    views: Collection[str],
    sections: Collection[str],
    came_to: Callable[[str], str],
) -> Arrangement:
    """Return an arrangement of what is still there: it follows themes to those they were merged into.

    What speaks of something that is gone is left out, and told.
    """
    check = _Check(themes, quotes, came_to)
    paragraphs = []
    for one in held.paragraphs:
        place = one.place if one.place in (TOP, END) else check.theme(one.place, "a paragraph stood after it") or END
        cited = tuple(check.some_quotes(one.quotes, "a paragraph rests on it"))
        paragraphs.append(replace(one, place=place, quotes=cited))
    notes = {}
    for (part, target), note in held.notes.items():
        there = check.theme(target, "it has a note") if part == THEME else check.quote(target, "it has a note")
        if there:
            notes[part, there] = note
    lost = [name for name, _ in held.views if name not in views]
    check.told += [f"View “{name}” was removed; its block is left out." for name in lost]
    return replace(
        held,
        sections=tuple(one for one in held.sections if one in sections),
        hidden_themes=frozenset(id for old in sorted(held.hidden_themes) if (id := check.theme(old, "it was hidden"))),
        hidden_quotes=frozenset(one for one in held.hidden_quotes if one in quotes),
        themes=_ranked(check.theme(id, "") for id in sorted(held.themes, key=held.themes.__getitem__)),
        pinned=_ranked(check.some_quotes(sorted(held.pinned, key=held.pinned.__getitem__), "it stood first")),
        notes=notes,
        paragraphs=tuple(paragraphs),
        views=tuple(one for one in held.views if one[0] in views),
        told=tuple(dict.fromkeys(check.told)),
    )


class _Held:
    """Reads lines one after the other."""

    def __init__(self) -> None:
        self.hidden: dict[str, set[str]] = {SECTION: set(), THEME: set(), QUOTE: set()}
        self.order: dict[tuple[str, str], list[str]] = {}
        self.notes: dict[tuple[str, str], Note] = {}
        self.paragraphs: dict[str, Paragraph] = {}
        self.views: dict[str, str] = {}

    def read(self, line: Arranged) -> None:
        """Take one line in."""
        key = (line.part, line.target)
        if line.action == "hide":
            self.hidden[line.part].add(line.target)
        elif line.action == "show":
            self.hidden[line.part].discard(line.target)
        elif line.action == "order":
            self.order[key] = list(line.value["ids"])
        elif line.action == "annotate":
            self.notes[key] = Note(text=line.value["text"], by=line.by, at=line.at)
        elif line.action == "write":
            written = _paragraph(line)
            self.paragraphs[written.id] = written
        elif line.action == "remove":
            self.paragraphs.pop(line.target, None)
        elif line.action == "add view":
            self.views[line.target] = str(line.value["section"])
        elif line.action == "remove view":
            self.views.pop(line.target, None)

    def outcome(self) -> Arrangement:
        """Return what the lines come to."""
        orders = {part: [ids for (of, _), ids in self.order.items() if of == part] for part in (SECTION, THEME, QUOTE)}
        return Arrangement(
            sections=tuple(orders[SECTION][-1]) if orders[SECTION] else (),
            hidden_sections=frozenset(self.hidden[SECTION]),
            hidden_themes=frozenset(self.hidden[THEME]),
            hidden_quotes=frozenset(self.hidden[QUOTE]),
            themes=_ranked(id for ids in orders[THEME] for id in ids),
            pinned=_ranked(id for ids in orders[QUOTE] for id in ids),
            notes={key: note for key, note in self.notes.items() if note.text},
            paragraphs=tuple(self.paragraphs.values()),
            views=tuple(self.views.items()),
        )


class _Check:
    """Looks for what lines speak of, and tells what is gone."""

    def __init__(self, themes: Collection[str], quotes: Collection[str], came_to: Callable[[str], str]) -> None:
        self._themes, self._quotes, self._came_to = themes, quotes, came_to
        self.told: list[str] = []

    def theme(self, theme: str, why: str) -> str:
        """Return the theme, or the one it was merged into, or nothing."""
        found = self._came_to(theme)
        if found in self._themes:
            return found
        if why:
            self.told.append(f"Theme {theme} is no longer there; {why}.")
        return ""

    def quote(self, quote: str, why: str) -> str:
        """Return the quote, or nothing if nobody says it any more."""
        if quote in self._quotes:
            return quote
        self.told.append(f"Quote {quote} is no longer there; {why}.")
        return ""

    def some_quotes(self, quotes: Iterable[str], why: str) -> list[str]:
        """Return those of some quotes that are still there."""
        return [one for one in quotes if self.quote(one, why)]


def paragraph_id(number: int) -> str:
    """Return the id of the paragraph that was first written under a number."""
    return f"p{number}"


def _paragraph(line: Arranged) -> Paragraph:
    value = line.value
    return Paragraph(
        id=line.target or paragraph_id(line.number),
        section=value["section"],
        place=value["place"],
        text=value["text"],
        quotes=tuple(value.get("quotes", ())),
        by=line.by,
        at=line.at,
    )


def _ranked(ids: Iterable[str]) -> dict[str, int]:
    return {id: place for place, id in enumerate(dict.fromkeys(id for id in ids if id))}
