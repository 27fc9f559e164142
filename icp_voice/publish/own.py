"""What people add to the document: paragraphs in Markdown with the quotes they rest on, and saved views as blocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from icp_voice.model import Highlight, View
from icp_voice.publish.arrangement import ASKED, Paragraph
from icp_voice.publish.figures import Share
from icp_voice.publish.material import Material
from icp_voice.publish.quotes import Saying, best, saying

MOST_QUOTES = 6
FILTERS = ("account_tag", "account", "category", "kind", "theme", "since", "until")


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A paragraph as it is shown, with who wrote it and when."""

    id: str
    text: str
    by: str
    at: str
    quotes: tuple[Saying, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewed:
    """A saved view as a block: how many speak in it and its best quotes, or why its question has no answer."""

    name: str
    question: str
    filter: str
    answered: bool
    reason: str
    members: Share
    others: Share
    mentions: int
    quotes: tuple[Saying, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The views in a section of their own."""

    views: tuple[Viewed, ...]


def own(material: Material, paragraphs: Iterable[Paragraph]) -> tuple[Own, ...]:
    """Return paragraphs as they are shown."""
    return tuple(
        Own(
            id=one.id,
            text=one.text,
            by=one.by,
            at=one.at,
            quotes=tuple(saying(material, material.highlights[id]) for id in one.quotes if id in material.highlights),
        )
        for one in paragraphs
    )


def views_in(material: Material, section: str) -> tuple[Viewed, ...]:
    """Return the views that people put into a section."""
    shown = {view.name: (view, said) for view, said in material.shown_views}
    placed = [name for name, there in material.arrangement.views if there == section and name in shown]
    return tuple(_viewed(material, *shown[name]) for name in placed)


def asked(material: Material) -> Asked:
    """Tell what was asked of the data beside the guiding questions."""
    return Asked(views=views_in(material, ASKED))


def _viewed(material: Material, view: View, said: tuple[Highlight, ...]) -> Viewed:
    answer = next((answer for one, answer in material.asked if one.name == view.name), None)
    found = [quote.highlight for quote in answer.quotes] if answer else list(said)
    known = [one for one in found if one.id in material.highlights] if not answer else found
    filters = [f"{name.replace('_', ' ')} {getattr(view, name)}" for name in FILTERS if getattr(view, name)]
    filters += [f"{name} {value}" for name, value in view.attributes.items()]
    return Viewed(
        name=view.name,
        question=view.question,
        filter=", ".join(filters),
        answered=answer.answered if answer else bool(known),
        reason=answer.reason if answer else "" if known else "Nobody has said anything that this view holds.",
        members=material.members_in(known),
        others=material.others_in(known),
        mentions=len(known),
        quotes=best(material, known, MOST_QUOTES),
    )
