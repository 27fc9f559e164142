"""The sections that are told by themes: pain points, goals and triggers, reasons to buy, praise, reasons to leave."""

from __future__ import annotations

from dataclasses import dataclass

from icp_voice.publish.figures import Share, share
from icp_voice.publish.material import Material
from icp_voice.publish.quotes import Saying, best
from icp_voice.publish.themed import Themed, by_score, themed

CHURN = "churn_reason"
MOST_REASONS = 3
MOST_LISTED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """Several categories told one after the other."""

    blocks: tuple[Themed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaver:
    """An account that left, and what it said of why."""

    name: str
    quotes: tuple[Saying, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Churn:
    """Why some left: the accounts that did, beside what members tell of tools that they gave up."""

    rule: str
    leavers: tuple[Leaver, ...]
    more_leavers: int
    explained: Share
    by_leavers: Themed | None
    by_members: Themed | None
    by_rest: tuple[Saying, ...]
    rest_count: int


def pain_points(material: Material) -> Several:
    """Tell what customers suffer from."""
    return _several(material, "pain_point")


def goals_and_triggers(material: Material) -> Several:
    """Tell what they want to reach, and what made them look."""
    return _several(material, "goal", "trigger")


def why_they_buy(material: Material) -> Several:
    """Why the product was chosen."""
    return _several(material, "why_they_buy")


def praise(material: Material) -> Several:
    """Tell what they love."""
    return _several(material, "praise")


def churn(material: Material) -> Churn:
    """Why some left, and what members say of what they left."""
    said = material.of_category(CHURN)
    gone = set(material.churned)
    by_leavers = [one for one in said if one.account in gone]
    members = [one for one in said if material.voice(one) in material.group.members and one.account not in gone]
    known = {one.id for one in (*by_leavers, *members)}
    rest = [one for one in said if one.id not in known]
    leavers = []
    for account in sorted(gone, key=lambda one: (material.name(one), one)):
        own = [one for one in by_leavers if one.account == account]
        quotes = best(material, by_score(own, CHURN), MOST_REASONS)
        leavers.append(Leaver(name=material.name(account), quotes=quotes, count=len(own)))
    leavers.sort(key=lambda one: -one.count)
    return Churn(
        rule=material.churned_rule,
        leavers=tuple(leavers[:MOST_LISTED]),
        more_leavers=len(leavers[MOST_LISTED:]),
        explained=share(sum(bool(one.count) for one in leavers), len(leavers)),
        by_leavers=themed(material, CHURN, only=by_leavers),
        by_members=themed(material, CHURN, only=members),
        by_rest=best(material, by_score(rest, CHURN), MOST_REASONS),
        rest_count=len(rest),
    )


def _several(material: Material, *names: str) -> Several:
    return Several(blocks=tuple(block for name in names if (block := themed(material, name))))
