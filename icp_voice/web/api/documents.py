"""Documents: list them, read one with what was found in it, and settle whose words it holds."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from icp_voice.model import Document, Kind, Side
from icp_voice.profile.transcript import DocumentPage
from icp_voice.publish import records
from icp_voice.store.document_pages import DocumentLine
from icp_voice.web.api.given import Cursor, Day, Identity, Most, Name, Search, Sent, Start, Words
from icp_voice.web.api.shapes import DocumentRecord, Listed, TranscriptRecord
from icp_voice.web.asker import Lent

TAG = "documents"
MOST_TURNS = 2_000
router = APIRouter(tags=[TAG])


class Settling(Sent):
    """What a person says of a document; what is empty stays. It outlives every new version and every run."""

    account: Annotated[Name, Field(description="An account by id, name or domain.")] = ""
    kind: Kind | Literal[""] = ""
    date: Day = ""
    sides: Annotated[
        dict[Name, Side], Field(max_length=200, description="Speaker -> side.", examples=[{"Ann Lee": "customer"}])
    ] = {}  # noqa: RUF012


@router.get("/documents", response_model=Listed[DocumentLine], summary="List documents")
def documents(
    workspace: Lent,
    search: Search = "",
    account: Name = "",
    kind: Kind | Literal[""] = "",
    source: Name = "",
    needs: Annotated[
        Literal["", "account", "speakers", "date"], Query(description="Those of which this is not known.")
    ] = "",
    sort: Literal["newest", "file", "highlights"] = "newest",
    start_after: Cursor = "",
    most: Most = 50,
) -> Any:
    """Return some documents, each with what is still to be settled of it (`needs`)."""
    page = workspace.documents_page(
        search=search,
        account=account,
        kind=str(kind),
        source=source,
        needs=needs,
        sort=sort,
        start_after=start_after,
        most=most,
    )
    return {"items": page.items, "total": page.total, "next": page.next, "previous": page.previous}


@router.get("/documents/{document}", response_model=TranscriptRecord, summary="Read a document")
def document(
    workspace: Lent,
    document: Identity,
    start: Start = 0,
    most: Annotated[int, Query(ge=1, le=MOST_TURNS, description="How many turns at most.")] = 400,
) -> Any:
    """Return some turns of a document, from number `start` on, with the passages in them; hidden words are shown as such."""
    return _transcript(workspace.document_page(document, start=start, most=most))


@router.patch("/documents/{document}", response_model=DocumentRecord, summary="Settle whose words a document holds")
def settle(workspace: Lent, document: Identity, said: Settling) -> Any:
    """Say whose words a document holds, who stands on which side, what sort it is, and its day."""
    settled = workspace.settle_document(
        document,
        account=said.account,
        kind=str(said.kind),
        date=said.date,
        sides={name: str(side) for name, side in said.sides.items()},
    )
    return _record(settled.document)


@router.delete("/documents", response_model=list[str], summary="Throw out an upload")
def remove(
    workspace: Lent,
    file: Annotated[Words, Query(max_length=1_000, description="As its documents name it: uploads/call.vtt")],
) -> Any:
    """Throw out what an upload brought, with its words and its original; return the ids of its documents."""
    return workspace.remove_upload(file)


def _transcript(page: DocumentPage) -> dict[str, Any]:
    return {
        "document": records.document_record(page.document, page.total),
        "turns": page.turns,
        "highlights": [records.highlight_record(one) for one in page.highlights],
        "next": page.next,
        "previous": page.previous,
    }


def _record(document: Document) -> dict[str, Any]:
    return records.document_record(document, len(document.turns))
