"""The ICP document: read, arranged by single steps, with people's own notes and paragraphs; and the other reports."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from icp_voice.errors import IcpVoiceError
from icp_voice.publish.kept import Freshness
from icp_voice.web.asker import Forbidden, Here, Lent, Who
from icp_voice.web.papers import FORMATS, REPORTS, arranging, reading
from icp_voice.web.show import page, went_well
from icp_voice.web.site import Site
from icp_voice.workspace import Workspace

router = APIRouter(prefix="/document")
ARRANGE = "/document?arrange=1"
Id = Annotated[str, Form(max_length=500)]
Text = Annotated[str, Form(max_length=100_000)]


@router.get("")
def show(
    request: Request, workspace: Lent, asker: Who, here: Here, arrange: bool = False, now: bool = False
) -> Response:
    """Show the document; with `arrange`, with what is needed to arrange it.

    While what a job writes is still to be reckoned, or somebody else has it made anew, it is the last one that was made,
    with its hour; with `now`, nothing but the newest.
    """
    arrange = arrange and asker.edits
    around = reading()
    views: tuple[str, ...] = ()
    if arrange:
        held = workspace.arrangement()
        views = workspace.view_names()
        noted = frozenset(target for _, target in held.notes)
        around = arranging(workspace.outline(), views, frozenset(held.pinned), noted)
    paper, sections, at = workspace.shown_paper("icp", around, _wanted(here, arrange or now))
    return page(
        request,
        "icp_document.html.j2",
        open="document",
        paper=paper,
        sections=sections,
        at=at,
        arrange=arrange,
        outline=workspace.outline() if arrange else None,
        views=views,
        titles=workspace.section_titles(),
        reports=REPORTS,
        formats=FORMATS,
        name="icp",
        path=ARRANGE if arrange else "/document",
    )


@router.get("/note")
def ask_note(request: Request, workspace: Lent, asker: Who, part: str, target: str) -> Response:
    """Ask for a note beside a theme or a quote."""
    _may_write(asker)
    found = workspace.arrangement().note(part, target)
    return page(
        request,
        "icp_document_note.html.j2",
        open="document",
        part=part,
        target=target,
        text=found.text if found else "",
        about=workspace.first_words(part, target),
    )


@router.post("/note")
def note(request: Request, workspace: Lent, part: Id, target: Id, text: Text = "") -> Response:
    """Keep a note; without words, take it away."""
    workspace.annotate(part, target, text)
    return _back(request, workspace, "The note is saved." if text.strip() else "The note is taken away.")


@router.get("/write")
def ask_paragraph(
    request: Request, workspace: Lent, asker: Who, section: str = "", place: str = "end", paragraph: str = ""
) -> Response:
    """Ask for a paragraph: a new one, or one to be written anew."""
    _may_write(asker)
    if not paragraph:
        return _paragraph(request, workspace, section=section, place=place)
    known = workspace.paragraph(paragraph)
    return _paragraph(
        request,
        workspace,
        section=known.section,
        place=known.place,
        paragraph=paragraph,
        text=known.text,
        quotes=known.quotes,
    )


@router.post("/write")
def write(
    request: Request,
    workspace: Lent,
    section: Id,
    text: Text = "",
    place: Id = "end",
    paragraph: Id = "",
    quotes: Annotated[list[str] | None, Form()] = None,
    show: str = Form(default=""),
) -> Response:
    """Keep a paragraph, or show how it will look."""
    cited = tuple(quotes or ())[:100]
    if show == "preview":
        return _paragraph(
            request, workspace, section=section, place=place, paragraph=paragraph, text=text, quotes=cited
        )
    workspace.write_paragraph(section, text, place=place, quotes=cited, paragraph=paragraph)
    return _back(request, workspace, "The paragraph stands in the document.")


@router.post("/arrange")
def step(request: Request, workspace: Lent, do: Id) -> Response:
    """Do one step of arranging: "hide theme ID"."""
    action, _, rest = do.partition(" ")
    part, _, target = rest.partition(" ")
    return _back(request, workspace, workspace.arrange(action, part, target))


@router.post("/views")
def add_view(request: Request, workspace: Lent, view: Id, section: Id = "asked") -> Response:
    """Put a saved view into a section."""
    workspace.add_view_to_document(view, section=section)
    return _back(request, workspace, f"“{view}” stands in the document.")


@router.get("/{name}")
def report(request: Request, workspace: Lent, here: Here, name: str, now: bool = False) -> Response:
    """Show another report, as `show` shows the document."""
    paper, sections, at = workspace.shown_paper(name, reading(), _wanted(here, now))
    return page(
        request,
        "icp_document.html.j2",
        open="document",
        paper=paper,
        sections=sections,
        at=at,
        arrange=False,
        outline=None,
        views=(),
        titles={},
        reports=REPORTS,
        formats=FORMATS,
        name=name,
    )


def _paragraph(
    request: Request,
    workspace: Workspace,
    *,
    section: str,
    place: str,
    paragraph: str = "",
    text: str = "",
    quotes: tuple[str, ...] = (),
) -> Response:
    titles = workspace.section_titles()
    if section not in titles:
        raise IcpVoiceError("There is no such section.", hint="Go back to the document and choose one.")
    return page(
        request,
        "icp_document_write.html.j2",
        open="document",
        section=section,
        title=titles[section],
        place=place,
        theme="" if place in ("top", "end") else workspace.theme_names().get(place, place),
        paragraph=paragraph,
        text=text,
        preview=workspace.preview_paragraph(text),
        quotes=workspace.quotes_of(section, "" if place in ("top", "end") else place),
        cited=quotes,
    )


def _back(request: Request, workspace: Workspace, told: str) -> Response:
    change = workspace.last_undoable()
    return went_well(request, ARRANGE, told, undo=change.number if change else 0)


def _wanted(here: Site, newest: bool) -> Freshness:
    """Return how new a report has to be: while what a job wrote is still to be reckoned, nobody waits who did not ask."""
    if newest:
        return Freshness.NEWEST
    return Freshness.LAST if here.behind else Freshness.SHARED


def _may_write(asker: Who) -> None:
    if not asker.edits:
        raise Forbidden(f"{asker.name} may read, not change.", hint="Ask an admin for the role of a researcher.")
