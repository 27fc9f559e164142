"""Lines of Markdown as pieces: bullets, quotations, rows of tables and names in bold, with the markup taken out."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from icp_voice.ingest.cues import tidy
from icp_voice.ingest.pieces import END, Piece, leading_time, piece_of

_RULE: Final = re.compile(r"\s{0,3}(?:-(?:\s*-){2,}|\*(?:\s*\*){2,}|_(?:\s*_){2,}|={3,})\s*$")
_BULLET: Final = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?(.*)$")
_QUOTE: Final = re.compile(r"\s{0,3}((?:>\s?)+)(.*)$")
_BOLD: Final = re.compile(r"(\*\*|__|\*|_)(?=\S)([^*_\n]{1,80}?)\1(.*)$")
_ATTRIBUTION: Final = re.compile(r"(.*\S)\s*(?:—|–|--)\s*([^\W\d_][^—–\n]{1,79})$")
_TAG: Final = re.compile(
    r"</?(?:b|i|u|s|em|strong|sup|sub|span|p|a|mark|small|div|details|font|center|kbd|code)(?:\s[^<>]*)?/?>|<br\s*/?>",
    re.I,
)


def read_line(line: str, *, first: bool) -> Iterator[Piece]:
    """Read one line; `first` says that a paragraph begins with it."""
    if _RULE.match(line):
        yield END
        return
    quote = _QUOTE.match(line)
    if quote:
        yield from _attributed(quote[2]) or [_worded(quote[2], first=False)]
        return
    bullet = _BULLET.match(line)
    if bullet:
        yield from _attributed(bullet[1]) or [replace(_worded(bullet[1], first=False), item=True)]
    elif re.match(r"\s*\|.*\|\s*$", line):
        yield from _row(line)
    else:
        yield _worded(line, first=first)


def _attributed(text: str) -> list[Piece]:
    """Read a quotation that ends with `— Ana Reyes, CFO`, which says whose it is; else nothing."""
    found = _ATTRIBUTION.match(text.strip())
    if not found or not re.match(r"[*_]*[\"“«„]", text.strip()):
        return []
    name = inline(found[2])
    piece = piece_of(f"{name}: x")
    words = inline(found[1])
    return [END, replace(piece, text=words, source=inline(text), timed=True, alone=False), END] if piece.label else []


def _row(line: str) -> Iterator[Piece]:
    cells = [inline(cell) for cell in line.strip().strip("|").split("|")]
    if not all(re.fullmatch(r"\s*:?-+:?\s*", cell) for cell in cells):
        text = " | ".join(filter(None, cells))
        yield Piece(text=text, source=text, item=True)


def _worded(line: str, *, first: bool) -> Piece:
    """Read a line without its markup; a name in bold or italics at its head is as good as a name."""
    bold = _BOLD.match(line.strip())
    if not bold:
        return piece_of(_keeping_end(line), first=first)
    name, rest = inline(bold[2]), bold[3]
    after = rest.lstrip()
    if name.endswith((":", "：")) or after.startswith((":", "：")):
        text = inline(after.lstrip(":： "))
        at, text = leading_time(text)
        label = name.rstrip(":： ")
        piece = replace(piece_of(f"{label}: x"), text=text, source=inline(line), start_ms=at, alone=not text)
        return replace(piece, heading=not text, strong=True)
    if not after:
        return _lone(name)
    return piece_of(inline(line), first=False)


def _lone(name: str) -> Piece:
    """Read a line that is all bold: a speaker, or else a heading."""
    piece = piece_of(f"{name}  ")
    is_heading = len(name.split()) <= 8 and name[-1] not in ".!?…"
    return replace(piece if piece.label else Piece(text=name), source=name, heading=is_heading)


def _keeping_end(line: str) -> str:
    """Two spaces at the end of a line mean something to the reader of names."""
    return inline(line) + ("  " if line.endswith("  ") else "")


def inline(text: str) -> str:
    """Take the markup out of a line: emphasis, links, code, escapes, entities; the words stay."""
    if "[" in text:
        text = re.sub(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"]*\")?\)", r"\1", text)
    if "<" in text:
        text = _TAG.sub(" ", re.sub(r"<(https?://[^<>\s]+)>", r"\1", text))
    for mark in ("*", "_", "~~", "`"):
        if mark in text:
            text = _unmarked(text)
            break
    text = re.sub(r"\\([\\`*_{}\[\]()#+.!|<>~-])", r"\1", text)
    return tidy(html.unescape(text))


def without_bold(text: str) -> str:
    """Return a line of plain text without `**` around words, which some recorders and people put there."""
    if "**" not in text:
        return text
    return re.sub(r"(?<![\\*\w])(\*{2,3})(?=[^\s*])([^*\n]+)(?<=[^\s*])\1(?![*\w])", r"\2", text)


def _unmarked(text: str) -> str:
    text = re.sub(r"(?<![\\*])\*\*\*(?=\S)([^*\n]*)(?<=\S)\*\*\*", r"\1", text)
    text = re.sub(r"(?<![\\*])\*\*(?=\S)([^*\n]*)(?<=\S)\*\*", r"\1", text)
    text = re.sub(r"(?<![\\\w*])\*(?=\S)([^*\n]+)(?<=\S)\*(?![\w*])", r"\1", text)
    text = re.sub(r"(?<![\\\w])__(?=\S)([^_\n]+)(?<=\S)__(?!\w)", r"\1", text)
    text = re.sub(r"(?<![\\\w])_(?=\S)([^_\n]+)(?<=\S)_(?!\w)", r"\1", text)
    text = re.sub(r"~~([^~\n]+)~~", r"\1", text)
    return re.sub(r"`([^`\n]+)`", r"\1", text)
