"""HTML of mails, tickets and chats as plain lines: what is quoted or signed in it by its markup is no words of the writer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.etree import _Element

_LOOKS_LIKE: Final = re.compile(
    r"<(?:!doctype|html|body|div|p|br|span|table|blockquote|ul|ol|li|a|b|strong|em|i|h[1-6]|pre)\b[^<>]*/?>", re.I
)
_SILENT: Final = frozenset("head script style title noscript template svg object iframe".split())
_BLOCKS: Final = frozenset(
    """address article aside blockquote dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav
    ol p pre section table tr ul""".split()
)
_QUOTES: Final = re.compile(
    r"\b(?:gmail_quote(?:_container)?|gmail_attr|gmail_extra|yahoo_quoted|protonmail_quote|zmail_extra|moz-cite-prefix|"
    r"quoted-?text|tutanota_quote)\b",
    re.I,
)
_SIGNATURES: Final = re.compile(
    r"\b(?:gmail_signature(?:_prefix)?|moz-signature|protonmail_signature_block|ms-outlook-mobile-signature|signature)\b",
    re.I,
)
# Outlook puts the history beside this mark and not into it.
_HISTORY_STARTS: Final = frozenset(("divrplyfwdmsg", "appendonsend", "mail-editor-reference-message-container"))


def is_html(text: str) -> bool:
    """Tell whether a text is HTML rather than words that mention a tag."""
    return len(_LOOKS_LIKE.findall(text[:20_000])) >= 2 or bool(
        re.match(r"\s*<(?:!doctype html|html|p|div)\b", text, re.I)
    )


def from_html(html: str, *, history: bool = False) -> str:
    """Return the words as lines; with `history`, quoted mails and signatures too."""
    from lxml.etree import HTMLParser, ParserError, fromstring, iterwalk

    if not html.strip():
        return ""
    try:
        root = fromstring(html.encode("utf-8", "replace"), HTMLParser(encoding="utf-8", no_network=True))
    except (ParserError, ValueError):
        return ""
    if root is None:
        return ""
    parts: list[str] = []
    walk = iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event == "start":
            kind = "" if history else _not_own(element)
            if kind == "history":
                break
            if kind or element.tag in _SILENT:
                walk.skip_subtree()
                continue
            parts.append(_opening(element))
            parts.append(_folded(element))
        elif event == "end" and element.tag in _BLOCKS:
            parts.append("\n")
        if event != "start":
            parts.append(_spaced(element.tail, element.getparent()))
    return _lines("".join(parts))


def _not_own(element: _Element) -> str:
    """Return "history", "quote" or "signature" where an element says so of itself; else nothing."""
    named = f"{element.get('class', '')} {element.get('id', '')}"
    if element.get("id", "").lower() in _HISTORY_STARTS:
        return "history"
    if _QUOTES.search(named) or (element.tag == "blockquote" and element.get("type", "").lower() == "cite"):
        return "quote"
    return "signature" if _SIGNATURES.search(named) else ""


def _opening(element: _Element) -> str:
    if element.tag == "br":
        return "\n"
    if element.tag == "p":
        return "\n\n"
    if element.tag in ("td", "th"):
        return " "
    return "\n" if element.tag in _BLOCKS else ""


def _folded(element: _Element) -> str:
    return _spaced(element.text, element)


def _spaced(text: str | None, within: _Element | None) -> str:
    if not text:
        return ""
    return text if within is not None and within.tag == "pre" else re.sub(r"[ \t\r\n]+", " ", text)


def _lines(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
