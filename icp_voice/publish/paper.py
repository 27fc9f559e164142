"""A paper: a report as values, before any template shows it. What is shown now and what was frozen are both one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from icp_voice.publish.arrangement import ASKED, END, TOP
from icp_voice.publish.material import Group, Material, Method
from icp_voice.publish.own import Asked, Own, Viewed, own, views_in
from icp_voice.publish.quotes import Saying, sayings
from icp_voice.publish.sections import REPORTS, Report, Section

ICP = "icp"
METHOD = "method"
Place = Callable[[Saying], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A section with its number and its values, and what people put at its top and end."""

    name: str
    title: str
    number: int
    value: object
    top: tuple[Own, ...] = ()
    end: tuple[Own, ...] = ()
    views: tuple[Viewed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """Everything that the templates of a report are given, but the transcripts."""

    name: str
    company: str
    as_of: str
    group: Group
    method: Method
    documents: int
    sections: tuple[Filled, ...]
    told: tuple[str, ...] = ()
    edition: str = ""

    @property
    def report(self) -> Report:
        """What the report is called and for; where its section on what is missing is hidden, another is named for it."""
        chosen = REPORTS[self.name]
        return chosen if any(one.name == chosen.missing for one in self.sections) else replace(chosen, missing=METHOD)

    def sayings(self) -> Iterator[Saying]:
        """Yield every quote, in the order in which they stand."""
        for section in self.sections:
            yield from sayings(section)


def paper(material: Material, name: str) -> Paper:
    """Return a report as values: each section's query is asked once, and the ICP document is as people arranged it."""
    chosen = material if name == ICP else material.unarranged
    held = chosen.arrangement
    ranks = {section: place for place, section in enumerate(held.sections)}
    sections = [one for one in REPORTS[name].sections if one.name not in held.hidden_sections]
    sections.sort(key=lambda one: ranks.get(one.name, len(ranks)))
    filled = [one for section in sections if not _empty(one := _filled(chosen, section))]
    return Paper(
        name=name,
        company=chosen.company,
        as_of=chosen.as_of,
        group=chosen.group,
        method=chosen.method,
        documents=len(chosen.documents),
        sections=tuple(replace(one, number=place) for place, one in enumerate(filled, start=1)),
        told=held.told,
    )


def _filled(material: Material, section: Section) -> Filled:
    return Filled(
        name=section.name,
        title=section.title,
        number=0,
        value=section.query(material),
        top=own(material, material.arrangement.at(section.name, TOP)),
        end=own(material, material.arrangement.at(section.name, END)),
        views=() if section.name == ASKED else views_in(material, section.name),
    )


def _empty(section: Filled) -> bool:
    """Tell whether it is the section of views and nobody put any into it."""
    return isinstance(section.value, Asked) and not (section.value.views or section.top or section.end)
