"""Passages: page through them, mark, confirm, reject, review the unsure ones, and take changes back."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from icp_voice.evaluate.coders import Agreements
from icp_voice.evaluate.gained import Gained
from icp_voice.model import Change
from icp_voice.profile.facets import Facets
from icp_voice.profile.home_page import Counts
from icp_voice.publish import records
from icp_voice.web.api import told
from icp_voice.web.api.given import AskedView, CategoryName, Cursor, Id, Identity, Most, Name, Number, Sent, Whole
from icp_voice.web.api.shapes import Done, HighlightRecord, Listed, Shape
from icp_voice.web.asker import Lent, Who

TAG = "highlights"
router = APIRouter(tags=[TAG])


class Marked(Sent):
    """A selection: characters of a customer's turn (from 0), and a category if one is named."""

    document: Id
    turn: Annotated[Whole, Field(examples=[3])]
    start: Whole
    end: Whole
    category: Name = ""


class Decision(Sent):
    """What a person says of a tag."""

    state: Literal["confirmed", "rejected"]


class ReviewRecord(Shape):
    """A tag of which the model is not sure; `key` is where the queue goes on."""

    key: str
    category: str
    score: float
    why: str
    highlight: HighlightRecord


class Queue(Shape):
    """What to decide next, how much is left, and how much is decided."""

    items: list[ReviewRecord]
    left: int
    decided: int


@router.get("/highlights", response_model=Listed[HighlightRecord], summary="List passages")
def highlights(
    workspace: Lent,
    view: AskedView,
    sort: Literal["newest", "surest", "place"] = "newest",
    start_after: Cursor = "",
    most: Most = 50,
) -> Any:
    """Return some passages of a view, with their tags."""
    page = workspace.highlights_page(view, sort=sort, start_after=start_after, most=most)
    return told.listed(page, records.highlight_record)


@router.get("/facets", summary="Tell what a view could be narrowed by")
def facets(workspace: Lent, view: AskedView) -> Facets:
    """Return the filters with how many passages each of their values holds."""
    return workspace.facets(view)


@router.get("/counts", summary="Count what is there")
def counts(workspace: Lent) -> Counts:
    """Return how much there is, and how much of it is still to be settled."""
    return workspace.counts()


@router.post("/highlights", response_model=HighlightRecord, status_code=201, summary="Mark a passage")
def mark(workspace: Lent, marked: Marked) -> Any:
    """Make a passage of words in a customer's turn."""
    made = workspace.mark(marked.document, marked.turn, marked.start, marked.end, marked.category)
    return records.highlight_record(made)


@router.delete("/highlights/{highlight}", response_model=Done, summary="Unmark a passage")
def unmark(workspace: Lent, highlight: Identity) -> Any:
    """Take away a passage that a person marked; one of a model is rejected in all its categories."""
    workspace.unmark(highlight)
    return told.done(workspace, "It counts no more.")


@router.put("/highlights/{highlight}/tags/{category}", response_model=Done, summary="Confirm or reject a category")
def decide(workspace: Lent, highlight: Identity, category: CategoryName, decision: Decision) -> Any:
    """Say whether a category holds for a passage; people's word outranks every model."""
    (workspace.confirm if decision.state == "confirmed" else workspace.reject)(highlight, category)
    return told.done(workspace, f"{category} is {decision.state}.")


@router.get("/review", response_model=Queue, summary="List unsure tags")
def review(
    workspace: Lent,
    category: Name = "",
    account_tag: Name = "",
    after: Annotated[Name, Query(description="The `key` of the item behind which to go on.")] = "",
    most: Most = 20,
) -> Any:
    """Return the tags of which the model is least sure and about which nobody has decided."""
    found = workspace.review(category, most=most, after=after, account_tag=account_tag)
    items = [
        {
            "key": one.key,
            "category": one.category,
            "score": one.score,
            "why": one.why,
            "highlight": records.highlight_record(one.highlight),
        }
        for one in found.items
    ]
    return {"items": items, "left": found.left, "decided": found.decided}


@router.post("/review/{highlight}/{category}/skip", response_model=Done, summary="Leave a tag for later")
def skip(workspace: Lent, highlight: Identity, category: CategoryName) -> Any:
    """Put a tag at the end of one's own queue."""
    workspace.skip(highlight, category)
    return {"done": "It comes last.", "undo": 0}


@router.get("/review/gained", summary="Tell what decisions have brought")
def gained(workspace: Lent) -> Gained:
    """Return how right the model was without people's corrections, and is with them."""
    return workspace.gained()


@router.get("/review/agreement", summary="Tell how far coders agree")
def agreement(workspace: Lent) -> Agreements:
    """Return Krippendorff's alpha of each two coders, people and model, in each category."""
    return workspace.agreements()


@router.get("/changes", summary="List who did what and when")
def changes(
    workspace: Lent,
    before: Annotated[Whole, Query(description="The number at which the page before ended; 0: the latest.")] = 0,
    by: Name = "",
    verb: Name = "",
    most: Most = 50,
) -> list[Change]:
    """Return changes, the latest first: ids, categories and counts, and no words of customers."""
    return workspace.changes(before=before, most=most, by=by, verb=verb)


@router.post("/changes/{number}/undo", summary="Take a change back")
def undo(workspace: Lent, asker: Who, number: Number) -> Change:
    """Put back what was there before. People take back their own changes, admins anybody's; 0 is one's latest."""
    return workspace.undo(number, anyone=asker.governs and number > 0)
