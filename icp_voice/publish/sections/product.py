"""For product managers: how far each pain reaches, who has it, and what is asked for beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from icp_voice.model import CellState, Highlight, Theme
from icp_voice.publish.material import Material
from icp_voice.publish.quotes import Saying, best
from icp_voice.publish.sections.glance import Figure
from icp_voice.publish.themed import ShownTheme, Themed, shown, themed

PAIN = "pain_point"
REQUEST = "feature_request"
MOST_QUOTES = 5
MOST_REQUESTS = 3
MOST_THEMES = 12
MOST_RANKED = 25
MOST_LISTED = 40
SHARED_WORDS = 2
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pain:
    """One pain theme with what is asked for beside it."""

    theme: ShownTheme
    requests: tuple[Saying, ...]
    request_count: int
    only_members: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The table at the top; the first `in_full` of its themes are told in full below."""

    figures: tuple[Figure, ...]
    pains: tuple[Pain, ...]
    smaller: int
    in_full: int
    loose: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pains:
    """Every theme in full, and what stands in none."""

    pains: tuple[Pain, ...]
    smaller: int
    also: tuple[Saying, ...]
    also_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Members of whom no pain is known, with why."""

    rows: tuple[tuple[str, str, str], ...]
    count: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """Feature requests by theme."""

    block: Themed | None


def reach(material: Material) -> Reach:
    """All themes, those of most members first."""
    pains = _pains(material)
    said = material.of_category(PAIN)
    told = themed(material, PAIN)
    both = sum(bool(one.theme.members.n and one.theme.others.n) for one in pains)
    return Reach(
        figures=(
            Figure(
                value=str(len(pains)),
                of="",
                label="pain themes",
                note=f"{both} shared with other accounts" if material.group.tagged else "",
            ),
            Figure(value=f"{len(said):,}", of="", label="quotes on pains"),
            Figure(
                value=str(material.members_in(said).n),
                of=str(len(material.group.members)),
                label=f"{material.group.label} name a pain",
            ),
            Figure(value=f"{len(material.of_category(REQUEST)):,}", of="", label="feature requests"),
        ),
        pains=tuple(pains[:MOST_RANKED]),
        smaller=len(pains[MOST_RANKED:]),
        in_full=MOST_THEMES,
        loose=told.also_count if told else 0,
    )


def themes(material: Material) -> Pains:
    """Theme by theme."""
    pains = _pains(material)
    told = themed(material, PAIN)
    return Pains(
        pains=tuple(pains[:MOST_THEMES]),
        smaller=len(pains[MOST_THEMES:]),
        also=told.also if told else (),
        also_count=told.also_count if told else 0,
    )


def requests(material: Material) -> Requests:
    """Tell what customers ask for."""
    return Requests(block=themed(material, REQUEST))


def unknown(material: Material) -> Unknown:
    """Members whose pains are not known well."""
    cells = material.coverage.of(PAIN)
    open_cells = [cell for cell in cells if cell.state is not CellState.COVERED]
    return Unknown(
        rows=tuple((material.name(cell.account), str(cell.state), cell.reason) for cell in open_cells[:MOST_LISTED]),
        count=len(open_cells),
        of=len(cells),
    )


def _pains(material: Material) -> list[Pain]:
    asked = material.of_category(REQUEST)
    found = []
    for theme in material.themes_of(PAIN):
        said = material.of_theme(theme)
        if not said:
            continue
        beside = _beside(theme, said, asked)
        told = shown(material, theme, said, MOST_QUOTES)
        found.append(
            Pain(
                theme=told,
                requests=best(material, beside, MOST_REQUESTS, beside=[one.id for one in told.quotes]),
                request_count=len(beside),
                only_members=material.group.tagged and bool(told.members.n) and not told.others.n,
            )
        )
    return sorted(found, key=lambda one: (-one.theme.members.n, -one.theme.others.n, -one.theme.mentions, one.theme.id))


def _beside(theme: Theme, said: Sequence[Highlight], asked: Sequence[Highlight]) -> list[Highlight]:
    """Return the requests made in the same turn as a pain of the theme, or in its words."""
    turns = {(one.document, one.turn) for one in said}
    keywords = {word for keyword in theme.keywords for word in WORD.findall(keyword.casefold()) if len(word) > 3}
    found = []
    for request in asked:
        shared = keywords & set(WORD.findall(request.text.casefold()))
        if (request.document, request.turn) in turns or len(shared) >= SHARED_WORDS:
            found.append(request)
    return found
