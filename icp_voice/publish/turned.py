"""What people hid between two editions, and what they brought back: sections, themes and quotes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from icp_voice.publish.arrangement import QUOTE, SECTION, THEME
from icp_voice.publish.difference import Turned
from icp_voice.publish.ledger import Evidence, Ledger
from icp_voice.publish.quotes import Saying

ELSEWHERE = "elsewhere"
HIDDEN, SHOWN = "hidden", "shown again"
PARTS = (SECTION, THEME, QUOTE)


def turned(
    then: Ledger, now: Ledger, homes: Mapping[str, str], show: Callable[[Evidence, Ledger], Saying]
) -> tuple[Turned, ...]:
    """Return what was hidden and what is shown again; `homes` tells the section of a category.

    Of an edition that did not keep what was hidden, only what it showed for certain can be told: its themes.
    """
    look = _Look(then, now, homes, show)
    before, after = set(then.hidden or ()), set(now.hidden or ())
    if then.hidden is None:
        after = {(part, id) for part, id in after if part == THEME and id in look.gone}
    if now.hidden is None:
        before = set()
    found = [look.at(HIDDEN, *one) for one in after - before] + [look.at(SHOWN, *one) for one in before - after]
    told = [one for one in found if one]
    return tuple(sorted(told, key=lambda one: (PARTS.index(one.part), one.kind, one.section, one.name, one.id)))


def is_hidden(of: Ledger, part: str, id: str) -> bool:
    """Tell whether people had left something out."""
    return (part, id) in (of.hidden or ())


class _Look:
    """Looks up what was hidden or shown; what is no longer there, whether hidden or not, is none of it."""

    def __init__(
        self, then: Ledger, now: Ledger, homes: Mapping[str, str], show: Callable[[Evidence, Ledger], Saying]
    ) -> None:
        shown_now = {one.id for one in now.themes}
        self.gone = {one.id for one in then.themes} - shown_now
        self._themes = {one.id: one for one in (*then.themes, *now.themes)}
        self._shown_now = shown_now
        self._quotes = {one.id: one for one in now.quotes}
        self._now, self._homes, self._show = now, homes, show

    def at(self, kind: str, part: str, id: str) -> Turned | None:
        """Return a section, theme or quote that was hidden or shown."""
        if part == SECTION:
            return Turned(kind=kind, part=part, id=id, section=id, name="")
        if part == QUOTE:
            return self._quote(kind, id)
        theme = self._themes.get(id)
        if theme is None or (kind == SHOWN and id not in self._shown_now):
            return None
        return Turned(kind=kind, part=part, id=id, section=self._homes.get(theme.of, ELSEWHERE), name=theme.name)

    def _quote(self, kind: str, id: str) -> Turned | None:
        quote = self._quotes.get(id)
        if quote is None:
            return None
        home = next((self._homes[one] for one in quote.categories if one in self._homes), ELSEWHERE)
        said = self._show(quote, self._now)
        return Turned(kind=kind, part=QUOTE, id=id, section=home, name="", quote=said)
