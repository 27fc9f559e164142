"""What was typed during a Zoom meeting: `10:02:13 From Ana Reyes to Everyone:` and the words below or beside it."""

from __future__ import annotations

import re
from typing import Final

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.cues import clock, tidy
from icp_voice.ingest.source import Source
from icp_voice.ingest.vendors.collected import told
from icp_voice.ingest.vendors.parts import Left, People
from icp_voice.model import Document, Kind, Speaker, Turn

NAME = "Zoom chat (txt)"

_HEAD: Final = re.compile(
    r"(?:\d{4}-\d\d-\d\d )?(\d{1,2}:\d\d:\d\d)\s+From\s+(.{1,80}?)(?:\s+to\s+(.{1,80}?))?\s*:(?:\s+(.*))?$", re.I
)
_PRIVATE: Final = re.compile(r"\(\s*(?:direct message|privately)\s*\)", re.I)
_REACTION: Final = re.compile(r"(?:reacted to \".*\" with |removed a .{1,30} reaction from )", re.I | re.S)
_REPLY: Final = re.compile(r"replying to \".*?\"\s*\n*", re.I | re.S)


def matches(source: Source) -> float:
    """Likely when the first line that says anything is such a head, and others are."""
    lines = [line for line in source.legible[:20_000].split("\n")[:60] if line.strip()]
    return 0.95 if lines and _HEAD.match(lines[0].strip()) else 0.0


def parse(source: Source) -> list[Document]:
    """Read one meeting's chat."""
    left = Left()
    people = People()
    turns: list[Turn] = []
    for time, name, words in _messages(source.text.split("\n")):
        if _REACTION.match(words):
            left["reaction"] += 1
        elif spoken := "\n".join(filter(None, map(tidy, _REPLY.sub("", words, count=1).split("\n")))):
            turns.append(Turn(text=spoken, speaker=people.add(name, Speaker(name=name)).name, start_ms=clock(time)))
    if not turns:
        raise UnreadableFile("nobody writes anything in this chat")
    made = Document(file=source.file, turns=tuple(turns), kind=Kind.CHAT, speakers=people.in_order(turns))
    return told([made], left)


def _messages(lines: list[str]) -> list[tuple[str, str, str]]:
    """Return the time, the writer and the words of each message; words may go on over lines."""
    found: list[tuple[str, str, list[str]]] = []
    for line in lines:
        head = _HEAD.match(line.strip())
        if head:
            name = tidy(_PRIVATE.sub("", head[2]))
            found.append((head[1], name, [head[4] or ""]))
        elif found:
            found[-1][2].append(line.strip())
    return [(time, name, "\n".join(words).strip()) for time, name, words in found]
