"""Plain text in which names stand at the head of lines: the layouts of Zoom, Teams, Otter, and of people who type.

Other formats made of paragraphs (Markdown, Word) turn theirs into the same pieces and compose their turns here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.cues import (
    CLOCK,
    Cue,
    Sighting,
    clock,
    is_role,
    is_stage,
    key,
    names_among,
    person,
    speakers_of,
    tidy,
    turns_from_cues,
)
from icp_voice.ingest.source import Source
from icp_voice.model import Document, Kind, Side, Speaker, Turn, Value

NAME = "plain text"

_SPEAKER: Final = r"(?P<name>[^\W_][^:：\[\]<>|\t!?;\"“”{}*=]{0,59}?)"
_TIME: Final = rf"(?P<time>{CLOCK})"
_UNTIL: Final = rf"(?:\s*(?:-->|->|-|–)\s*{CLOCK})?"
_TIMED: Final = (
    re.compile(rf"[\[(]?{_TIME}{_UNTIL}[\])]?\s*(?:[-–|]\s*)?\[?{_SPEAKER}\]?\s*[:：](?:\s+|$)(?P<text>.*)$"),
    re.compile(rf"\[{_SPEAKER}\]\s*{_TIME}{_UNTIL}(?P<text>)$"),
    re.compile(rf"{_SPEAKER}\s*,?\s*[\[(]{_TIME}{_UNTIL}[\])]\s*(?:[:：]\s*(?P<text>.*))?$"),
    re.compile(rf"{_SPEAKER}(?:\s*[|,–-]\s*|\s+){_TIME}{_UNTIL}(?:\s?[AaPp][Mm])?(?P<text>)$"),
    re.compile(rf"[\[(]?{_TIME}[\])]?\s*[|–-]\s*{_SPEAKER}(?P<text>)$"),
)
_INLINE: Final = re.compile(
    rf"(?:\[{_SPEAKER}\]|{_SPEAKER.replace('name', 'bare')})\s*(?::(?=\s|$)|：)\s*(?P<text>.*)$"
)
_LONE: Final = re.compile(rf"{_SPEAKER}$")
_MARKER: Final = re.compile(rf"(?:\[{_TIME}\]|{_TIME.replace('time', 'plain')})(?:\s+(?P<text>.*))?$")
_LEADING_TIME: Final = re.compile(rf"[\[(]{_TIME}[\])]\s*")
_ANY_TIME: Final = re.compile(rf"\s*\[{CLOCK}\]")
_RECORDER: Final = re.compile(
    r"(?:transcri(?:bed|ption (?:is )?provided) by\b.{0,80}|.{0,60}\b(?:started|stopped) transcription)$", re.I
)

_DURATION: Final = re.compile(r"(?:\d+\s?h(?:ours?)?\s*)?\d+\s?m(?:in(?:utes?)?)?(?:\s*\d+\s?s(?:ec(?:onds?)?)?)?")
_NUMBERED: Final = re.compile(r"[QA]\d{0,3}")

_FIELDS: Final = {
    "title": "title|meeting|meeting title|subject|topic|call",
    "date": "date|meeting date|call date|interview date|recorded|recorded on|held|when|published|published on",
    "account": "account|account name|company|customer|client|organisation|organization",
    "people": "participants|participant|attendees|speakers|people|present|guests|interviewees|interviewee|with",
    "interviewer": "interviewer|interviewers|host|moderator|facilitator|researcher",
    "kind": "kind|type",
    "url": "url|link|recording",
    "author": "from|author|written by",
    "other": "to|cc|duration|location|language|time|source|product|project|version|status",
}
FIELD: Final[Mapping[str, str]] = {word: name for name, words in _FIELDS.items() for word in words.split("|")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A line or paragraph as someone laid it out: `label` may be a name, and `source` is the line if it is none.

    A `gap` ends a paragraph; an `end` (a heading, a rule) also ends what the last speaker says; `item` is a list's;
    a `heading` is one unless its label proves to be a name; a `strong` label is set in bold.
    """

    text: str = ""
    label: str = ""
    source: str = ""
    start_ms: int | None = None
    timed: bool = False
    bare: bool = False
    alone: bool = False
    item: bool = False
    gap: bool = False
    end: bool = False
    marker: bool = False
    heading: bool = False
    strong: bool = False


GAP: Final = Piece(gap=True)
END: Final = Piece(gap=True, end=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a file says of itself before anybody speaks."""

    title: str = ""
    date: str = ""
    url: str = ""
    kind: Kind | None = None
    hints: tuple[str, ...] = ()
    people: tuple[Speaker, ...] = ()
    interviewer: str = ""
    author: str = ""
    attributes: Mapping[str, Value] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def matches(source: Source) -> float:
    """Any text is plain text, unless it is plainly written for a machine."""
    head = source.legible[:4096].lstrip().lower()
    if re.match(r"<(?:!doctype|html|\?xml|svg|rss)|\{\\rtf|%pdf", head) or _is_json(source, head):
        return 0.0
    return 0.1 if any(letter.isalnum() for letter in source.legible) else 0.0


def _is_json(source: Source, head: str) -> bool:
    if not re.match(r"\{\s*[\"}]|\[\s*[\[{\"]", head):
        return False
    try:
        return isinstance(source.json, dict | list)
    except UnreadableFile:
        return True


def parse(source: Source) -> list[Document]:
    """Read one talk or note."""
    lines = source.text.split("\n")
    about, first = header(lines)
    pieces = list(pieces_of(lines[first:]))
    return [document(source, about, pieces)]


# ---- lines into pieces ---------------------------------------------------------------------------------------------


def pieces_of(lines: Iterable[str]) -> Iterable[Piece]:
    """Read lines one by one; an empty one ends a paragraph."""
    before = True
    for line in lines:
        yield piece_of(line, first=before)
        before = not line.strip()


def piece_of(line: str, *, first: bool = False, item: bool = False) -> Piece:
    """Read one line; `first` says that a paragraph begins with it."""
    whole = line.strip()
    if not whole:
        return GAP
    if whole[0] == "\\":
        whole = whole.replace("\\[", "[").replace("\\]", "]")
    for layout in _TIMED:
        found = layout.match(whole)
        if found and (label := _label(found["name"])):
            rest, at = found["text"] or "", None if whole[-1] in "mM" else clock(found["time"])
            return Piece(text=rest, label=label, source=whole, start_ms=at, timed=True, alone=not rest, item=item)
    inline = _INLINE.match(whole)
    if inline and (label := _label(inline["name"] or inline["bare"])):
        at, text = leading_time(inline["text"])
        return Piece(text=text, label=label, source=whole, start_ms=at, alone=not text, item=item)
    marker = _MARKER.match(whole)
    if marker:
        at = clock(marker["time"] or marker["plain"])
        return Piece(text=marker["text"] or "", source=whole, start_ms=at, marker=True)
    broken = line.endswith("  ") or line.endswith("\t")
    if (first or broken) and (lone := _LONE.match(whole)) and (label := _label(lone["name"])):
        # Two spaces at the end are Otter's and Markdown's way to break a line after a name.
        return Piece(label=label, source=whole, alone=True, bare=not broken, item=item)
    return Piece(text=whole, source=whole)


def _label(text: str) -> str:
    label = tidy(text).rstrip(" ,-–")
    return label if (label and len(label.split()) <= 9 and label[-1] not in ".,…") or _initial(label) else ""


def _initial(label: str) -> bool:
    return bool(re.search(r"\b(?:\w|Jr|Sr|Dr)\.$", label))


def leading_time(text: str) -> tuple[int | None, str]:
    """Split a time in brackets off the head of what is said."""
    found = _LEADING_TIME.match(text)
    return (clock(found["time"]), text[found.end() :]) if found else (None, text)


# ---- pieces into turns ---------------------------------------------------------------------------------------------


def document(source: Source, about: About, pieces: Sequence[Piece]) -> Document:
    """Compose the document: judge the labels, then let each name speak until the next."""
    pieces = _unnumbered(pieces)
    names = _names(pieces, about)
    speech, recorder = _without_recorder(pieces)
    turns = _turns(speech, names)
    if about.author and not any(turn.speaker for turn in turns):
        turns = tuple(replace(turn, speaker=about.author) for turn in turns)
    if not turns:
        raise UnreadableFile("nobody says anything in it")
    if about.interviewer and {turn.speaker for turn in turns} & {"Q", "A"}:
        turns = _questions_named(turns, about)
    warnings = list(about.warnings)
    if recorder:
        warnings.append(f"{recorder} line{'s' if recorder > 1 else ''} of the recording tool left out")
    return Document(
        file=source.file,
        turns=turns,
        kind=about.kind or _kind(about, turns, pieces),
        title=about.title,
        date=about.date,
        url=about.url,
        speakers=speakers_of(turns, _all_people(pieces, names, about)),
        hints=about.hints,
        attributes=about.attributes,
        warnings=tuple(warnings),
    )


def _unnumbered(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Read Q1, A1, Q2, A2 as Q and A: they number what is asked, not who asks."""
    letters = {piece.label[0] for piece in pieces if _NUMBERED.fullmatch(piece.label)}
    if letters != {"Q", "A"}:
        return pieces
    return [replace(one, label=one.label[0]) if _NUMBERED.fullmatch(one.label) else one for one in pieces]


def _all_people(pieces: Sequence[Piece], names: set[str], about: About) -> list[Speaker]:
    """Return the people of the file's head, and what labels such as `Ana Reyes, CFO` tell of others."""
    known = {key(one.name) for one in about.people}
    labels = dict.fromkeys(piece.label for piece in pieces if piece.label and key(piece.label) in names - known)
    told = {key(one.name): one for one in map(person, reversed(labels)) if one.role or one.company}
    return [*about.people, *told.values()]


def _shown(label: str) -> str:
    """Return the name as the file has it, without the job after a comma."""
    return label if "(" in label else person(label).name


def _kind(about: About, turns: Sequence[Turn], pieces: Sequence[Piece]) -> Kind:
    speakers = {key(turn.speaker) for turn in turns if turn.speaker}
    if about.author and speakers == {key(about.author)}:
        return Kind.MAIL
    if about.interviewer or speakers & {"q", "interviewer", "interviewee"} or "interview" in about.title.lower():
        return Kind.INTERVIEW
    timed = any(turn.start_ms is not None for turn in turns)
    return Kind.CALL if timed or len(speakers) >= 2 or _is_spoken(pieces) else Kind.NOTE


def _is_spoken(pieces: Sequence[Piece]) -> bool:
    """Whether there are so many lines in one block that a recorder must have written them."""
    return len(pieces) > 20 and bool(_as_cues(pieces))


def has_names(pieces: Sequence[Piece]) -> bool:
    """Whether anybody is named in these pieces."""
    return bool(_names(pieces, About()))


def _names(pieces: Sequence[Piece], about: About) -> set[str]:
    sightings = []
    paragraphs, lines, open_paragraph = 0, 0, False
    for index, piece in enumerate(pieces):
        if piece.gap:
            open_paragraph = False
            continue
        lines += 1
        paragraphs += not open_paragraph
        open_paragraph = True
        if piece.label:
            idle = piece.alone and not _says_something(pieces, index)
            sightings.append(
                Sighting(
                    label=piece.label,
                    timed=piece.timed,
                    strong=piece.strong,
                    bare=piece.bare,
                    listed=piece.item,
                    idle=idle,
                )
            )
    title = about.title.casefold()
    titular = [one.label for one in sightings if " " in one.label and one.label.casefold() in title]
    known = [*(one.name for one in about.people), *titular]
    return names_among(sightings, lines=paragraphs if paragraphs > 1 else lines, known=known)


def _says_something(pieces: Sequence[Piece], index: int) -> bool:
    """Whether words follow a label that stands alone, before the next label or heading."""
    for piece in pieces[index + 1 : index + 5]:
        if piece.end or (piece.label and not piece.bare):
            return False
        if not piece.gap:
            return True
    return False


def _without_recorder(pieces: Sequence[Piece]) -> tuple[list[Piece], int]:
    kept = [piece for piece in pieces if not _RECORDER.match(piece.source[:200])]
    return kept, len(pieces) - len(kept)


class _Talk:
    """Collects what is said, turn by turn."""

    def __init__(self) -> None:
        self.said: list[tuple[str, int | None, list[str]]] = []
        self.speaker = ""
        self.start: int | None = None
        self.lines: list[Piece] = []

    def close(self, speaker: str = "", start: int | None = None) -> None:
        """End what was being said; the next words are `speaker`'s."""
        words = [tidy(_ANY_TIME.sub("", piece.text)) for piece in self.lines]
        texts = [text for text in words if text]
        if texts and self.speaker and self.said and self.said[-1][0] == self.speaker:
            self.said[-1][2].extend(texts)
        elif texts:
            self.said.append((self.speaker, self.start, texts))
        self.speaker, self.start, self.lines = speaker, start, []

    def turns(self) -> tuple[Turn, ...]:
        """Return what was said; a block of lines too long for a paragraph is captions, and cut as they are."""
        turns: list[Turn] = []
        for speaker, start, texts in self.said:
            if not speaker and len(texts) > 20 and sum(len(text.split()) for text in texts) > 400:
                turns += turns_from_cues(Cue(text=text) for text in texts)
            else:
                turns.append(Turn(text=" ".join(texts), speaker=speaker, start_ms=start))
        return tuple(turns)


def _turns(pieces: Sequence[Piece], names: set[str]) -> tuple[Turn, ...]:
    labelled = bool(names) and any(piece.label and key(piece.label) in names for piece in pieces)
    if not labelled:
        cues = _as_cues(pieces)
        if cues:
            return turns_from_cues(cues)
    talk = _Talk()
    spelled: dict[str, str] = {}
    own = _foreign_gaps(pieces, names)
    for index, piece in enumerate(pieces):
        if piece.end or (piece.gap and (not talk.speaker or index in own)):
            talk.close()
        elif piece.gap:
            continue
        elif piece.label and key(piece.label) in names:
            talk.close(spelled.setdefault(key(piece.label), _shown(piece.label)), piece.start_ms)
            talk.lines.append(piece)
        elif piece.label and is_stage(piece.label):
            talk.close()
            talk.lines.append(piece)
        elif piece.heading:
            talk.close()
            talk.lines.append(replace(piece, text="" if piece.source.endswith(":") else piece.source))
            talk.close()
        else:
            if piece.item and not talk.speaker:
                talk.close()
            words = piece.text if piece.marker and labelled else piece.source
            talk.lines.append(replace(piece, text=words))
    talk.close()
    return talk.turns()


def _foreign_gaps(pieces: Sequence[Piece], names: set[str]) -> set[int]:
    """Return the gaps after which an unnamed voice speaks.

    Who writes `Ana: ...`, a paragraph without a name, and `Ana: ...` again, means that somebody else said what stands
    between. Recorders that write the name and time on a line of their own do repeat a name, so they are not meant.
    """
    found: set[int] = set()
    last, gap, loose = "", -1, False
    for index, piece in enumerate(pieces):
        if piece.end:
            last = ""
        elif piece.gap:
            gap = index if gap < 0 else gap
        elif piece.label and (key(piece.label) in names or is_stage(piece.label)):
            if loose and key(piece.label) == last and not piece.timed and not piece.alone:
                found.add(gap)
            last, gap, loose = key(piece.label), -1, False
        elif gap >= 0:
            loose = True
    return found


def _as_cues(pieces: Sequence[Piece]) -> list[Cue]:
    """Lines that are captions: with a time each, or without any empty line between them."""
    lines = [piece for piece in pieces if not piece.gap]
    markers = sum(piece.marker for piece in lines)
    if markers >= 3 and markers >= 0.3 * len(lines):
        return _marked(lines)
    inner = list(pieces)
    while inner and inner[0].gap and not inner[0].end:
        inner.pop(0)
    while inner and inner[-1].gap and not inner[-1].end:
        inner.pop()
    one_block = not any(piece.gap or piece.item for piece in inner)
    if not one_block and not _are_captions(pieces):
        return []
    return [Cue(text=piece.source) for piece in lines]


def _are_captions(pieces: Sequence[Piece]) -> bool:
    """Short lines with an empty one after each, most of which end in the middle of a sentence."""
    lines = [piece.source for piece in pieces if not piece.gap]
    gaps = sum(piece.gap for piece in pieces)
    if len(lines) < 20 or gaps < len(lines) - 2 or any(piece.end or piece.item for piece in pieces):
        return False
    open_ended = sum(line[-1] not in ".!?…:\"'”’)" for line in lines)
    return open_ended >= 0.5 * len(lines) and sum(len(line.split()) for line in lines) <= 16 * len(lines)


def _marked(lines: Sequence[Piece]) -> list[Cue]:
    cues: list[Cue] = []
    at: int | None = None
    for piece in lines:
        if piece.marker:
            at = piece.start_ms
        words = piece.text if piece.marker else piece.source
        if words:
            cues.append(Cue(text=words, start_ms=at))
            at = None
    return cues


def _questions_named(turns: Sequence[Turn], about: About) -> tuple[Turn, ...]:
    """Put the interviewer's name for Q, and the guest's for A if there is exactly one."""
    guests = [one.name for one in about.people if key(one.name) != key(about.interviewer)]
    real = {"Q": about.interviewer} | ({"A": guests[0]} if len(guests) == 1 else {})
    return tuple(replace(turn, speaker=real.get(turn.speaker, turn.speaker)) for turn in turns)


# ---- what a file says of itself ------------------------------------------------------------------------------------


def header(lines: Sequence[str]) -> tuple[About, int]:
    """Read `Date: 2026-05-12` and the like at the head of a text; return it with the number of lines it took."""
    labels = Counter(_field_of(line)[0] for line in lines if ":" in line[:40])
    fields: list[tuple[str, str]] = []
    title, taken = "", 0
    bare = labels["subject"] != 1  # `From:` and `To:` head a mail, not a talk
    for number, line in enumerate(lines[:60]):
        name, value = _field_of(line)
        if not line.strip():
            continue
        if name in FIELD and value and labels[name] == 1 and _fits(FIELD[name], value):
            if bare and name in ("from", "to", "cc"):
                break
            fields.append((name, value))
            taken = number + 1
        elif stated := _bare_field(line):
            fields.append(stated)
            taken = number + 1
        elif not fields and not title and len(line.split()) <= 14 and not _field_of(line)[0]:
            title = tidy(line).strip("#=* ")
        else:
            break
    # A first line is a title only when the lines that tell about the file follow it.
    about = about_from([*([("title", title)] if title and fields else []), *fields])
    return about, taken


def _bare_field(line: str) -> tuple[str, str] | None:
    """Read a line that is nothing but a day or a duration, as recorders put it below the title."""
    if len(line) > 50:
        return None
    words = re.findall(r"[a-z]+", line.lower())
    if read_date(line) and all(word in _DAY_WORDS or word in _MONTHS for word in words):
        return "date", line.strip()
    if _DURATION.fullmatch(line.strip()):
        return "duration", line.strip()
    return None


def _fits(kind: str, value: str) -> bool:
    """Whether a value is short enough to be what its name says, and not somebody's first words."""
    most = {"people": 120, "interviewer": 12, "title": 25}.get(kind, 12)
    return len(value.split()) <= most and (kind == "title" or not re.search(r"[!?]|[.] [A-Z]", value))


def _field_of(line: str) -> tuple[str, str]:
    found = re.match(r"\s*[-*]?\s*\**([A-Za-z][A-Za-z ]{1,30}?)\**\s*:\**\s+(\S.*)$", line)
    return (found[1].casefold(), found[2].strip()) if found else ("", "")


def about_from(fields: Iterable[tuple[str, object]]) -> About:
    """Read what a header or front matter states; unknown names become attributes."""
    about = About()
    for name, value in fields:
        known = FIELD.get(name.casefold().replace("_", " ").strip(), "")
        about = _READERS[known](about, value) if known in _READERS else _with_attribute(about, name, value)
    return about


def _scalar(value: object) -> str:
    return tidy(str(value)) if isinstance(value, str | int | float | date) else ""


def _with_attribute(about: About, name: str, value: object) -> About:
    text = _scalar(value)
    return replace(about, attributes={**about.attributes, tidy(name)[:80]: text[:500]}) if text else about


def _with_title(about: About, value: object) -> About:
    return replace(about, title=about.title or _scalar(value))


def _with_date(about: About, value: object) -> About:
    text = _scalar(value)
    day = read_date(text)
    if day or not text:
        return replace(about, date=about.date or day)
    return replace(about, warnings=(*about.warnings, f'the date "{text[:40]}" could not be read; write YYYY-MM-DD'))


def _with_account(about: About, value: object) -> About:
    names = [_scalar(one) for one in value] if isinstance(value, list) else [_scalar(value)]
    return replace(about, hints=tuple(dict.fromkeys([*about.hints, *filter(None, names)])))


def _with_kind(about: About, value: object) -> About:
    text = _scalar(value).lower()
    if text in list(Kind):
        return replace(about, kind=Kind(text))
    known = ", ".join(Kind)
    return replace(about, warnings=(*about.warnings, f'the kind "{text[:40]}" is not known; known: {known}'))


def _with_url(about: About, value: object) -> About:
    text = _scalar(value).strip("<>")
    if re.match(r"https?://\S+$", text):
        return replace(about, url=about.url or text)
    return _with_attribute(about, "url", value)


def _with_people(about: About, value: object) -> About:
    people = {key(one.name): one for one in about.people}
    people |= {key(one.name): one for one in _people(value, about) if key(one.name) not in people}
    return replace(about, people=tuple(people.values()))


def _with_interviewer(about: About, value: object) -> About:
    asking = [replace(one, side=Side.VENDOR, reason="the file says: interviewer") for one in _people(value, about)]
    names = {key(one.name) for one in asking}
    known = {key(one.name): one for one in about.people}
    asking = [replace(known.get(key(one.name), one), side=one.side, reason=one.reason) for one in asking]
    others = [one for one in about.people if key(one.name) not in names]
    first = asking[0].name if asking else ""
    return replace(about, people=(*asking, *others), interviewer=about.interviewer or first)


def _with_author(about: About, value: object) -> About:
    about = _with_people(about, value)
    author = _people(value, about)
    return replace(about, author=author[0].name if author else "")


_READERS: Final = {
    "author": _with_author,
    "title": _with_title,
    "date": _with_date,
    "account": _with_account,
    "people": _with_people,
    "interviewer": _with_interviewer,
    "kind": _with_kind,
    "url": _with_url,
}


def _people(value: object, about: About) -> list[Speaker]:
    if isinstance(value, list):
        found = [_one_person(one) for one in value[:200]]
    else:
        text = _scalar(value)
        parts = re.split(";" if ";" in text else r",(?![^()]*\))|\s+and\s+|\s*&\s+", text)[:200]
        if any(is_role(part) for part in parts[1:]) and ";" not in text and "(" not in text:
            parts = [text]  # one person: name, job, company
        found = [person(part, listed=True) for part in parts if part.strip()]
    return [one for one in found if one.name]


def _one_person(value: object) -> Speaker:
    if not isinstance(value, dict):
        return person(_scalar(value), listed=True)
    stated = {str(name).casefold(): _scalar(one) for name, one in value.items()}
    side = stated.get("side", "").lower()
    known = side in list(Side)
    return Speaker(
        name=stated.get("name", "") or stated.get("email", ""),
        role=stated.get("role", "") or stated.get("title", ""),
        company=stated.get("company", "") or stated.get("account", ""),
        email=stated.get("email", "").lower(),
        side=Side(side) if known else Side.UNKNOWN,
        reason="the file says so" if known else "",
    )


_DAY_WORDS: Final = frozenset(
    """mon monday tue tuesday wed wednesday thu thursday fri friday sat saturday sun sunday at am pm utc gmt cet cest
    est edt pst pdt st nd rd th""".split()
)
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        "jan january|feb february|mar march|apr april|may|jun june|jul july|aug august|sep sept september|"
        "oct october|nov november|dec december".split("|"),
        start=1,
    )
    for name in names.split()
}


def read_date(text: str) -> str:
    """Read a day as YYYY-MM-DD: ISO, `May 12, 2026`, `12 May 2026`, `12.05.2026`, `13/5/2026`; else empty."""
    text = text[:200]
    iso = re.search(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", text)
    if iso:
        return _day(iso[1], iso[2], iso[3])
    written = re.search(r"\b([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b", text)
    if written and written[1].lower() in _MONTHS:
        return _day(written[3], _MONTHS[written[1].lower()], written[2])
    written = re.search(r"\b(\d{1,2})(?:st|nd|rd|th|\.)? (?:of )?([A-Za-z]{3,9})\.?,? (\d{4})\b", text)
    if written and written[2].lower() in _MONTHS:
        return _day(written[3], _MONTHS[written[2].lower()], written[1])
    dotted = re.search(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b", text)
    if dotted:
        return _day(dotted[3], dotted[2], dotted[1])
    slashed = re.search(r"\b(\d{1,2})[/-](\d{1,2})[/-](\d{4})\b", text)
    if slashed and (int(slashed[1]) > 12) != (int(slashed[2]) > 12):
        day, month = (slashed[1], slashed[2]) if int(slashed[1]) > 12 else (slashed[2], slashed[1])
        return _day(slashed[3], month, day)
    return ""


def _day(year: str, month: str | int, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""
