"""What Whisper and its kin write beside captions: JSON with segments, TSV, lines with times, and LRC."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.cues import CLOCK, Cue, clock, milliseconds, tidy, turns_from_cues
from icp_voice.ingest.labels import named, speakers_of
from icp_voice.ingest.source import Source
from icp_voice.ingest.voices import whole_names
from icp_voice.model import Document

NAME = "Whisper (json, tsv, txt, lrc)"

_TSV_HEAD: Final = re.compile(r"start\tend\t(?:speaker\t)?text[ \t]*(?:\n|$)", re.I)
_SPAN: Final = re.compile(rf"\[({CLOCK})\s*-->\s*({CLOCK})\]\s*(.*)$")
_LRC: Final = re.compile(r"\[(\d{1,3}:\d{2}\.\d{1,3})\](.*)$")
_LRC_TAG: Final = re.compile(r"\[(ti|ar|al|au|by|re|ve|length|offset|la|#)[:\s](.*)\]$", re.I)
_KEYS: Final = frozenset("text segments language duration task words usage transcription".split())


def matches(source: Source) -> float:
    """Told by the keys of the JSON, the head of the table or the look of the first lines."""
    text = source.legible.lstrip("\n \t")
    if text.startswith("{"):
        return _matches_json(source)
    if _TSV_HEAD.match(text):
        return 1.0
    lines = [line.strip() for line in text[:20_000].split("\n")[:40] if line.strip()]
    for look in (_SPAN, _LRC):
        if lines and sum(bool(look.match(line)) for line in lines) >= 0.6 * len(lines):
            return 0.9
    return 0.0


def _matches_json(source: Source) -> float:
    try:
        value = source.json
    except UnreadableFile:
        return 0.2 if '"segments"' in source.text[:100_000] else 0.0
    if not isinstance(value, dict) or "icp_voice" in value:
        return 0.0
    segments = value.get("segments", value.get("transcription"))
    if isinstance(segments, list) and (not segments or (isinstance(segments[0], dict) and "text" in segments[0])):
        return 1.0 if segments or isinstance(value.get("text"), str) else 0.0
    return 0.9 if isinstance(value.get("text"), str) and _KEYS.issuperset(value) else 0.0


def parse(source: Source) -> list[Document]:
    """Read one talk."""
    text = source.text.lstrip("\n \t")
    skipped: list[str] = []
    title = ""
    if text.startswith("{"):
        cues = list(_json_cues(source, skipped))
    elif _TSV_HEAD.match(text):
        cues = list(_table_cues(text, skipped))
    else:
        title, cues = _line_cues(text.split("\n"))
    turns = turns_from_cues(whole_names(named(cues)))
    if not turns:
        raise UnreadableFile("there are no words in it")
    warnings = (f"{len(skipped)} segments could not be read: {skipped[0]}",) if skipped else ()
    return [Document(file=source.file, turns=turns, title=title, speakers=speakers_of(turns), warnings=warnings)]


def _json_cues(source: Source, skipped: list[str]) -> Iterator[Cue]:
    value = source.json
    if not isinstance(value, dict):
        raise UnreadableFile("the JSON holds no transcript")
    segments = value.get("segments", value.get("transcription"))
    if not isinstance(segments, list) or not segments:
        yield Cue(text=str(value.get("text", "")))
        return
    for number, segment in enumerate(segments):
        if not isinstance(segment, dict) or not isinstance(segment.get("text"), str):
            skipped.append(f"segments[{number}] has no text")
            continue
        speaker = segment.get("speaker")
        start, end = _times(segment)
        yield Cue(
            text=segment["text"],
            speaker=tidy(str(speaker)) if isinstance(speaker, str | int) and str(speaker) else "",
            start_ms=start,
            end_ms=end,
        )


def _times(segment: dict[str, object]) -> tuple[int | None, int | None]:
    offsets = segment.get("offsets")
    if isinstance(offsets, dict):  # whisper.cpp counts in milliseconds
        return _whole(offsets.get("from")), _whole(offsets.get("to"))
    return milliseconds(segment.get("start")), milliseconds(segment.get("end"))


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**10 else None


def _table_cues(text: str, skipped: list[str]) -> Iterator[Cue]:
    head, *rows = text.split("\n")
    columns = head.lower().strip().split("\t")
    for number, row in enumerate(rows, start=2):
        if not row.strip():
            continue
        cells = row.split("\t", len(columns) - 1)
        if len(cells) < len(columns) or not (cells[0].strip().isdecimal() and cells[1].strip().isdecimal()):
            skipped.append(f"line {number} is not start, end and text")
            cells = ["", "", *[""] * (len(columns) - 3), row.strip()]
        start, end = (int(cell) if cell.strip().isdecimal() and len(cell) < 12 else None for cell in cells[:2])
        yield Cue(text=cells[-1], speaker=cells[2] if len(columns) == 4 else "", start_ms=start, end_ms=end)


def _line_cues(lines: list[str]) -> tuple[str, list[Cue]]:
    title, cues = "", []
    reader: Callable[[str], Cue | None] = _span if any(map(_SPAN.match, lines[:40])) else _lrc
    for line in map(str.strip, lines):
        tag = _LRC_TAG.match(line)
        if tag:
            title = tidy(tag[2]) if tag[1].lower() == "ti" else title
        elif cue := reader(line):
            cues.append(cue)
        elif line:
            cues.append(Cue(text=line))
    return title, _with_ends(cues)


def _span(line: str) -> Cue | None:
    found = _SPAN.match(line)
    return Cue(text=found[3], start_ms=clock(found[1]), end_ms=clock(found[2])) if found else None


def _lrc(line: str) -> Cue | None:
    found = _LRC.match(line)
    return Cue(text=found[2], start_ms=clock(found[1])) if found else None


def _with_ends(cues: list[Cue]) -> list[Cue]:
    """LRC tells the end of a line by an empty one, or by the next."""
    following = [*cues[1:], None][: len(cues)]
    return [
        replace(cue, end_ms=after.start_ms if after else None) if cue.end_ms is None else cue
        for cue, after in zip(cues, following, strict=True)
        if cue.text.strip()
    ]
