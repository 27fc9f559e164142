"""Words that not everybody may see: what is hidden or proposed to be, by place and kind, and deciding about it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from icp_voice.store.redactions import Redaction
from icp_voice.web.api.given import Given, Id, Ids, Name, Sent, Whole
from icp_voice.web.asker import Lent

TAG = "redactions"
MOST = 1_000
router = APIRouter(tags=[TAG])
Why = Annotated[Name, Field(description="Why it is hidden.", examples=["by hand"])]


class Span(Sent):
    """Characters of a turn, both counted from 0."""

    document: Id
    turn: Whole
    start: Whole
    end: Whole
    why: Why = "by hand"


class Phrase(Sent):
    """Words to hide wherever anybody says them."""

    words: Given
    why: Why = "by hand"


class Decided(Sent):
    """Redactions, and whether they are to hide words or to show them again."""

    ids: Ids
    state: Literal["confirmed", "rejected"]


@router.get("/redactions", summary="List redactions")
def redactions(
    workspace: Lent, document: Name = "", state: Literal["", "proposed", "confirmed", "rejected"] = ""
) -> list[Redaction]:
    """Return what is hidden, proposed or shown again: places and reasons, never words."""
    return workspace.redactions(document, state=state)[:MOST]


@router.post("/redactions", status_code=201, summary="Hide characters of a turn")
def redact(workspace: Lent, span: Span) -> Redaction:
    """Hide the characters of a turn from `start` up to `end`, everywhere."""
    return workspace.redact(span.document, span.turn, span.start, span.end, why=span.why)


@router.post("/redactions/words", summary="Hide words everywhere")
def words(workspace: Lent, phrase: Phrase) -> list[Redaction]:
    """Hide some words wherever anybody says them, whatever their case."""
    return workspace.redact_words(phrase.words, why=phrase.why)


@router.put("/redactions", summary="Confirm or reject redactions")
def decide(workspace: Lent, decided: Decided) -> list[Redaction]:
    """Hide what was proposed, or show what was hidden; no run proposes it again."""
    verb = workspace.confirm_redactions if decided.state == "confirmed" else workspace.reject_redactions
    return verb(decided.ids)
