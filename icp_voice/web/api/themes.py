"""Themes and facts: list, rename, merge, split, move, hide; what became of them, and taking decisions back."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from icp_voice.errors import UnknownName
from icp_voice.model import View
from icp_voice.publish import records
from icp_voice.publish.cards import ThemeCard
from icp_voice.web.api import told
from icp_voice.web.api.given import AskedView, Called, Cursor, Given, Id, Ids, Most, Name, Number, Sent, Start
from icp_voice.web.api.shapes import (
    CardRecord,
    Done,
    FactRecord,
    HighlightRecord,
    Listed,
    ThemeChangeRecord,
    ThemeRecord,
    Titled,
    UnassignedRecord,
)
from icp_voice.web.asker import Lent, Who
from icp_voice.workspace import Workspace

TAG = "themes"
MOST_NAMED = 200
router = APIRouter(tags=[TAG])


class Renamed(Sent):
    """Another name, or whether it is hidden; what is not given stays."""

    name: Annotated[Given | None, Field(examples=["Approvals are slow"])] = None
    hidden: bool | None = None


class Into(Sent):
    """Another theme, by id or name."""

    into: Id


class Picked(Sent):
    """Passages of a theme, and the name of the new theme they make."""

    highlights: Ids
    name: Name = ""


class Moved(Sent):
    """Passages that are moved."""

    highlights: Ids


@router.get("/themes", response_model=Listed[CardRecord], summary="List themes")
def themes(
    workspace: Lent,
    view: AskedView,
    sort: Literal["accounts", "mentions", "trend", "name"] = "accounts",
    hidden: bool = False,
    start: Start = 0,
    most: Most = 20,
) -> Any:
    """Return themes within a view: who says it among the ICP and the others, trend, and best quotes."""
    page = workspace.themes_page("", view, sort=sort, start=start, most=most, hidden=hidden)
    return told.listed(page, _card)


@router.get("/themes/history", response_model=Listed[ThemeChangeRecord], summary="Tell what became of themes")
def history(workspace: Lent, category: Name = "", theme: Name = "", start: Start = 0, most: Most = 50) -> Any:
    """Return what runs and people did to the themes, the newest first; `theme` is an id."""
    page = workspace.theme_history_page(category, theme=theme, start=start, most=most)
    return told.listed(page, records.change_record)


@router.post("/themes/history/{number}/undo", response_model=ThemeChangeRecord, summary="Take a decision back")
def undo(workspace: Lent, asker: Who, number: Number) -> Any:
    """Take back a rename, hide, move, merge or split by its number; 0 is the latest."""
    return records.change_record(workspace.undo_theme_decision(number, anyone=asker.governs))


@router.get("/themes/unassigned", response_model=Listed[UnassignedRecord], summary="List passages in no theme")
def unassigned(workspace: Lent, category: Name = "", start: Start = 0, most: Most = 50) -> Any:
    """Return the passages that have no theme in a category, each with the reason."""
    page = workspace.unassigned_page(category, start=start, most=most)
    return told.listed(page, records.unassigned_record)


@router.get("/themes/{theme}", response_model=ThemeRecord, summary="Show a theme")
def theme(workspace: Lent, theme: Called) -> Any:
    """Return one theme with its accounts, the ids of its passages, and its best quotes."""
    return _record(workspace, theme)


@router.get("/themes/{theme}/highlights", response_model=Listed[HighlightRecord], summary="List a theme's passages")
def members(workspace: Lent, theme: Called, view: AskedView, start_after: Cursor = "", most: Most = 50) -> Any:
    """Return the passages of a theme within a view, the most typical first."""
    _, page = workspace.theme_page(theme, view, start_after=start_after, most=most)
    return told.listed(page, records.highlight_record)


@router.patch("/themes/{theme}", response_model=Titled, summary="Rename, hide or show a theme")
def change(workspace: Lent, theme: Called, renamed: Renamed) -> Any:
    """Give a theme a name of your own, leave it out of the reports, or show it again; no run changes that."""
    chosen = workspace.theme_page(theme, most=1)[0].id
    if renamed.name is not None:
        workspace.rename_theme(chosen, renamed.name)
    if renamed.hidden is not None:
        workspace.hide_theme(chosen, hidden=renamed.hidden)
    return _titled(workspace, chosen)


@router.post("/themes/{theme}/merge", response_model=Titled, summary="Merge a theme into another")
def merge(workspace: Lent, theme: Called, into: Into) -> Any:
    """Put all passages of a theme into another of the same category."""
    return _titled(workspace, workspace.merge_themes(theme, into.into)[1].id)


@router.post("/themes/{theme}/split", response_model=Titled, status_code=201, summary="Split a theme")
def split(workspace: Lent, theme: Called, picked: Picked) -> Any:
    """Make some passages of a theme a theme of their own."""
    return _titled(workspace, workspace.split_theme(theme, picked.highlights, name=picked.name).id)


@router.post("/themes/{theme}/highlights", response_model=Done, summary="Move passages into a theme")
def move(workspace: Lent, theme: Called, moved: Moved) -> Any:
    """Put passages into a theme, all or none; no run moves them again."""
    count = workspace.move_highlights(moved.highlights, theme)
    return told.done(workspace, f"{count} moved.")


@router.get("/facts", response_model=Listed[FactRecord], summary="List facts")
def facts(
    workspace: Lent,
    kind: Annotated[Name, Query(description="role, competitor, channel, step, duration, criterion or budget")] = "",
    start: Start = 0,
    most: Most = 50,
) -> Any:
    """Return what was stated once and countable, with the words that state it."""
    page = told.cut(workspace.facts(kind), start, most)
    ids = [fact.highlight for fact in page["items"]]
    stated = {one.id: one for one in workspace.store.highlights.select(View(coded=False), ids=ids)}
    items = [records.fact_record(fact, stated) for fact in page["items"] if fact.highlight in stated]
    return page | {"items": items}


def _card(card: ThemeCard) -> dict[str, Any]:
    plain = {field.name: getattr(card, field.name) for field in fields(card)}
    return plain | {"quotes": [records.highlight_record(one) for one in card.quotes]}


def _titled(workspace: Workspace, theme: str) -> dict[str, Any]:
    card = workspace.theme_page(theme, most=1)[0]
    return {"id": card.id, "name": card.name, "category": card.category, "undo": told.latest(workspace)}


def _record(workspace: Workspace, said: str) -> dict[str, Any]:
    card = workspace.theme_page(said, most=1)[0]
    found = workspace.store.themes.all(account_tag=workspace.tag, only=card.id)
    if not found:
        raise UnknownName("This theme is gone meanwhile.", hint="See the list of themes.")
    ids = found[0].highlights
    shown = {one.id: one for one in workspace.store.highlights.select(View(coded=False), ids=ids[:MOST_NAMED])}
    some = [one for one in ids if one in shown]
    quotes = records.from_different_accounts([shown[one] for one in some], 5)
    return {
        "id": card.id,
        "category": card.category,
        "name": found[0].name,
        "keywords": list(found[0].keywords),
        "accounts": list(found[0].accounts),
        "icp_accounts": list(found[0].icp_accounts),
        "highlights": list(ids),
        "quotes": [{"highlight": one.id, "account": one.account, "text": one.text} for one in quotes],
    }
