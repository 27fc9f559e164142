"""Printable interview guides: whom to talk to, why, what is known already, and what to ask."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from icp_voice.model import CellState, Interview, InterviewPlan
from icp_voice.publish.material import Material
from icp_voice.publish.quotes import Saying, best
from icp_voice.publish.render import environment, number
from icp_voice.publish.sections.firmographics import CONTACT, title
from icp_voice.publish.sections.glance import SIGNS

TEMPLATES = {"html": "interview_guide.html.j2", "markdown": "interview_guide.md.j2"}
MOST_KNOWN = 4
MOST_ATTRIBUTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """What one guide shows; `known` is what the account said, `cells` how well each category is covered."""

    number: int
    of: int
    state: str
    date: str
    account: str
    person: str
    role: str
    email: str
    reason: str
    questions: tuple[str, ...]
    closes: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...]
    cells: tuple[tuple[str, str, str, str], ...]
    known: tuple[Saying, ...]
    documents: tuple[tuple[str, str, str], ...]


def guides(material: Material, plan: InterviewPlan) -> dict[str, str]:
    """Return file name -> one printable HTML page for each interview of the plan."""
    of = len(plan.interviews)
    return {
        f"{guide_name(material, interview, place)}.html": guide_text(material, interview, "html", place, of)
        for place, interview in enumerate(plan.interviews, start=1)
    }


def guide_name(material: Material, interview: Interview, place: int) -> str:
    """Return how the file of a guide is called, without its ending."""
    return f"{place:02}-{_slug(f'{material.name(interview.account)} {interview.person}')}"


def guide_text(material: Material, interview: Interview, format: str, place: int = 1, of: int = 1) -> str:
    """Return one guide as a printable page of "html", or as "markdown"."""
    return guides_text(material, [guide_of(material, interview, place, of)], format)


def guides_text(material: Material, guides: Sequence[Guide], format: str) -> str:
    """Return guides as one text, one below the other; each of them tells what is known of its own account."""
    template = environment(format, material.folder).get_template(TEMPLATES[format])
    about = {"company": material.company, "as_of": material.as_of, "group": material.group}
    if format == "html":
        return template.render(guide=guides[0], guides=guides, **about)
    return "\n\n".join(template.render(guide=guide, **about).strip() for guide in guides) + "\n"


def guide_of(material: Material, interview: Interview, place: int = 1, of: int = 1) -> Guide:
    """Return what one guide shows."""
    material = material.unarranged
    account = material.accounts.get(interview.account)
    said = [one for one in material.highlights.values() if one.account == interview.account]
    titles = {category.name: category.title for category in material.codebook}
    cells = [cell for cell in material.coverage.cells if cell.account == interview.account]
    attributes = account.attributes if account else {}
    return Guide(
        number=place,
        of=of,
        state=interview.state,
        date=interview.date,
        account=material.name(interview.account),
        person=interview.person,
        role=interview.role,
        email=interview.email,
        reason=interview.reason,
        questions=interview.questions,
        closes=tuple(
            f"{titles[gap.category]}: {gap.reason}" if gap.category in titles else gap.reason
            for gap in interview.closes
        ),
        attributes=tuple(
            (
                title(name),
                number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value),
            )
            for name, value in attributes.items()
            if value not in (None, "") and not CONTACT.search(name.lower())
        )[:MOST_ATTRIBUTES],
        cells=tuple(
            (titles[cell.category], str(cell.state), SIGNS[cell.state], cell.reason)
            for cell in cells
            if cell.category in titles and (cell.state is not CellState.UNKNOWN or cell.category in _expected(material))
        ),
        known=best(material, sorted(said, key=lambda one: one.date, reverse=True), MOST_KNOWN),
        documents=tuple(
            (document.date, str(document.kind), document.title or document.file.rsplit("/", 1)[-1])
            for document in sorted(material.documents.values(), key=lambda one: (one.date, one.file), reverse=True)
            if document.account == interview.account
        )[:MOST_KNOWN],
    )


def _expected(material: Material) -> set[str]:
    return {category.name for category in material.codebook if category.expected_of == "icp"}


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "interview"
