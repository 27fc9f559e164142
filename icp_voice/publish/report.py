"""A report: the values of its sections, the transcripts they quote, and the template that shows both."""

from __future__ import annotations

import re
from dataclasses import dataclass

from icp_voice.errors import unknown
from icp_voice.publish.material import Material
from icp_voice.publish.quotes import sayings
from icp_voice.publish.render import environment
from icp_voice.publish.sections import REPORTS
from icp_voice.publish.transcripts import transcripts

ENDINGS = {"html": "html", "markdown": "md"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A section with its number and its values."""

    name: str
    title: str
    number: int
    value: object


def report(material: Material, name: str, format: str = "html") -> str:
    """Return a report ("icp", "pain-points" or "buying-process") as one "html" page or as "markdown"."""
    if name not in REPORTS:
        raise unknown("report", name, REPORTS)
    if format not in ENDINGS:
        raise unknown("format", format, ENDINGS)
    chosen = REPORTS[name]
    sections = [
        Filled(name=section.name, title=section.title, number=place, value=section.query(material))
        for place, section in enumerate(chosen.sections, start=1)
    ]
    quoted = [saying for section in sections for saying in sayings(section.value)]
    template = environment(format, material.folder).get_template(f"{chosen.template}.{ENDINGS[format]}.j2")
    text = template.render(
        report=chosen,
        sections=sections,
        transcripts=transcripts(material, quoted),
        company=material.company,
        as_of=material.as_of,
        group=material.group,
        method=material.method,
        documents=len(material.documents),
    )
    return _tidy(text) if format == "markdown" else text


def _tidy(text: str) -> str:
    """Leave one empty line where templates left several, and none at the end of lines."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"
