"""A view as an address: what its parameters ask for, what could be chosen beside it, and what can be taken off again."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from icp_voice.model import View
from icp_voice.profile.facets import ATTRIBUTE, Facets
from icp_voice.web.show import query

FIELDS = {
    "words": "Words",
    "account_tag": "Accounts",
    "account": "Account",
    "category": "Category",
    "kind": "Kind",
    "source": "Source",
    "role": "Role",
    "speaker": "Speaker",
    "theme": "Theme",
    "document": "Document",
    "since": "From",
    "until": "To",
}
QUESTION = "q"
LONGEST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value that a view can be narrowed to, or freed of if it is `chosen`: `href` does the one or the other."""

    title: str
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One thing to filter by; `others` counts its values that are not listed."""

    title: str
    choices: tuple[Choice, ...]
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """Something that was chosen, in words; `href` is the page without it."""

    title: str
    value: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an address asks for: `state` is the view's part of it, `more` the page's own (how it is sorted, say)."""

    path: str
    state: Mapping[str, str]
    more: Mapping[str, str]

    @property
    def view(self) -> View:
        """The view."""
        plain = {name: value for name, value in self.state.items() if name in FIELDS}
        attributes = {name[len(ATTRIBUTE) :]: value for name, value in self.state.items() if name.startswith(ATTRIBUTE)}
        return View(question=self.state.get(QUESTION, ""), attributes=attributes, **plain)  # type: ignore[arg-type]

    @property
    def text(self) -> str:
        """The view's part of the address, to be sent along with a form."""
        return query(self.state)[1:]

    @property
    def narrowed(self) -> bool:
        """Whether anything but a question is asked for."""
        return any(name != QUESTION for name in self.state)

    def to(self, **changes: Any) -> str:
        """Return the address with some parts changed; what is empty is left out. A page begins anew."""
        return self.path + query({**self.state, **self.more, **changes})

    def fields(self, *without: str) -> list[tuple[str, str]]:
        """Return the parts of the address that a form sends along, but for those that it asks for itself."""
        said = {**self.state, **self.more}
        return [(name, value) for name, value in said.items() if name not in without and value]


def asked_of(path: str, params: Mapping[str, str], *, more: Mapping[str, str] | None = None) -> Asked:
    """Read what an address asks for; parts that are no filters are left out.

    An attribute may be chosen from a list and its value typed: as `attribute` and `value` they are a filter like others.
    """
    if typed := params.get("attribute", "").strip():
        params = {**params, ATTRIBUTE + typed: params.get("value", "")}
    state = {
        name: value.strip()[:LONGEST]
        for name, value in params.items()
        if (name in FIELDS or name == QUESTION or name.startswith(ATTRIBUTE)) and value.strip()
    }
    return Asked(path=path, state=state, more={name: value for name, value in (more or {}).items() if value})


def asked_in(text: str) -> Asked:
    """Read what `Asked.text` holds."""
    return asked_of("/ask", dict(parse_qsl(text)))


def state_of(view: View) -> dict[str, str]:
    """Return a view as parts of an address."""
    plain = {name: _unfilled(str(getattr(view, name))) for name in FIELDS}
    attributes = {ATTRIBUTE + name: value for name, value in view.attributes.items()}
    return {name: value for name, value in {QUESTION: view.question, **plain, **attributes}.items() if value}


def _unfilled(value: str) -> str:
    """Return an end as a person types it: "2026-05-99" is how May is kept."""
    while value.endswith("-99"):
        value = value[:-3]
    return value


def filters(facets: Facets, asked: Asked, *, without: Iterable[str] = ()) -> tuple[Filter, ...]:
    """Return what can be chosen, with the address of each choice."""
    found = []
    for facet in facets.facets:
        if facet.name in without or not facet.values:
            continue
        choices = tuple(
            Choice(
                title=one.title,
                count=one.count,
                href=asked.to(**_chosen(facet.name, "" if one.chosen else one.value)),
                chosen=one.chosen,
            )
            for one in facet.values
        )
        title = facet.title if not facet.name.startswith(ATTRIBUTE) else facet.title[:1].upper() + facet.title[1:]
        found.append(Filter(title=title.replace("_", " "), choices=choices, others=facet.others))
    return tuple(found)


def _chosen(name: str, value: str) -> dict[str, str]:
    if name != "month":
        return {name: value}
    if not value:
        return {"since": "", "until": ""}
    year, _, month = value.partition("-")
    if not (year.isdigit() and month.isdigit() and 1 <= int(month) <= 12 and int(year)):
        return {"since": value, "until": value}
    return {"since": f"{value}-01", "until": f"{value}-{monthrange(int(year), int(month))[1]:02}"}


def chips(facets: Facets, asked: Asked, *, names: Mapping[str, str], without: Iterable[str] = ()) -> tuple[Chip, ...]:
    """Return what was chosen; `names` are titles of values that no facet lists, such as a theme's name."""
    titles = {facet.name: value.title for facet in facets.facets for value in facet.values if value.chosen}
    return tuple(
        Chip(title=_title(name), value=titles.get(name) or names.get(value, value), href=asked.to(**{name: ""}))
        for name, value in asked.state.items()
        if name != QUESTION and name not in without
    )


def told(view: View, titles: Mapping[str, str]) -> str:
    """Return the filters of a view in words."""
    state = {name: value for name, value in state_of(view).items() if name != QUESTION}
    parts = [f"{_title(name)}: {titles.get(value, value)}" for name, value in state.items()]
    return " · ".join(parts)


def _title(name: str) -> str:
    return FIELDS.get(name) or name.removeprefix(ATTRIBUTE).replace("_", " ").capitalize()
