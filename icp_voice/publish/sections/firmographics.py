"""Who the members are by what the CRM says of them, beside the rest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from icp_voice.model import Account, Value
from icp_voice.publish.figures import Share, Spread, share, spread
from icp_voice.publish.material import Material

MOST_VALUES = 7
MOST_ACCOUNTS = 60
MOST_DOTS = 60
NUMERIC = 0.8
FEWEST_SHARED = 2
CONTACT = re.compile(
    r"contact|e_?mail|phone|mobile|url|website|domain|address|owner|notes?$|comment|(^|_)(id|uuid)$|linkedin"
)
DATE = re.compile(r"^\d{4}-\d{2}(-\d{2})?([T ].*)?$|^\d{1,2}[./]\d{1,2}[./]\d{2,4}$")
CAPITALS = frozenset("acv arr mrr usd eur gbp chf erp crm icp eu uk us it hr kpi b2b nps".split())
FIRST = ("industry", "sector", "segment", "vertical", "employees", "size", "headcount", "region", "country", "revenue")


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRow:
    """One value of an attribute: how many members have it, beside how many of the rest."""

    value: str
    members: Share
    others: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One attribute: rows of values, or two spreads of numbers with their scale."""

    name: str
    title: str
    rows: tuple[ValueRow, ...]
    more: int
    members: Spread | None
    others: Spread | None
    dots: tuple[tuple[float, bool], ...]
    known: Share
    known_others: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One member with why it is one and how much was heard of it."""

    name: str
    reason: str
    documents: int
    newest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Firmographics:
    """Attributes of members beside the rest, and the members themselves."""

    rule: str
    members: int
    others: int
    attributes: tuple[Attribute, ...]
    accounts: tuple[Listed, ...]
    more: int


def firmographics(material: Material) -> Firmographics:
    """Distribution of each attribute that more than one account can share."""
    members = [one for one in material.accounts.values() if one.id in material.group.members]
    others = [one for one in material.accounts.values() if one.id not in material.group.members]
    names = sorted({name for account in material.accounts.values() for name in account.attributes}, key=_place)
    found = (_attribute(name, members, others) for name in names)
    listed = _listed(material)
    return Firmographics(
        rule=material.icp.rule,
        members=len(members),
        others=len(others),
        attributes=tuple(one for one in found if one),
        accounts=tuple(listed[:MOST_ACCOUNTS]),
        more=len(listed[MOST_ACCOUNTS:]),
    )


def title(name: str) -> str:
    """Return the name of an attribute as a heading: "acv_usd" is "ACV USD"."""
    words = [word.upper() if word.lower() in CAPITALS else word for word in name.replace("_", " ").split()]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def _place(name: str) -> tuple[int, str]:
    ranks = [place for place, first in enumerate(FIRST) if first in name.lower()]
    return (min(ranks, default=len(FIRST)), name)


def _attribute(name: str, members: Sequence[Account], others: Sequence[Account]) -> Attribute | None:
    inside, outside = _values(name, members), _values(name, others)
    if CONTACT.search(name.lower()) or not inside:
        return None
    numbers = [value for value in (*inside, *outside) if isinstance(value, int | float) and not isinstance(value, bool)]
    known = share(len(inside), len(members)), share(len(outside), len(others))
    if len(numbers) >= NUMERIC * (len(inside) + len(outside)) and len(set(numbers)) > FEWEST_SHARED:
        return _of_numbers(name, _numbers(inside), _numbers(outside), known)
    return _of_values(name, [str(one) for one in inside], [str(one) for one in outside], known)


def _of_numbers(
    name: str, inside: Sequence[float], outside: Sequence[float], known: tuple[Share, Share]
) -> Attribute | None:
    if not inside:
        return None
    low, high = min((*inside, *outside)), max((*inside, *outside))
    width = (high - low) or 1.0
    dots = sorted(
        (round((one - low) / width, 4), member) for of, member in ((inside, True), (outside, False)) for one in of
    )
    step = len(dots) // MOST_DOTS + 1
    return Attribute(
        name=name,
        title=title(name),
        rows=(),
        more=0,
        members=spread(inside),
        others=spread(outside),
        dots=tuple(dots[::step]),
        known=known[0],
        known_others=known[1],
    )


def _of_values(
    name: str, inside: Sequence[str], outside: Sequence[str], known: tuple[Share, Share]
) -> Attribute | None:
    everywhere = Counter([*inside, *outside])
    dates = sum(bool(DATE.match(value)) for value in everywhere)
    if dates > len(everywhere) / 2 or max(everywhere.values()) < FEWEST_SHARED:
        return None
    own, rest = Counter(inside), Counter(outside)
    ordered = sorted(everywhere, key=lambda value: (-own[value], -rest[value], value.casefold(), value))
    rows = [
        ValueRow(value=value, members=share(own[value], len(inside)), others=share(rest[value], len(outside)))
        for value in ordered
    ]
    return Attribute(
        name=name,
        title=title(name),
        rows=tuple(rows[:MOST_VALUES]),
        more=len(rows[MOST_VALUES:]),
        members=None,
        others=None,
        dots=(),
        known=known[0],
        known_others=known[1],
    )


def _listed(material: Material) -> list[Listed]:
    if not material.group.tagged:
        return []
    documents = Counter(document.account for document in material.documents.values())
    newest: dict[str, str] = {}
    for document in material.documents.values():
        newest[document.account] = max(newest.get(document.account, ""), document.date)
    return [
        Listed(name=one.name, reason=one.reason, documents=documents[one.id], newest=newest.get(one.id, ""))
        for one in sorted(material.icp.accounts, key=lambda one: (one.name, one.id))
    ]


def _values(name: str, accounts: Iterable[Account]) -> list[Value]:
    return [value for account in accounts if (value := account.attributes.get(name)) not in (None, "")]


def _numbers(values: Iterable[Value]) -> list[float]:
    return [float(value) for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
