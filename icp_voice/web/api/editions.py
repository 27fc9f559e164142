"""The ICP document: freeze editions, list, hand out and compare them; paragraphs, notes, and what is left out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import Field
from starlette.responses import Response

from icp_voice.publish import records
from icp_voice.publish.difference import Comparison
from icp_voice.store.arrangement import Arranged
from icp_voice.web.api.given import Given, Id, Long, Name, Number, Sent, Words
from icp_voice.web.api.reports import FILES, Form, file
from icp_voice.web.api.shapes import Done, EditionRecord, Shape
from icp_voice.web.asker import Lent

TAG = "editions"
router = APIRouter(tags=[TAG])
Which = Annotated[Words, Path(min_length=1, max_length=200, description="Its number, id or name.")]
Part = Literal["section", "theme", "quote"]


class Freezing(Sent):
    """A name, and what is to be remembered of it."""

    name: Annotated[Given, Field(examples=["Spring 2026"])]
    note: Annotated[Words, Field(max_length=2_000)] = ""


class Hiding(Sent):
    """A part of the document, and whether it is left out."""

    part: Part
    target: Id
    hidden: bool


class Ordering(Sent):
    """Parts that come first, in this order; `of` is the section of themes or the theme of quotes."""

    part: Part
    targets: Annotated[list[Id], Field(max_length=500)]
    of: Name = ""


class Note(Sent):
    """A note beside a theme or a quote; without words it is taken away."""

    part: Literal["theme", "quote"]
    target: Id
    text: Long


class Paragraph(Sent):
    """Markdown at the "top" or "end" of a section, or after a theme, with the quotes it rests on."""

    section: Id
    text: Long
    place: Name = "end"
    quotes: Annotated[list[Id], Field(max_length=100)] = []  # noqa: RUF012


class Arranging(Shape):
    """The number of the line by which it can be taken back."""

    number: int


class Written(Shape):
    """The id of a paragraph."""

    paragraph: str


@router.get("/editions", response_model=list[EditionRecord], summary="List editions")
def editions(workspace: Lent) -> Any:
    """Return the editions, the first first."""
    return [records.edition_record(one) for one in workspace.editions()]


@router.post("/editions", response_model=EditionRecord, status_code=201, summary="Freeze an edition")
def freeze(workspace: Lent, freezing: Freezing) -> Any:
    """Keep the ICP document as it is now; editions are neither changed nor removed."""
    return records.edition_record(workspace.freeze_edition(freezing.name, freezing.note))


@router.get("/editions/{edition}", response_class=Response, responses=FILES, summary="Hand out an edition")
def edition(workspace: Lent, edition: Which, format: Form = "html") -> Response:
    """Return an edition as a file, as it was frozen, with what is still kept of its words."""
    return file("edition", format, workspace.edition_file(edition, format=format))


@router.get("/editions/{edition}/changes", summary="Compare two editions")
def compare(
    workspace: Lent,
    edition: Which,
    after: Annotated[Name, Query(description='Another edition; "now": the document as it is.')] = "now",
) -> Comparison:
    """Tell what changed, which quotes made it change, and which statements lost their evidence."""
    return workspace.compare_editions(edition, after)


@router.get("/arrangement", summary="List what people did to the document")
def arranged(workspace: Lent) -> list[Arranged]:
    """Return what was hidden, put in order, noted and written, first to last."""
    return workspace.arranged()


@router.post("/arrangement/hidden", response_model=Arranging, summary="Leave a part out, or show it again")
def hide(workspace: Lent, hiding: Hiding) -> Any:
    """Leave a section, theme or quote out of the ICP document, or show it again."""
    verb = workspace.hide_in_document if hiding.hidden else workspace.show_in_document
    return {"number": verb(hiding.part, hiding.target)}


@router.post("/arrangement/order", response_model=Arranging, summary="Put parts in order")
def order(workspace: Lent, ordering: Ordering) -> Any:
    """Put sections, themes of a section or quotes of a theme first; the rest follows."""
    return {"number": workspace.order_in_document(ordering.part, ordering.targets, of=ordering.of)}


@router.post("/arrangement/notes", response_model=Arranging, summary="Write a note")
def annotate(workspace: Lent, note: Note) -> Any:
    """Write a note beside a theme or a quote."""
    return {"number": workspace.annotate(note.part, note.target, note.text)}


@router.post("/arrangement/paragraphs", response_model=Written, status_code=201, summary="Write a paragraph")
def write(workspace: Lent, paragraph: Paragraph) -> Any:
    """Write your own words into a section."""
    return {"paragraph": workspace.write_paragraph(**paragraph.model_dump())}


@router.put("/arrangement/paragraphs/{paragraph}", response_model=Written, summary="Write a paragraph anew")
def rewrite(workspace: Lent, paragraph: Annotated[Id, Path(description="Its id.")], sent: Paragraph) -> Any:
    """Write a paragraph anew."""
    return {"paragraph": workspace.write_paragraph(**sent.model_dump(), paragraph=paragraph)}


@router.delete("/arrangement/paragraphs/{paragraph}", response_model=Arranging, summary="Remove a paragraph")
def remove(workspace: Lent, paragraph: Annotated[Id, Path(description="Its id.")]) -> Any:
    """Take a paragraph out of the document."""
    return {"number": workspace.remove_paragraph(paragraph)}


@router.put("/arrangement/views/{view:path}", response_model=Arranging, summary="Put a view into the document")
def add_view(
    workspace: Lent, view: Annotated[Words, Path(min_length=1, max_length=200)], section: Name = "asked"
) -> Any:
    """Put a saved view into the ICP document as a block."""
    return {"number": workspace.add_view_to_document(view, section=section)}


@router.delete("/arrangement/views/{view:path}", response_model=Arranging, summary="Take a view out of the document")
def remove_view(workspace: Lent, view: Annotated[Words, Path(min_length=1, max_length=200)]) -> Any:
    """Take a view out of the ICP document; the view itself stays saved."""
    return {"number": workspace.remove_view_from_document(view)}


@router.post("/arrangement/{number}/undo", response_model=Done, summary="Take back what was arranged")
def undo(workspace: Lent, number: Number) -> Any:
    """Take back a line of the arrangement; 0 is the latest."""
    return {"done": f"{workspace.undo_arrangement(number).action} taken back.", "undo": 0}
