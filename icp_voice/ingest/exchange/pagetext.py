"""The words of a page of HTML, with line ends between its blocks, and where in them a byte lies as Taguette counts."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_BLOCKS: Final = frozenset(
    "p div li ul ol tr table h1 h2 h3 h4 h5 h6 blockquote pre section article header footer dl dt dd hr".split()
)
_ALONE: Final = frozenset("p h1 h2 h3 h4 h5 h6 blockquote pre".split())
_LINE_ENDS: Final = str.maketrans("\r\n\t", "   ")


@dataclass(slots=True)
class PageText:
    """A page's text, and where each run of its words begins: in bytes as counted, and in the text."""

    text: str = ""
    _runs: list[tuple[int, int, str]] = field(default_factory=list)

    def place(self, offset: int, *, end: bool = False) -> int:
        """Return the place of a byte offset in the text: -1 outside it, and the whole sign when it parts one."""
        if not self._runs or offset < 0:
            return -1
        number = max(bisect_right(self._runs, offset - end, key=lambda run: run[0]) - 1, 0)
        begins, at, words = self._runs[number]
        data = words.encode("utf-8", "replace")
        inside = offset - begins
        if inside > len(data):
            return -1
        if end:
            while inside < len(data) and data[inside] & 0xC0 == 0x80:
                inside += 1
        return at + len(data[:inside].decode("utf-8", "ignore"))


def page_text(html: str) -> PageText:
    """Read a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return PageText("".join(reader.parts), reader.runs)


class _Reader(HTMLParser):
    """Collects the words, and puts line ends, which count nothing, where a block begins or ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.runs: list[tuple[int, int, str]] = []
        self._bytes = 0
        self._length = 0

    def handle_data(self, data: str) -> None:
        self.runs.append((self._bytes, self._length, data))
        self._bytes += len(data.encode("utf-8", "replace"))
        self._put(data.translate(_LINE_ENDS))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br" or tag in _BLOCKS:
            self._put("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._put("\n\n" if tag in _ALONE else "\n")

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self._length += len(text)
