"""What a view could be narrowed by: for each thing to filter by, the values within the view and how many each holds.

A facet counts what the view would hold without its own filter, so that another value of it can be chosen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from icp_voice.model import View
from icp_voice.settings import Codebook
from icp_voice.store import Store
from icp_voice.store.pages import Pages, view_key
from icp_voice.store.theme_holders import roles

MOST = 12
MOST_NUMBERS = 5
ATTRIBUTE = "attribute:"


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """One value as a view names it, how it is called, and how many highlights it holds; `chosen` if the view asks for it."""

    value: str
    title: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One thing to filter by; `others` counts the values that are not listed, `rest` the highlights that these hold.

    `name` is the field of a view, "month" (then a view's `since` and `until`), or "attribute:" and an account attribute.
    """

    name: str
    title: str
    values: tuple[FacetValue, ...]
    others: int = 0
    rest: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """How many highlights a view holds, and what it could be narrowed by.

    `attributes` names all attributes of accounts: also those that have too many values to be a facet.
    """

    total: int
    facets: tuple[Facet, ...]
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the facets of one view are counted from."""

    store: Store
    pages: Pages
    view: View

    def by_document(self, **without: object) -> list[tuple[str, int]]:
        return self.pages.by_document(replace(self.view, **without))  # type: ignore[arg-type]

    def counted(self, place: int, **without: object) -> Counter[str]:
        """Count by what stands at a place of a document's account, kind, source and date."""
        documents = self.pages.documents()
        found: Counter[str] = Counter()
        for document, number in self.by_document(**without):
            if document in documents:
                found[documents[document][place]] += number
        return found


ACCOUNT, KIND, SOURCE, DATE = range(4)


def facets(store: Store, codebook: Codebook, tag: str, view: View) -> Facets:
    """Return the facets of a view: category, accounts, kind, source, role, month, and each attribute of accounts."""
    key = ("facets", view_key(view), tag)
    return store.pages.once(key, lambda: _facets(_Reading(store, store.pages, view), codebook, tag))


def _facets(reading: _Reading, codebook: Codebook, tag: str) -> Facets:
    view = reading.view
    titles = {category.name: category.title for category in codebook}
    categories = Counter(reading.pages.by_category(replace(view, category="")))
    if view.since or view.until:
        months = reading.counted(DATE, since="", until="")
    else:
        months = reading.counted(DATE)
    by_month: Counter[str] = Counter()
    for day, number in months.items():
        by_month[day[:7]] += number if day else 0
    tagged = reading.store.accounts.tagged(tag)
    of_accounts = reading.counted(ACCOUNT, account_tag="")
    in_group = Counter({tag: sum(number for account, number in of_accounts.items() if account in tagged)})
    month = view.since[:7] if view.since[:7] == view.until[:7] else ""
    return Facets(
        total=reading.pages.count(view),
        facets=(
            _facet("category", "Category", categories, view.category, titles),
            _facet("account_tag", "Accounts", in_group, view.account_tag),
            _accounts(reading),
            _facet("kind", "Kind", reading.counted(KIND, kind=""), view.kind),
            _facet("source", "Source", reading.counted(SOURCE, source=""), view.source),
            _facet("role", "Role", roles(reading.store, replace(view, role="")), view.role),
            _by_time(_facet("month", "Month", by_month, month)),
            *_attributes(reading, of_accounts if not view.account_tag else reading.counted(ACCOUNT)),
        ),
        attributes=_names(reading.pages.attributes()),
    )


def _names(attributes: Mapping[str, Sequence[tuple[str, str]]]) -> tuple[str, ...]:
    return tuple(
        sorted({name for held in attributes.values() for name, _ in held}, key=lambda one: (one.casefold(), one))
    )


def _accounts(reading: _Reading) -> Facet:
    """Return the accounts that say most; what nobody's account is known of is no value."""
    found = reading.counted(ACCOUNT, account="")
    listed = _facet("account", "Account", found, reading.view.account)
    names = reading.store.accounts.names([one.value for one in listed.values])
    return replace(listed, values=tuple(replace(one, title=names.get(one.value, one.value)) for one in listed.values))


def _attributes(reading: _Reading, of_accounts: Mapping[str, int]) -> list[Facet]:
    """Return a facet for each attribute of accounts, but for those of which nearly every account has its own value.

    Of numbers only the commonest are listed: a view asks for one value, and a long row of numbers tells nothing.
    """
    held: dict[str, Counter[str]] = {}
    accounts: Counter[str] = Counter()
    known = reading.pages.attributes()
    for account, number in of_accounts.items():
        for name, value in known.get(account, ()):
            held.setdefault(name, Counter())[value] += number
            accounts[name] += 1
    found = []
    for name in sorted({*held, *reading.view.attributes}, key=str.casefold):
        chosen = reading.view.attributes.get(name, "")
        counts = held.get(name, Counter())
        if chosen:
            counts = _without(reading, name)
        elif len(counts) > MOST and 2 * len(counts) > accounts[name]:
            continue
        most = MOST_NUMBERS if all(map(_is_number, counts)) else MOST
        found.append(_facet(ATTRIBUTE + name, name, counts, chosen, most=most))
    return found


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def _without(reading: _Reading, name: str) -> Counter[str]:
    others = {other: value for other, value in reading.view.attributes.items() if other != name}
    counts: Counter[str] = Counter()
    known = reading.pages.attributes()
    for account, number in reading.counted(ACCOUNT, attributes=others).items():
        for other, value in known.get(account, ()):
            if other == name:
                counts[value] += number
    return counts


def _facet(
    name: str,
    title: str,
    counts: Mapping[str, int],
    chosen: str,
    titles: Mapping[str, str] | None = None,
    most: int = MOST,
) -> Facet:
    """List the values that hold most, the chosen one always among them."""
    there = sorted(
        ((value, number) for value, number in counts.items() if value and number), key=lambda one: (-one[1], one[0])
    )
    if name == "month":
        there.sort(key=lambda one: one[0], reverse=True)
    wanted = chosen.casefold()
    listed = there[:most]
    if chosen and wanted not in {value.casefold() for value, _ in listed}:
        own = [one for one in there[most:] if one[0].casefold() == wanted] or [(chosen, 0)]
        listed = [*listed[: most - 1], *own]
    rest = [number for value, number in there if value not in {one for one, _ in listed}]
    return Facet(
        name=name,
        title=title,
        values=tuple(
            FacetValue(
                value=value,
                title=(titles or {}).get(value, value),
                count=number,
                chosen=bool(chosen) and value.casefold() == wanted,
            )
            for value, number in listed
        ),
        others=len(rest),
        rest=sum(rest),
    )


def _by_time(facet: Facet) -> Facet:
    return replace(facet, values=tuple(sorted(facet.values, key=lambda one: one.value, reverse=True)))
