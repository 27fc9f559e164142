"""How customers find and buy: facts that can be counted, each with the quote that states it, then themes."""

from __future__ import annotations

from dataclasses import dataclass

from icp_voice.model import Highlight
from icp_voice.publish.material import Material
from icp_voice.publish.quotes import Saying, best
from icp_voice.publish.stated import Facts, Lengths, Stated, highlights_of, lengths, stated
from icp_voice.publish.themed import ShownTheme, Themed, shown_themes, themed

MOST_NAMED = 5
MOST_SAID = 2
# What is said in one breath with a competitor's name, by what was coded there; the first that holds counts.
ASPECTS = (
    ("why_they_buy", "Why we were chosen"),
    ("churn_reason", "On leaving"),
    ("pain_point", "What hurts"),
    ("praise", "What is liked"),
    ("feature_request", "What is wished for"),
    ("buying_process", "How it was compared"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Buying:
    """The buying process: who, which steps, by what, against whom, how long, for how much."""

    roles: Facts
    steps: Facts
    criteria: Facts
    competitors: Facts
    durations: Lengths
    budgets: Facts
    themes: Themed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """Channels, then themes."""

    channels: Facts
    themes: Themed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """One page for sales: the first few of everything."""

    roles: Facts
    steps: Facts
    criteria: Facts
    competitors: Facts
    durations: Lengths
    budgets: Facts
    channels: Facts
    triggers: tuple[ShownTheme, ...]
    reasons: tuple[ShownTheme, ...]
    trigger_words: tuple[Saying, ...]
    reason_words: tuple[Saying, ...]
    most: int = MOST_NAMED


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """Who is involved, and the steps in their order."""

    roles: Facts
    steps: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """By what they choose, how long it takes, and what it may cost."""

    criteria: Facts
    durations: Lengths
    budgets: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Competitor:
    """One competitor, and what is said around its name under each aspect."""

    stated: Stated
    aspects: tuple[tuple[str, tuple[Saying, ...], int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Competition:
    """The competitors that customers name."""

    facts: Facts
    competitors: tuple[Competitor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Channels, and what made them look."""

    channels: Facts
    triggers: Themed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The buying process by its themes."""

    block: Themed | None


def buying_process(material: Material) -> Buying:
    """Facts of the purchase, then themes."""
    return Buying(
        roles=stated(material, "role"),
        steps=stated(material, "step", in_order=True),
        criteria=stated(material, "criterion"),
        competitors=stated(material, "competitor"),
        durations=lengths(material),
        budgets=stated(material, "budget"),
        themes=themed(material, "buying_process"),
    )


def discovery(material: Material) -> Discovery:
    """Where customers find solutions."""
    return Discovery(channels=stated(material, "channel"), themes=themed(material, "discovery_channel"))


def brief(material: Material) -> Brief:
    """Everything on one page."""
    triggers, reasons = shown_themes(material, "trigger"), shown_themes(material, "why_they_buy")
    return Brief(
        roles=stated(material, "role"),
        steps=stated(material, "step", in_order=True),
        criteria=stated(material, "criterion"),
        competitors=stated(material, "competitor"),
        durations=lengths(material),
        budgets=stated(material, "budget"),
        channels=stated(material, "channel"),
        triggers=tuple(triggers[:MOST_NAMED]),
        reasons=tuple(reasons[:MOST_NAMED]),
        trigger_words=() if triggers else best(material, material.of_category("trigger"), 2),
        reason_words=() if reasons else best(material, material.of_category("why_they_buy"), 2),
    )


def path(material: Material) -> Path:
    """Roles, and steps in the order of the process."""
    return Path(roles=stated(material, "role"), steps=stated(material, "step", in_order=True))


def criteria(material: Material) -> Criteria:
    """Criteria, durations, budgets."""
    return Criteria(
        criteria=stated(material, "criterion"),
        durations=lengths(material),
        budgets=stated(material, "budget"),
    )


def competition(material: Material) -> Competition:
    """Each competitor with what is said for and against, by what was coded in the same breath."""
    facts = stated(material, "competitor")
    return Competition(facts=facts, competitors=tuple(_competitor(material, row) for row in facts.rows))


def finding(material: Material) -> Finding:
    """Channels and triggers."""
    return Finding(channels=stated(material, "channel"), triggers=themed(material, "trigger"))


def words(material: Material) -> Words:
    """Tell how customers buy in their own words, by themes."""
    return Words(block=themed(material, "buying_process"))


def _competitor(material: Material, row: Stated) -> Competitor:
    said = highlights_of(material, "competitor", row.value)
    aspects = []
    for category, title in ASPECTS:
        own = [one for one in said if _aspect(one) == category]
        if own:
            aspects.append((title, best(material, own, MOST_SAID), len(own)))
    rest = [one for one in said if not _aspect(one)]
    if rest:
        aspects.append(("Also said", best(material, rest, MOST_SAID), len(rest)))
    return Competitor(stated=row, aspects=tuple(aspects))


def _aspect(highlight: Highlight) -> str:
    return next((category for category, _ in ASPECTS if category in highlight.categories), "")
