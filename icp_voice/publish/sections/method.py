"""How the figures came about: how much data, from whom, coded by what, how saturated, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass

from icp_voice.profile.saturation import BASE, RUN, THRESHOLD, Saturation
from icp_voice.publish.material import Group, Halves, Material, Method
from icp_voice.settings import Category

MOST_UNMATCHED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """The method, with saturation for each category."""

    method: Method
    group: Group
    halves: Halves
    documents: int
    saturation: tuple[tuple[Category, Saturation], ...]
    unmatched: tuple[str, ...]
    more_unmatched: int
    hidden: int
    hidden_sections: tuple[str, ...] = ()
    hidden_here: int = 0
    hidden_quotes: int = 0
    base: int = BASE
    run: int = RUN
    threshold: int = round(100 * THRESHOLD)


def method(material: Material) -> Footer:
    """Everything that a reader needs to trust the figures, or not to."""
    listed = material.method.unmatched
    return Footer(
        method=material.method,
        group=material.group,
        halves=material.halves,
        documents=len(material.documents),
        saturation=tuple(
            (one, material.saturation[one.name]) for one in material.codebook if one.name in material.saturation
        ),
        unmatched=listed[:MOST_UNMATCHED],
        more_unmatched=len(listed[MOST_UNMATCHED:]),
        hidden=material.hidden,
        hidden_sections=tuple(sorted(material.arrangement.hidden_sections)),
        hidden_here=len(material.arrangement.hidden_themes),
        hidden_quotes=len(material.arrangement.hidden_quotes),
    )
