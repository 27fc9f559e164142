"""Units of agreement: highlights of the same words are one unit, though their borders differ a little.

Two people who mark by hand seldom select the very same words. Highlights of one turn belong to one unit when what they
share is at least half of the shorter one, and so do those that belong together through a third: a long highlight makes
one unit with all the short ones that it covers. Units are the connected components of that relation, so they do
not depend on any order.
"""

from __future__ import annotations

from collections.abc import Mapping

from icp_voice.store.tags import Place


def units(places: Mapping[str, Place]) -> dict[str, str]:
    """Return highlight -> its unit, which is named after its first highlight in the turn."""
    ordered = sorted(places, key=lambda highlight: (places[highlight], highlight))
    earlier = {highlight: highlight for highlight in ordered}
    rank = {highlight: number for number, highlight in enumerate(ordered)}

    def first(highlight: str) -> str:
        while earlier[highlight] != highlight:
            highlight = earlier[highlight]
        return highlight

    reaching: list[str] = []
    for highlight in ordered:
        reaching = [other for other in reaching if _reaches(places[other], places[highlight])]
        for other in reaching:
            if same_words(places[other], places[highlight]):
                one, another = sorted((first(other), first(highlight)), key=rank.__getitem__)
                earlier[another] = one
        reaching.append(highlight)
    return {highlight: first(highlight) for highlight in ordered}


def same_words(one: Place, other: Place) -> bool:
    """Say whether two highlights share at least half of the shorter one."""
    return 0 < min(one.end - one.start, other.end - other.start) <= 2 * _shared(one, other)


def _shared(one: Place, other: Place) -> int:
    """Return how many characters two highlights share."""
    return max(0, min(one.end, other.end) - max(one.start, other.start)) if _same_turn(one, other) else 0


def _reaches(earlier: Place, later: Place) -> bool:
    """Say whether a highlight goes on where a later one of the same turn begins."""
    return _same_turn(earlier, later) and earlier.end > later.start


def _same_turn(one: Place, other: Place) -> bool:
    return (one.document, one.turn) == (other.document, other.turn)
