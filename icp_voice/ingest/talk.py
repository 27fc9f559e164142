"""Pieces as a talk: the labels are judged over the whole file, then each name speaks until the next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.cues import CLOCK, Cue, tidy, turns_from_cues
from icp_voice.ingest.header import About
from icp_voice.ingest.labels import Sighting, is_stage, key, names_among, person, speakers_of
from icp_voice.ingest.pieces import Piece
from icp_voice.ingest.source import Source
from icp_voice.ingest.voices import in_full
from icp_voice.model import Document, Kind, Speaker, Turn

_ANY_TIME: Final = re.compile(rf"(?<!\s)\s*\[{CLOCK}\]")  # from the first space on: a run of them is looked at once
_RECORDER: Final = re.compile(
    r"(?:transcri(?:bed|ption (?:is )?provided) by\b.{0,80}|.{0,60}\b(?:started|stopped) transcription|"
    r"transcription ended after \d[\d:]*|this editable transcript was computer generated\b.{0,120}|"
    r"people can also change the text after it was created\W*)$",
    re.I,
)
_NUMBERED: Final = re.compile(r"[QA]\d{0,3}")


def document(source: Source, about: About, pieces: Sequence[Piece]) -> Document:
    """Compose the document: judge the labels, then let each name speak until the next."""
    pieces = _unnumbered(pieces)
    names = _names(pieces, about)
    speech, recorder = _without_recorder(pieces)
    turns = _turns(speech, names, about.people)
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


def _turns(pieces: Sequence[Piece], names: set[str], people: Sequence[Speaker]) -> tuple[Turn, ...]:
    labelled = bool(names) and any(piece.label and key(piece.label) in names for piece in pieces)
    if not labelled:
        cues = _as_cues(pieces)
        if cues:
            return turns_from_cues(cues)
    talk = _Talk()
    whole = in_full([piece.label for piece in pieces if piece.label and key(piece.label) in names], people)
    spelled = {short: _shown(label) for short, label in whole.items()}
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
