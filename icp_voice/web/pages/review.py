"""The review queue: one quote after another of which the model is not sure, and what the answers have taught it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from icp_voice.web.asker import Asker, Forbidden, Lent, Who
from icp_voice.web.show import page, query
from icp_voice.workspace import Workspace

router = APIRouter(prefix="/review")
BEFORE = 2
SAID = {
    "yes": "You said yes.",
    "no": "You said no.",
    "other": "You gave it another category.",
    "skip": "Left for later.",
}
Name = Annotated[str, Form(max_length=500)]
Numbers = Annotated[str, Query(pattern=r"^(\d{1,12}(,\d{1,12})*)?$")]
Count = Annotated[int, Query(ge=0, le=1_000_000)]


@router.get("")
def ask(
    request: Request,
    workspace: Lent,
    asker: Who,
    category: str = "",
    tag: str = "",
    done: Count = 0,
    last: Numbers = "",
    said: str = "",
    first: str = "",
) -> Response:
    """Ask about the next quote."""
    _only_who_decides(asker)
    found = workspace.review(category, account_tag=tag, most=1, first=first)
    item = found.items[0] if found.items else None
    return page(
        request,
        "review.html.j2",
        open="review",
        item=item,
        before=_before(workspace, item.highlight.document, item.highlight.turn) if item else (),
        asked=workspace.codebook[item.category] if item else None,
        signs=workspace.signs(),
        found=found,
        chosen={"category": category, "tag": tag},
        tag_name=workspace.tag,
        done=done,
        last=last,
        told=SAID.get(said, ""),
    )


@router.get("/learned")
def learned(request: Request, workspace: Lent, asker: Who) -> Response:
    """Show what the answers have taught the model, and how far coders agree."""
    _only_who_decides(asker)
    return page(
        request,
        "review_learned.html.j2",
        open="review",
        gained=workspace.gained(),
        agreed=workspace.agreements(),
        signs=workspace.signs(),
    )


@router.post("")
def answer(
    request: Request,
    workspace: Lent,
    highlight: Name,
    asked: Name,
    said: Name,
    category: Name = "",
    tag: Name = "",
    done: Annotated[int, Form(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Take the answer to one question, and ask the next."""
    numbers: tuple[int, ...] = ()
    if said == "skip":
        workspace.skip(highlight, asked)
        told = "skip"
    elif said in ("yes", "no"):
        (workspace.confirm if said == "yes" else workspace.reject)(highlight, asked)
        change = workspace.last_undoable()
        numbers, told = ((change.number,) if change else ()), said
    else:
        numbers, told = workspace.recode(highlight, asked, said), "other"
    after = done + (told != "skip")
    last = ",".join(map(str, numbers))
    return RedirectResponse("/review" + query(category=category, tag=tag, done=after, last=last, said=told), 303)


@router.post("/undo")
def undo(
    request: Request,
    workspace: Lent,
    last: Annotated[str, Form(pattern=r"^\d{1,12}(,\d{1,12})*$")],
    category: Name = "",
    tag: Name = "",
    done: Annotated[int, Form(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Take the last answer back, and ask again."""
    taken = [workspace.undo(int(number)) for number in last.split(",")]
    first = f"{taken[0].subject}:{taken[0].detail.get('category', '')}"
    return RedirectResponse("/review" + query(category=category, tag=tag, done=max(0, done - 1), first=first), 303)


def _before(workspace: Workspace, document: str, turn: int) -> tuple[object, ...]:
    """Return the turn with the quote, and the turns that were said before it."""
    found = workspace.document_page(document, start=max(0, turn - BEFORE), most=min(turn, BEFORE) + 1, bare=True)
    return found.turns


def _only_who_decides(asker: Asker) -> None:
    if not asker.edits:
        raise Forbidden(f"{asker.name} may read, not decide.", hint="Ask an admin for the role of a researcher.")
