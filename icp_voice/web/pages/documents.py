"""Transcripts: the list with what is still to be settled, and one to read, with its quotes and what people say of them."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from icp_voice.model import Kind
from icp_voice.web.asker import Asker, Forbidden, Lent, Who
from icp_voice.web.pages.sign_in import inside
from icp_voice.web.show import page, query, went_well
from icp_voice.workspace import Workspace
from icp_voice.workspace.reading import PIECE, Settled

router = APIRouter(prefix="/documents")
NEEDS = (("account", "an account"), ("speakers", "a speaker's side"), ("date", "a date"))
Name = Annotated[str, Form(max_length=500)]
Number = Annotated[int, Form(ge=0)]


@router.get("")
def listed(
    request: Request,
    workspace: Lent,
    search: str = "",
    account: str = "",
    kind: str = "",
    needs: str = "",
    sort: str = "newest",
    at: str = "",
) -> Response:
    """Show the transcripts, those that somebody looks for, or those of which something is not known."""
    found = workspace.documents_page(
        search=search, account=account, kind=kind, needs=needs, sort=sort, start_after=at, most=50
    )
    chosen = {"search": search, "account": account, "kind": kind, "needs": needs, "sort": sort}
    return page(
        request,
        "documents.html.j2",
        open="documents",
        found=found,
        chosen=chosen,
        counts={name: workspace.documents_page(needs=name, most=1).total for name, _ in NEEDS},
        needs=NEEDS,
        kinds=list(Kind),
        here="/documents" + query(chosen, at=at),
    )


@router.get("/accounts")
def accounts(request: Request, workspace: Lent) -> Response:
    """Show the names that the field for an account offers."""
    return page(request, "account_names.html.j2", open="documents", names=workspace.account_names())


@router.get("/{document}")
def read(request: Request, workspace: Lent, asker: Who, document: str, turn: int = 0, h: str = "") -> Response:
    """Show the piece of a transcript in which a turn stands; `h` is the quote that is open."""
    reading = workspace.reading(document, turn=turn, highlight=h, bare=asker.edits)
    return page(
        request,
        "document.html.j2",
        open="documents",
        **_shown(workspace, asker, document, reading),
        kinds=list(Kind),
        piece=PIECE,
        path=_place(document, reading.card.note.highlight.turn if reading.card else turn, h),
    )


@router.get("/{document}/turns/{turn}")
def one_turn(request: Request, workspace: Lent, asker: Who, document: str, turn: int, h: str = "") -> Response:
    """Show one turn, which takes the place of itself on the page; who comes without that page is led there."""
    if not request.headers.get("hx-request"):
        return RedirectResponse(_place(document, turn, h), 303)
    reading = workspace.reading(document, turn=turn, highlight=h, most=1, bare=asker.edits)
    return page(
        request,
        "document_turn.html.j2",
        open="documents",
        **_shown(workspace, asker, document, reading),
        path=_place(document, turn, h),
    )


def _shown(workspace: Workspace, asker: Asker, document: str, reading: Any) -> dict[str, Any]:
    """Return what a transcript's page and one turn of it are made of."""
    return {"reading": reading, "base": f"/documents/{quote(document)}", "edits": asker.edits}


@router.get("/{document}/quotes/{h}/why")
def why(request: Request, workspace: Lent, asker: Who, document: str, h: str, category: str) -> Response:
    """Show the example that a quote is most like."""
    if not asker.edits:
        raise Forbidden(f"{asker.name} may read, not decide.", hint="Ask an admin for the role of a researcher.")
    return page(
        request,
        "document_why.html.j2",
        open="documents",
        why=workspace.why(h, category),
        sign=workspace.signs()[category],
        back=f"/documents/{quote(document)}" + query(h=h),
        number=h,
    )


@router.post("/{document}/quotes")
def mark(
    request: Request,
    workspace: Lent,
    document: str,
    turn: Number,
    start: Number,
    end: Number,
    category: Name = "",
) -> Response:
    """Make a quote of what somebody selected."""
    made = workspace.mark(document, turn, start, end, category)
    return _back(request, workspace, document, turn, made.id, "This is a quote now.")


@router.post("/{document}/quotes/{h}/{said}")
def decide(
    request: Request,
    workspace: Lent,
    document: str,
    h: str,
    said: str,
    turn: Number,
    category: Name = "",
    theme: Name = "",
) -> Response:
    """Say yes or no to a category of a quote, put it into a theme, or take it away."""
    if said == "remove":
        workspace.unmark(h)
        return _back(request, workspace, document, turn, "", "The quote is taken away.")
    if said == "move":
        workspace.move_highlight(h, theme)
        return _back(request, workspace, document, turn, h, "Moved to another theme.")
    title = workspace.codebook[category].title
    if said == "yes":
        workspace.confirm(h, category)
        told = f"Yes: {title}."
    elif said == "no":
        workspace.reject(h, category)
        told = f"No: not {title}."
    else:
        raise Forbidden("A quote takes no such answer.", hint="Say yes or no.")
    return _back(request, workspace, document, turn, h, told)


@router.post("/{document}/hide")
def hide(request: Request, workspace: Lent, document: str, turn: Number, start: Number, end: Number) -> Response:
    """Hide selected words from whoever may only read."""
    workspace.redact_selected(document, turn, start, end)
    return _back(request, workspace, document, turn, "", "These words are hidden from viewers, reports and exports.")


@router.post("/{document}/reveal")
def reveal(
    request: Request,
    workspace: Lent,
    document: str,
    turn: Number,
    span: Annotated[str, Form(pattern=r"^\d{1,9}-\d{1,9}$")],
) -> Response:
    """Show hidden words again."""
    start, end = map(int, span.split("-"))
    workspace.unredact(document, turn, start, end)
    return _back(request, workspace, document, turn, "", "These words are shown again.")


@router.post("/{document}/settle")
def settle(
    request: Request,
    workspace: Lent,
    document: str,
    account: Name = "",
    kind: Name = "",
    date: Name = "",
    next: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Say whose words a transcript holds, what it is, and when it was."""
    done = workspace.settle_document(document, account=account.strip(), kind=kind, date=date.strip())
    return went_well(request, inside(next or f"/documents/{quote(document)}"), _told(done))


@router.post("/{document}/speakers")
def side(request: Request, workspace: Lent, document: str, side: Name, speaker: Name = "") -> Response:
    """Say on whose side a speaker stands."""
    done = workspace.settle_document(document, sides={speaker: side})
    return went_well(request, f"/documents/{quote(document)}", _told(done))


@router.post("/{document}/undo")
def undo(
    request: Request, workspace: Lent, document: str, next: Annotated[str, Form(max_length=2000)] = ""
) -> Response:
    """Take back the latest thing that this person has done."""
    workspace.undo()
    return went_well(request, inside(next or f"/documents/{quote(document)}"), "Taken back.")


def _told(done: Settled) -> str:
    """Return what came of settling, for people."""
    change = done.quotes - done.before
    if not change:
        return "Saved. New quotes are found by the next run."
    count = f"{abs(change)} quote{'s' if abs(change) > 1 else ''} of this transcript"
    verb = "count" if abs(change) > 1 else "counts"
    return f"Saved. {count} no longer {verb}." if change < 0 else f"Saved. {count} {verb} again."


def _place(document: str, turn: int, h: str) -> str:
    return f"/documents/{quote(document)}" + query(turn=turn or "", h=h)


def _back(request: Request, workspace: Workspace, document: str, turn: int, h: str, told: str) -> Response:
    """Go on to the turn on the page, or to the whole page where no script put it there."""
    change = workspace.last_undoable()
    if request.headers.get("hx-request"):
        to = f"/documents/{quote(document)}/turns/{turn}" + query(h=h)
    else:
        to = _place(document, turn, h) + f"#turn-{turn}"
    return went_well(request, to, told, undo=change.number if change else 0)
