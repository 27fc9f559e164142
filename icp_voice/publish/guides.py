"""Printable interview guides: whom to talk to, why, what is known already, and what to ask."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from icp_voice.model import CellState, Interview, InterviewPlan
from icp_voice.publish.material import Material
from icp_voice.publish.quotes import Saying, best
from icp_voice.publish.render import environment, number
from icp_voice.publish.sections.firmographics import CONTACT, title
from icp_voice.publish.sections.glance import SIGNS

MOST_KNOWN = 4
MOST_ATTRIBUTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """What one guide shows; `known` is what the account said, `cells` how well each category is covered."""

    number: int
    of: int
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
    template = environment("html", material.folder).get_template("interview_guide.html.j2")
    pages = {}
    for place, interview in enumerate(plan.interviews, start=1):
        guide = _guide(material, interview, place, len(plan.interviews))
        page = template.render(guide=guide, company=material.company, as_of=material.as_of, group=material.group)
        pages[f"{place:02}-{_slug(f'{guide.account} {guide.person}')}.html"] = page
    return pages


def _guide(material: Material, interview: Interview, place: int, of: int) -> Guide:
    account = material.accounts.get(interview.account)
    said = [one for one in material.highlights.values() if one.account == interview.account]
    titles = {category.name: category.title for category in material.codebook}
    cells = [cell for cell in material.coverage.cells if cell.account == interview.account]
    attributes = account.attributes if account else {}
    return Guide(
        number=place,
        of=of,
        account=material.name(interview.account),
        person=interview.person,
        role=interview.role,
        email=interview.email,
        reason=interview.reason,
        questions=interview.questions,
        closes=tuple(gap.reason for gap in interview.closes),
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
