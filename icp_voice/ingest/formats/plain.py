"""Plain text in which names stand at the head of lines, and any other text that holds words."""

from __future__ import annotations

import re

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.header import header
from icp_voice.ingest.markup import without_bold
from icp_voice.ingest.pieces import pieces_of
from icp_voice.ingest.recorders import unframed
from icp_voice.ingest.source import Source
from icp_voice.ingest.talk import document
from icp_voice.model import Document

NAME = "plain text"


def matches(source: Source) -> float:
    """Any text is plain text, unless it is plainly written for a machine."""
    head = source.legible[:4096].lstrip().lower()
    if re.match(r"<(?:!doctype|html|\?xml|svg|rss)|\{\\rtf|%pdf", head) or _is_json(source, head):
        return 0.0
    if re.fullmatch(r"(?:null|true|false|-?[\d.]+(?:e[+-]?\d+)?|\[\s*\])\s*", head):  # JSON that holds nothing
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
    lines = [without_bold(line) for line in source.text.split("\n")]
    kept, stated = unframed(lines)
    lines = [lines[number] for number in kept]
    about, first = header(lines)
    pieces = list(pieces_of(lines[first:]))
    return [document(source, stated.over(about), pieces)]
