"""People's own paragraphs: Markdown that is checked when it is written, and again kept harmless when it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from icp_voice.errors import IcpVoiceError

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from markupsafe import Markup

ALLOWED = ("http://", "https://", "mailto:")
LOWEST, DEEPER = 6, 3


def checked_markdown(text: str) -> str:
    """Return a paragraph's Markdown without white space around it, or say what in it cannot be shown."""
    text = text.strip()
    if not text:
        raise IcpVoiceError("A paragraph needs words.", hint="Write some, or remove the paragraph.")
    for token in _tokens(_reader(html=True, any_link=True).parse(text)):
        if token.type in ("html_block", "html_inline"):
            raise IcpVoiceError("HTML cannot be shown in a paragraph.", hint="Write Markdown; put code in `signs`.")
        if token.type == "image":
            raise IcpVoiceError("Pictures cannot be shown in a paragraph.", hint="Link to the picture instead.")
        if token.type == "link_open" and not str(token.attrs.get("href", "")).lower().startswith(ALLOWED):
            raise IcpVoiceError("A link in the paragraph leads nowhere that is allowed.", hint=_allowed())
    return text


def paragraph_html(text: str) -> Markup:
    """Return a paragraph as HTML: no HTML of its own, links only to the web and to mail, headings below ours."""
    from markupsafe import Markup

    reader = _reader()
    tokens = reader.parse(text)
    for token in _tokens(tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(LOWEST, int(token.tag[1:]) + DEEPER)}"
        elif token.type == "link_open":
            token.attrSet("rel", "noopener noreferrer")
    return Markup(reader.renderer.render(tokens, reader.options, {}))


def paragraph_markdown(text: str) -> Markup:
    """Return a paragraph as Markdown that stands inside a document: headings below ours, no HTML."""
    from markupsafe import Markup

    lines = text.replace("<", "&lt;").splitlines()
    for token in reversed(_reader().parse(text)):
        if token.type == "heading_open" and token.map:
            first, last = token.map
            signs = "#" * min(LOWEST, int(token.tag[1:]) + DEEPER)
            lines[first:last] = [f"{signs} {lines[first].lstrip(' #').rstrip(' #')}"]
    return Markup("\n".join(lines))


def _reader(*, html: bool = False, any_link: bool = False) -> MarkdownIt:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": html}).enable("table").disable("image" if not html else [])
    allows: Callable[[str], bool] = (lambda _: True) if any_link else _leads_out
    reader.validateLink = allows  # type: ignore[assignment, method-assign]
    return reader


def _leads_out(address: str) -> bool:
    return address.lower().startswith(ALLOWED)


def _tokens(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _tokens(token.children or ())


def _allowed() -> str:
    return "Links may begin with " + ", ".join(ALLOWED) + "."
