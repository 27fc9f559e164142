"""Pieces of speech as recorders cut them (cues), and how they join into turns.

The same talk comes as VTT, SRT, JSON or bare lines: whatever the file, equal words give equal turns. Where nobody
is named, turns are therefore cut by the words alone, at the borders that all these formats share.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from icp_voice.model import Turn
from icp_voice.surrogates import replace_surrogates

SENTENCE_AFTER: Final = 80  # words of one turn after which the next sentence end closes it
BORDER_AFTER: Final = 160  # words after which any cue border does, for captions without full stops

CLOCK: Final = r"\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"

_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\ufeff\u200b\u200e\u200f\u2060]")
_SENTENCE_END = re.compile(r"""[.!?…。！？]["'”’»)\]]*$""")
_IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Some words with the time they were said at; `speaker` is empty when the source names nobody."""

    text: str
    speaker: str = ""
    start_ms: int | None = None
    end_ms: int | None = None


def tidy(text: str) -> str:
    """Fold whitespace to single spaces and drop what cannot be seen; no word is changed."""
    return " ".join(replace_surrogates(_INVISIBLE.sub("", text)).split())


def clock(text: str) -> int | None:
    """Read `1:02:03.450`, `02:03,45` or `2:03` as milliseconds."""
    found = re.fullmatch(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,3}))?", text.strip())
    if not found:
        return None
    hours, minutes, seconds, fraction = found.groups(default="0")
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(fraction.ljust(3, "0"))


def milliseconds(seconds: object) -> int | None:
    """Turn a number of seconds into milliseconds; None when it is no sensible time."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < 10_000_000:
        return None
    return round(seconds * 1000)


def turns_from_cues(cues: Iterable[Cue]) -> tuple[Turn, ...]:
    """Join cues into turns: all that a named speaker says until another does, else by the words alone."""
    turns: list[Turn] = []
    run: list[Cue] = []
    words = 0
    for cue in cues:
        cue = replace(cue, text=tidy(cue.text), speaker=tidy(cue.speaker))
        if not cue.text:
            continue
        if run and (run[-1].speaker != cue.speaker or _is_full(run[-1], words)):
            turns.append(_joined(run))
            run, words = [], 0
        run.append(cue)
        words += _count(cue.text)
    if run:
        turns.append(_joined(run))
    return tuple(turns)


def _is_full(last: Cue, words: int) -> bool:
    if last.speaker:
        return False
    return words >= BORDER_AFTER or (words >= SENTENCE_AFTER and _SENTENCE_END.search(last.text) is not None)


def _count(text: str) -> int:
    # Chinese and Japanese write no spaces; about two signs make a word.
    return len(text.split()) + len(_IDEOGRAPHS.findall(text)) // 2


def _joined(run: Sequence[Cue]) -> Turn:
    starts = [cue.start_ms for cue in run if cue.start_ms is not None]
    ends = [cue.end_ms for cue in run if cue.end_ms is not None]
    start, end = starts[0] if starts else None, ends[-1] if ends else None
    if start is not None and end is not None and end < start:  # the file's cues are not in order
        end = None
    return Turn(text=" ".join(cue.text for cue in run), speaker=run[0].speaker, start_ms=start, end_ms=end)


def unrolled(cues: Sequence[Cue]) -> tuple[list[Cue], int]:
    """Undo rolling captions, whose every cue repeats the last lines of the one before; with the count of repeats."""
    lines = [[line for line in map(tidy, cue.text.split("\n")) if line] for cue in cues]
    repeats = sum(bool(old and new and old[-1] == new[0]) for old, new in pairwise(lines))
    if repeats < 3 or repeats < 0.4 * len(cues):
        return list(cues), 0
    kept: list[Cue] = []
    dropped = 0
    before: list[str] = []
    for cue, now in zip(cues, lines, strict=True):
        most = min(len(before), len(now))
        same = next((size for size in range(most, 0, -1) if before[-size:] == now[:size]), 0)
        dropped += same
        kept.append(replace(cue, text="\n".join(now[same:])))
        before = now or before
    return kept, dropped
