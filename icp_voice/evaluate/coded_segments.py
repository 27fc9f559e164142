"""Transcripts in which people marked passages: where in the customers' turns the marked words stand.

The form: FOLDER/transcripts/ with one transcript each, and FOLDER/coded_segments.jsonl with rows
{"participant": name of the transcript without its ending, "segment": the words that were marked}; other keys, such as
the code, are not needed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from icp_voice.errors import IcpVoiceError, UnreadableFile
from icp_voice.evaluate.ground import Ground
from icp_voice.evaluate.rows import BadRow, Row, kept, must_be_folder, read_rows, said
from icp_voice.ingest import speakers
from icp_voice.ingest.add import sides
from icp_voice.ingest.apart.reader import read_documents
from icp_voice.ingest.matching import AccountIndex
from icp_voice.model import Document, Side

TRANSCRIPTS, SEGMENTS = "transcripts", "coded_segments.jsonl"
FORM = 'Form of a row: {"participant": "P1", "segment": "the words that were marked"}.'
HINT = f"Name a folder with {SEGMENTS} and {TRANSCRIPTS}/, which holds one file for each participant: see docs/evaluate.md."
WORD = re.compile(r"\w+")
# A segment that is not there word by word: so much of it must be, in runs of so many words. Runs with fewer words than
# that between them are one piece.
SHARE, RUN, GAP = 0.8, 4, 5
# Of a segment over several turns, what is shorter is a "Yeah, okay" in between.
FEWEST_WORDS = 4


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A span of a turn: offsets in the text of turn number `turn`."""

    turn: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Coded:
    """A transcript, the numbers of its customers' turns, and what people marked in those."""

    document: Document
    customers: tuple[int, ...]
    marked: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    place: Place


def read_coded(ground: Ground, folder: Path, *, ours: Sequence[str] = ()) -> tuple[list[Coded], list[str]]:
    """Return the transcripts with what was marked in them, and what could not be read or found; `ours` are our people."""
    must_be_folder(folder, HINT)
    if not (folder / SEGMENTS).is_file():
        raise UnreadableFile(f"{folder} holds no {SEGMENTS}.", hint=HINT)
    paths = [path for path in sorted((folder / TRANSCRIPTS).glob("*")) if path.is_file()]
    if not paths:
        raise UnreadableFile(f"{folder / TRANSCRIPTS} holds no transcripts.", hint=HINT)
    rows, problems = read_rows(folder / SEGMENTS, FORM)
    pairs, more = kept(
        rows, lambda row: (said(row, "participant"), said(row, "segment"), row.where), folder / SEGMENTS, FORM
    )
    problems += more
    files = [Row(path.name, {"path": path}) for path in paths]
    documents, more = kept(files, lambda row: _document(ground, row.fields["path"], ours), folder / TRANSCRIPTS, HINT)
    by_name: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, segment, where in pairs:
        by_name[name].append((segment, where))
    names = {document.id for document in documents}
    problems += [*more, *(f"{SEGMENTS}: no transcript {name}" for name in sorted(set(by_name) - names))]
    coded = []
    for document in documents:
        found, told = _coded(document, by_name.get(document.id, ()))
        problems += told
        if found.customers and found.marked:
            coded.append(found)
        else:
            what = (
                "nothing is marked in it" if found.customers else "no customer speaks in it; name our people by --ours"
            )
            problems.append(f"{document.id}: {what}")
    if not coded:
        raise IcpVoiceError(f"{folder}: nothing to compare with. The first problem: {problems[0]}.")
    return coded, problems


def _document(ground: Ground, path: Path, ours: Sequence[str]) -> Document:
    settings = ground.tools.settings
    settings = settings.model_copy(update={"people": (*settings.people, *ours)})
    try:
        documents = read_documents(path, path.name, settings.limits)
    except UnreadableFile as error:
        raise BadRow(error.message) from error
    if len(documents) != 1:
        raise BadRow("not one transcript")
    return replace(speakers.resolve(documents[0], sides(settings, AccountIndex([])), {}), id=path.stem)


def _coded(document: Document, segments: Sequence[tuple[str, str]]) -> tuple[Coded, list[str]]:
    customers = {speaker.name for speaker in document.speakers if speaker.side is Side.CUSTOMER}
    turns = tuple(i for i, turn in enumerate(document.turns) if turn.speaker in customers)
    tokens = [
        _Token(match.group().lower(), Place(i, match.start(), match.end()))
        for i, turn in enumerate(document.turns)
        for match in WORD.finditer(turn.text)
    ]
    names = "|".join(re.escape(speaker.name) for speaker in document.speakers if speaker.name)
    labels = re.compile(rf"\b(?:{names})\s*:" if names else r"(?!)")
    marked: set[Place] = set()
    lost = []
    for segment, where in segments:
        words = [word.lower() for word in WORD.findall(labels.sub(" ", segment))]
        found = locate([token.word for token in tokens], words)
        if not found:
            lost.append(f"{SEGMENTS} {where}: not found in {document.id}")
        for first, last in found:
            marked |= set(_pieces([token.place for token in tokens[first:last]], frozenset(turns)))
    return Coded(document, turns, tuple(sorted(marked))), lost


def locate(words: Sequence[str], segment: Sequence[str]) -> list[tuple[int, int]]:
    """Return where a segment stands among the words, as (first, after last), in as many pieces as it comes in.

    A transcript may have been mended since it was coded, and a segment may leave out what was said in between: so nearly
    all of its words must be there, in runs. Empty if they are not.
    """
    size = len(segment)
    exact = next((i for i in range(len(words) - size + 1) if words[i : i + size] == segment), None)
    if exact is not None and size:
        return [(exact, exact + size)]
    blocks = SequenceMatcher(None, words, segment, autojunk=False).get_matching_blocks()
    runs = [block for block in blocks if block.size >= RUN]
    if not runs or sum(block.size for block in runs) < SHARE * size:
        return []
    pieces = [(runs[0].a, runs[0].a + runs[0].size)]
    for block in runs[1:]:
        first, last = block.a, block.a + block.size
        if first - pieces[-1][1] <= GAP:
            pieces[-1] = (pieces[-1][0], last)
        else:
            pieces.append((first, last))
    return pieces


def _pieces(places: Sequence[Place], customers: frozenset[int]) -> Iterator[Place]:
    """Yield the part of a segment in each customer's turn."""
    turns = list(dict.fromkeys(place.turn for place in places))
    for turn in turns:
        inside = [place for place in places if place.turn == turn]
        if turn in customers and (len(turns) == 1 or len(inside) >= FEWEST_WORDS):
            yield Place(turn, inside[0].start, inside[-1].end)
