"""Templates and words: every word is escaped on its way into HTML or Markdown unless a template wrote it.

Templates may come with a workspace from somebody else: they show what they are given, and reach no further.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from icp_voice import home
from icp_voice.errors import IcpVoiceError

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.exceptions import SecurityError
    from markupsafe import Markup

FOLDER = "reports"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ALWAYS = re.compile(r"([\\`*\[\]|~])")
_UNDERSCORE = re.compile(r"(?<!\w)_|_(?!\w)")
_HIGHLIGHTS = re.compile(r"\b(\d+) highlight(s?)\b")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_AT_START = re.compile(r"^(#{1,6}(?=\s|$)|[-+=](?=[\s=-]|$)|\d{1,9}(?=[.)](\s|$)))")


def in_page(said: Any) -> str:
    """Return the link to a quote's place in the transcripts at the end of the same page."""
    return f"#{said.anchor}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a page puts around the parts of a report; by itself, a report puts nothing.

    `place` tells where a quote links to, `ways` where the quotes of a category, or "accounts", are found ("" for
    nowhere), and `tools` what stands beside a part: a section, theme, quote, paragraph or view.
    """

    name: str = ""
    place: Callable[[Any], str] = in_page
    ways: Callable[[str], str] = lambda what: ""
    tools: Callable[[str, Any], str] = lambda part, value: ""

    def given(self, format: str) -> dict[str, object]:
        """Return what templates are given."""
        place = _addresses(self.place) if format == "markdown" else self.place
        return {"place": place, "ways": self.ways, "tools": self.tools}


@lru_cache(maxsize=32)
def lasting_environment(format: str, folder: Path | None = None) -> Environment:
    """Return the environment that templates are read into once, for what is shown again and again."""
    return environment(format, folder)


def environment(format: str, folder: Path | None = None) -> Environment:
    """Return the environment for "html" or "markdown"; the templates of the workspace come before the shipped ones."""
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from icp_voice.publish.paragraphs import paragraph_html, paragraph_markdown

    class Templates(ImmutableSandboxedEnvironment):
        """A sandbox whose refusals are errors that a person can mend."""

        def handle_exception(self, source: str | None = None) -> NoReturn:
            try:
                super().handle_exception(source)
            except SecurityError as error:
                raise _refused(error) from error

    made = Templates(
        loader=FileSystemLoader([str(path) for path in home.folders(FOLDER, folder)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_markdown_value if format == "markdown" else None,
    )
    as_text = paragraph_markdown if format == "markdown" else paragraph_html
    made.filters.update(day=day, counted=counted, number=number, short=short, why=why, paragraph=as_text)
    made.globals.update(Around().given(format))
    if format == "markdown":
        made.filters.update(strong=_strong, plain=_plain, code=_code, heading=_heading)
    return made


def _refused(error: SecurityError) -> IcpVoiceError:
    """Say which line of which template reached too far."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
    place = f"{frames[-1].filename}, line {frames[-1].lineno}" if frames else "A template"
    message = (error.message or "this is unsafe").rstrip(".")
    return IcpVoiceError(f"{place}: {message}.", hint="A template may only show the values it is given.")


def markdown_text(text: str) -> str:
    """Return words as Markdown that shows just them: no heading, list, link, table or HTML comes of what anybody said.

    Line ends become spaces, so that words stay inside the quotation or the table cell they stand in.
    """
    text = " ".join(text.split())
    text = _ENTITY.sub("&amp;", text)
    text = _ALWAYS.sub(r"\\\1", text)
    text = _UNDERSCORE.sub(r"\\_", text)
    text = text.replace("<", "&lt;").replace(">", "&gt;")
    return _AT_START.sub(lambda found: found[0] + "\\" if found[0].isdigit() else "\\" + found[0], text)


def day(text: str) -> str:
    """Return a date for people: "2026-05-12" is "12 May 2026"."""
    parts = text[:10].split("-")
    if not all(part.isdecimal() for part in parts) or not 1 <= int((*parts, "1")[1]) <= 12:
        return text
    if len(parts) == 1:
        return text
    month = MONTHS[int(parts[1]) - 1]
    return " ".join([*([str(int(parts[2]))] if len(parts) > 2 else []), month, parts[0]])


def why(reason: str) -> str:
    """Return why a cell or a gap is as it is, for people: the highlights that records count are quotes to them."""
    return _HIGHLIGHTS.sub(r"\1 quote\2", reason)


def counted(count: int, noun: str, many: str = "") -> str:
    """Return a count with its noun: "1 quote", "2,400 quotes"."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def number(value: float) -> str:
    """Return a number for people: no needless decimals, thousands apart."""
    if abs(value) < 10000 and value == int(value) and 1900 <= value <= 2100:
        return str(int(value))
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.1f}"


def short(text: str, most: int = 90) -> str:
    """Return the beginning of a text, with "…" if it goes on."""
    if len(text) <= most:
        return text
    return text[: text.rfind(" ", most // 2, most)].rstrip(" ,;:") + "…"


def _markdown_value(value: object) -> object:
    """Escape what an expression in a Markdown template yields, unless a macro made it or it is undefined."""
    from jinja2 import Undefined
    from markupsafe import Markup

    if isinstance(value, Markup | Undefined):
        return value
    return Markup(markdown_text(str(value)))


def _addresses(place: Callable[[Any], str]) -> Callable[[Any], Markup]:
    """Return links for the round brackets of Markdown: what would end them is encoded, nothing else is escaped."""
    from urllib.parse import quote

    from markupsafe import Markup

    return lambda said: Markup(quote(place(said), safe="#/:?=&%.,~+@-_"))


def _strong(text: str) -> Markup:
    """Return words in bold, the spaces around them outside."""
    words = markdown_text(text)
    return _plain(text, f"**{words}**" if words else "")


def _plain(text: str, words: str | None = None) -> Markup:
    """Return words as Markdown, with a space before and after where there was one."""
    from markupsafe import Markup

    inner = markdown_text(text) if words is None else words
    if not inner:
        return Markup(" " if text else "")
    return Markup(" " * text[:1].isspace() + inner + " " * text[-1:].isspace())


def _code(text: str) -> Markup:
    """Return words for the inside of a code span."""
    from markupsafe import Markup

    return Markup(" ".join(text.replace("`", "'").split()))


def _heading(signs: str) -> Markup:
    """Return the signs of a heading ("###"), which a template wrote and nobody said."""
    from markupsafe import Markup

    return Markup(signs)
