"""A report as a page: a paper, the transcripts that it quotes, and the template that shows both."""

from __future__ import annotations

import re
from pathlib import Path

from icp_voice.errors import unknown
from icp_voice.publish.material import Material
from icp_voice.publish.paper import Filled, Paper, paper
from icp_voice.publish.render import Around, environment, lasting_environment
from icp_voice.publish.sections import REPORTS
from icp_voice.publish.transcripts import Transcript, transcripts

ENDINGS = {"html": "html", "markdown": "md"}


def report(material: Material, name: str, format: str = "html") -> str:
    """Return a report ("icp", "pain-points" or "buying-process") as one "html" page or as "markdown"."""
    if name not in REPORTS:
        raise unknown("report", name, REPORTS)
    written = paper(material, name)
    return rendered(written, format, transcripts(material, written.sayings()), folder=material.folder)


def rendered(written: Paper, format: str, appendix: tuple[Transcript, ...], *, folder: Path | None = None) -> str:
    """Return a paper with its transcripts as one page."""
    template = environment(_known(format), folder).get_template(f"{written.report.template}.{ENDINGS[format]}.j2")
    text = template.render(**_given(written), sections=written.sections, transcripts=appendix)
    return tidy(text) if format == "markdown" else text


def word_report(written: Paper, appendix: tuple[Transcript, ...], *, folder: Path | None = None) -> bytes:
    """Return a paper with its transcripts as a DOCX file."""
    from icp_voice.publish.docx import About, word_file

    about = About(
        title=written.report.title, company=written.company, subject=written.report.purpose, as_of=written.as_of
    )
    return word_file(rendered(written, "markdown", appendix, folder=folder), about)


def render_section(
    written: Paper, section: Filled, format: str = "html", *, folder: Path | None = None, around: Around | None = None
) -> str:
    """Return one section of a paper by itself, with its heading, for a page that has a head and a foot of its own."""
    template = lasting_environment(_known(format), folder).get_template(f"_section.{ENDINGS[format]}.j2")
    text = template.render(**_given(written), **(around or Around()).given(format), section=section)
    return tidy(text) if format == "markdown" else text


def _known(format: str) -> str:
    if format not in ENDINGS:
        raise unknown("format", format, ENDINGS)
    return format


def _given(written: Paper) -> dict[str, object]:
    return {
        "report": written.report,
        "company": written.company,
        "as_of": written.as_of,
        "group": written.group,
        "method": written.method,
        "documents": written.documents,
        "edition": written.edition,
    }


def tidy(text: str) -> str:
    """Leave one empty line where templates left several, and none at the end of lines."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"
