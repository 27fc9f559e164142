"""WebVTT captions: times, voices (`<v.loud Name>`), notes and the small print around them.

The reader goes line by line and keeps words where a stricter one gives up: without the WEBVTT line, without hours or
empty lines, with several voices in one cue. SRT is read by the same lines.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.cues import CLOCK, Cue, clock, tidy, turns_from_cues, unrolled
from icp_voice.ingest.dates import is_day
from icp_voice.ingest.header import FIELD, about_from, field_of
from icp_voice.ingest.headlines import headline_day
from icp_voice.ingest.labels import named, speakers_of
from icp_voice.ingest.source import Source
from icp_voice.ingest.voices import whole_names
from icp_voice.model import Document

NAME = "WebVTT"

_TIMING: Final = re.compile(rf"\s*({CLOCK}|\S{{1,20}})\s*-{{1,2}}>\s*({CLOCK}|\S{{1,20}})(?:\s|$)")
_SKIPPED: Final = re.compile(r"(?:NOTE(?:[ \t]|$)|(?:STYLE|REGION)[ \t]*$)")
_VOICE: Final = re.compile(r"<v(?:\.[^\s<>]*)?(?:\s+([^<>]*))?>|(</v>)", re.I)
_RECORDED: Final = re.compile(
    r"\s*(?:(?:this |the )?(?:call|meeting|interview|talk|session)\s+)?(?:was |took )?"
    r"(?:recorded|started|held|place|conducted|interviewed|on)\s*(?:on\b|at\b|:)?\s*(?=.{0,12}\d)(.{6,60})$",
    re.I,
)
_MARKUP: Final = re.compile(
    r"</?(?:c|b|i|u|s|em|strong|ruby|rt|lang|font|span)(?:[.\s][^<>]*)?>|<\d+:[\d:.]+>|\{\\[^{}]*\}", re.I
)
_BREAK: Final = re.compile(r"<br\s*/?>", re.I)


def matches(source: Source) -> float:
    """Certain by its first line; likely by times with a full stop in them."""
    if re.match(r"WEBVTT(?:\s|$)", source.legible):
        return 1.0
    return 0.85 if timing_style(source) == "." else 0.0


def parse(source: Source) -> list[Document]:
    """Read one talk."""
    lines = source.text.split("\n")
    title = ""
    stated: list[tuple[str, str]] = []
    if lines and lines[0].startswith("WEBVTT"):
        title = tidy(lines[0][6:].strip(" -\t"))
        ends = _header_ends(lines)
        # "Kind: captions" and "Language: en" are WebVTT's own, and say nothing of the talk.
        stated = [
            one for line in lines[1:ends] for one in _stated(line) if one[0].casefold() not in ("kind", "language")
        ]
        lines = lines[ends:]
    return [captions(source, lines, title=title, stated=stated)]


def _header_ends(lines: Sequence[str]) -> int:
    for number, line in enumerate(lines[1:], start=1):
        if not line.strip() or _TIMING.match(line):
            return number
    return len(lines)


def timing_style(source: Source) -> str:
    """Return "." or "," as the times among the first lines have it before the milliseconds; else empty."""
    for line in source.legible[:20_000].split("\n")[:60]:
        found = re.match(rf"\s*({CLOCK})\s*-{{1,2}}>\s*{CLOCK}(?:\s|$)", line)
        if found:
            return "." if "." in found[1] else ","
    return ""


def captions(
    source: Source, lines: Sequence[str], *, title: str = "", stated: Sequence[tuple[str, str]] = ()
) -> Document:
    """Read timed captions, whichever of the two notations their times have."""
    raw, unreadable, notes = read_captions(lines)
    cues, repeats = unrolled(raw)
    dated = [("date", day)] if (day := headline_day(title)) else []
    about = about_from([("title", title), *stated, *notes, *dated])
    spoken = named([voice for cue in cues for voice in voices(cue)])
    turns = turns_from_cues(whole_names(spoken, about.people))
    if not turns:
        raise UnreadableFile("there are no captions with words in it", hint=f"It was read as {NAME} or SRT.")
    warnings = list(about.warnings)
    if unreadable:
        warnings.append(f"{unreadable} of {len(raw)} captions had times that could not be read; their words were kept")
    if repeats:
        warnings.append(f"rolling captions: {repeats} repeated lines were joined")
    return Document(
        file=source.file,
        turns=turns,
        title=about.title,
        date=about.date,
        url=about.url,
        speakers=speakers_of(turns, about.people),
        hints=about.hints,
        warnings=tuple(warnings),
    )


def read_captions(lines: Sequence[str]) -> tuple[list[Cue], int, list[tuple[str, str]]]:
    """Return the cues with their lines, the count of unreadable times, and the fields stated in notes."""
    cues: list[Cue] = []
    texts: list[list[str]] = []
    notes: list[tuple[str, str]] = []
    unreadable, skipping = 0, False
    after_gap = True
    for number, line in enumerate(lines):
        timing = _TIMING.match(line) if "->" in line else None
        if timing:
            start, end = clock(timing[1]), clock(timing[2])
            unreadable += start is None or end is None
            cues.append(
                Cue(text="", start_ms=start, end_ms=end if start is None or end is None or end >= start else None)
            )
            texts.append([])
            skipping = False
        elif not line.strip():
            skipping = False
        elif skipping or (after_gap and _SKIPPED.match(line)):
            skipping = True
            notes += _stated(line.removeprefix("NOTE"))
        elif texts and not _is_id(lines, number, after_gap=after_gap):
            texts[-1].append(line)
        after_gap = not line.strip()
    return [replace(cue, text="\n".join(text)) for cue, text in zip(cues, texts, strict=True)], unreadable, notes


def _stated(line: str) -> Iterator[tuple[str, str]]:
    name, value = field_of(line)
    if name in FIELD:
        yield name, value
    elif found := _RECORDED.match(line):
        yield "date", found[1].strip()
    elif is_day(line):
        yield "date", line.strip()
    elif day := headline_day(line):
        yield from (("title", tidy(line)), ("date", day))


def _is_id(lines: Sequence[str], number: int, *, after_gap: bool) -> bool:
    """Whether a line only counts or names the caption whose times follow it."""
    counts = lines[number].strip().isdigit()
    if not (counts or after_gap):
        return False
    following = number + 1
    while counts and following < len(lines) and not lines[following].strip():
        following += 1
    return following < len(lines) and _TIMING.match(lines[following]) is not None


def voices(cue: Cue) -> Iterator[Cue]:
    """Split a cue where its voice tags change the speaker, and take the markup out of the words."""
    speaker, position = "", 0
    for tag in _VOICE.finditer(cue.text):
        yield from _said(cue, cue.text[position : tag.start()], speaker)
        speaker = "" if tag[2] else tidy(html.unescape(tag[1] or ""))
        position = tag.end()
    yield from _said(cue, cue.text[position:], speaker)


def _said(cue: Cue, text: str, speaker: str) -> Iterator[Cue]:
    words = html.unescape(_MARKUP.sub("", _BREAK.sub("\n", text))).strip()
    if words and (speaker or any(map(str.isalnum, words)) or words == cue.text.strip()):
        yield replace(cue, text=words, speaker=speaker)
