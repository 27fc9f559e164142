"""Whether more interviews still teach anything: saturation after Guest, Namey and Chen, PLoS ONE 15(5) e0232076 (2020).

The themes heard in the first interviews (the base) are counted; then, in runs of a few more, how many themes are new.
A topic is saturated once a run brings no more new themes than a small share of the base.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from icp_voice.model import Highlight, Theme

BASE = 4
RUN = 2
THRESHOLD = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Saturation:
    """One category: `interviews` spoke of it and held `themes`; it was saturated after interview `at`, if at all.

    `base` counts the themes of the first interviews, `last_run` the themes that were new in the last run, and `curve`
    the themes known after each interview.
    """

    category: str
    interviews: int
    themes: int
    base: int
    last_run: int
    curve: tuple[int, ...]
    at: int | None

    @property
    def enough(self) -> bool:
        """Whether there are interviews enough to tell."""
        return self.interviews >= BASE + RUN and self.base > 0

    @property
    def quiet(self) -> int:
        """How many interviews in a row, up to the last, brought no new theme."""
        return max(0, self.curve.count(self.themes) - 1) if self.themes else self.interviews


def saturation(category: str, highlights: Iterable[Highlight], themes: Iterable[Theme]) -> Saturation:
    """Return how far a category is saturated; its interviews are the documents that speak of it, by date.

    Documents without a date come last. `highlights` may be of any category.
    """
    named = {theme.id for theme in themes if theme.category == category}
    heard: dict[tuple[str, str, int, str, str], set[str]] = {}
    for highlight in highlights:
        if category in highlight.categories:
            place = (
                highlight.date or "9999",
                highlight.file,
                len(highlight.place),
                highlight.place,
                highlight.document,
            )
            heard.setdefault(place, set()).update({highlight.themes.get(category, "")} & named)
    return measured(category, [heard[place] for place in sorted(heard)])


def measured(category: str, interviews: Sequence[Iterable[str]]) -> Saturation:
    """Return how far a category is saturated; `interviews` are the themes that each speaks of, in their order."""
    fresh = new_themes(interviews)
    return Saturation(
        category=category,
        interviews=len(interviews),
        themes=sum(fresh),
        base=sum(fresh[:BASE]),
        last_run=sum(fresh[-RUN:]),
        curve=tuple(accumulate(fresh)),
        at=saturated_at(fresh),
    )


def new_themes(interviews: Sequence[Iterable[str]]) -> list[int]:
    """Return how many themes each interview is the first to bring."""
    known: set[str] = set()
    fresh = []
    for themes in interviews:
        new = set(themes) - known
        known |= new
        fresh.append(len(new))
    return fresh


def saturated_at(fresh: Sequence[int]) -> int | None:
    """Return the number of interviews after which a run first brings at most `THRESHOLD` of the base, or None.

    Runs overlap: with a base of 4, the first run is interviews 5 and 6, the next 6 and 7.
    """
    base = sum(fresh[:BASE])
    if not base:
        return None
    for known in range(BASE, len(fresh) - RUN + 1):
        if sum(fresh[known : known + RUN]) / base <= THRESHOLD:
            return known
    return None
