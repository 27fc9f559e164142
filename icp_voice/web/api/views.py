"""Views and questions: saved filters, and answers in customers' own words or that there is none."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import Field

from icp_voice.publish import records
from icp_voice.web.api.given import Given, Question, Sent, ViewSent, Words
from icp_voice.web.api.shapes import AnswerRecord, Done, ViewRecord
from icp_voice.web.api.told import done
from icp_voice.web.asker import Lent

TAG = "views"
router = APIRouter(tags=[TAG])
ViewName = Annotated[Words, Path(min_length=1, max_length=200, description="Its name.")]


class Asked(Sent):
    """A question, and the view within which it is asked."""

    question: Annotated[Question, Field(examples=["What takes them too long?"])]
    view: ViewSent = ViewSent()


class Renaming(Sent):
    """Another name."""

    name: Given


@router.get("/views", response_model=list[ViewRecord], summary="List saved views")
def views(workspace: Lent) -> Any:
    """Return the saved views."""
    return [records.view_record(view) for view in workspace.views()]


@router.get("/views/{name:path}", response_model=ViewRecord, summary="Show a saved view")
def view(workspace: Lent, name: ViewName) -> Any:
    """Return one saved view."""
    return records.view_record(workspace.view(name))


@router.put("/views/{name:path}", response_model=ViewRecord, summary="Save a view")
def save(workspace: Lent, name: ViewName, sent: ViewSent) -> Any:
    """Save a view under a name; with a question, what the data does not answer becomes a gap."""
    workspace.save_view(sent.view(name))
    return records.view_record(workspace.view(name))


@router.patch("/views/{name:path}", response_model=ViewRecord, summary="Rename a view")
def rename(workspace: Lent, name: ViewName, renaming: Renaming) -> Any:
    """Give a saved view another name."""
    workspace.rename_view(name, renaming.name)
    return records.view_record(workspace.view(renaming.name.strip()))


@router.delete("/views/{name:path}", response_model=Done, summary="Forget a view")
def remove(workspace: Lent, name: ViewName) -> Any:
    """Forget a saved view."""
    workspace.forget_view(name)
    return done(workspace, "Forgotten.")


@router.post("/answers", response_model=AnswerRecord, summary="Ask")
def ask(workspace: Lent, asked: Asked) -> Any:
    """Answer a question by customers' own words within a view, or say that the data does not answer it."""
    return records.answer_record(workspace.ask(asked.question, asked.view.view()))
