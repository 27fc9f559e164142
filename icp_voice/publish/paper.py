"""A paper: a report as values, before any template shows it. What is shown now and what was frozen are both one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from icp_voice.publish.material import Group, Material, Method
from icp_voice.publish.quotes import Saying, sayings
from icp_voice.publish.sections import REPORTS, Report

Place = Callable[[Saying], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A section with its number and its values."""

    name: str
    title: str
    number: int
    value: object


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

    @property
    def report(self) -> Report:
        """What the report is called and for."""
        return REPORTS[self.name]

    def sayings(self) -> Iterator[Saying]:
        """Yield every quote, in the order in which they stand."""
        for section in self.sections:
            yield from sayings(section.value)


def paper(material: Material, name: str) -> Paper:
    """Return a report as values: each section's query is asked once."""
    filled = tuple(
        Filled(name=section.name, title=section.title, number=place, value=section.query(material))
        for place, section in enumerate(REPORTS[name].sections, start=1)
    )
    return Paper(
        name=name,
        company=material.company,
        as_of=material.as_of,
        group=material.group,
        method=material.method,
        documents=len(material.documents),
        sections=filled,
    )


def in_page(said: Saying) -> str:
    """Return the link to a quote's place in the transcripts at the end of the same page."""
    return f"#{said.anchor}"
