"""Settings, codebook and sources: read them, try what a change would do, and change them. Changes need an admin."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from icp_voice.ingest.connected import Connected
from icp_voice.profile.effect import Effect
from icp_voice.run.trying import Finds, Tried
from icp_voice.settings.codebook import Category
from icp_voice.settings.form import Setting
from icp_voice.web.api.given import CategoryName, Given, Long, Name, Sent
from icp_voice.web.api.shapes import Done, Shape
from icp_voice.web.asker import Governing, Lent
from icp_voice.workspace.editing import Changed

TAG = "settings"
router = APIRouter(tags=[TAG])
Texts = Annotated[list[Long], Field(max_length=200)]
Value = str | bool | int | float | Annotated[list[Name], Field(max_length=1_000)] | None


class SettingsSent(Sent):
    """Keys and their values; null is the default again."""

    changes: Annotated[
        dict[Given, Annotated[Value, Field(union_mode="left_to_right")]],
        Field(max_length=100, examples=[{"tags.threshold": 0.5}]),
    ]


class SettingsChanged(Shape):
    """Which keys differ, and what that does to speakers and documents."""

    keys: list[str]
    effect: Effect


class CategorySent(Sent):
    """What is said of a category; what is not given stays."""

    title: Name | None = None
    definition: Long | None = None
    question: Name | None = None
    expected_of: Name | None = None
    enough: Annotated[int, Field(ge=1, le=1_000)] | None = None
    asked_as: Texts | None = None
    interview_questions: Texts | None = None
    examples: Texts | None = None
    counter_examples: Texts | None = None


class Trial(Sent):
    """A category by name, what is changed of it, and texts to try it on."""

    name: CategoryName
    changes: CategorySent = CategorySent()
    texts: Annotated[list[Long], Field(max_length=50)] = []  # noqa: RUF012


class Order(Sent):
    """Names of categories, the first first."""

    names: Annotated[list[Given], Field(max_length=500)]


@router.get("/settings", summary="List settings")
def settings(workspace: Lent) -> list[Setting]:
    """Return every setting with its title, help, value and what is allowed."""
    return list(workspace.settings_form())


@router.post("/settings/preview", response_model=SettingsChanged, summary="Try settings", dependencies=[Governing])
def preview(workspace: Lent, sent: SettingsSent) -> Any:
    """Say what a change would do; nothing is changed."""
    return _changed(workspace.would_change(sent.changes))


@router.patch("/settings", response_model=SettingsChanged, summary="Change settings", dependencies=[Governing])
def change(workspace: Lent, sent: SettingsSent) -> Any:
    """Change settings; comments in the file and its order stay."""
    return _changed(workspace.change_settings(sent.changes))


@router.get("/codebook", summary="List categories")
def codebook(workspace: Lent) -> list[Category]:
    """Return what we look for, in order; hidden categories last."""
    return [*workspace.codebook, *workspace.codebook.hidden]


@router.put("/codebook", response_model=Done, summary="Order categories", dependencies=[Governing])
def order(workspace: Lent, order: Order) -> Any:
    """Put the categories into this order."""
    workspace.order_categories(order.names)
    return {"done": "Put in order.", "undo": 0}


@router.put("/codebook/{name}", summary="Add or change a category", dependencies=[Governing])
def put(workspace: Lent, name: CategoryName, sent: CategorySent) -> Category:
    """Add a category, or change the keys given of one that is there. The next run codes by it."""
    return workspace.put_category({"name": name, **sent.model_dump(exclude_none=True)})


@router.delete("/codebook/{name}", response_model=Done, summary="Remove a category", dependencies=[Governing])
def remove(workspace: Lent, name: CategoryName) -> Any:
    """Take a category out; a shipped one is hidden. What people said of its passages is kept."""
    hidden = workspace.remove_category(name)
    return {"done": "It is hidden." if hidden else "It is removed.", "undo": 0}


@router.put("/codebook/{name}/hidden", response_model=Done, summary="Hide or show a category", dependencies=[Governing])
def hide(workspace: Lent, name: CategoryName, hidden: bool = True) -> Any:
    """Look for a category no more, or again."""
    workspace.hide_category(name, hidden=hidden)
    return {"done": "It is hidden." if hidden else "It is shown.", "undo": 0}


@router.post("/codebook/try", summary="Try how words would be coded")
def attempt(workspace: Lent, trial: Trial) -> list[Tried]:
    """Return how texts would be coded under a category or a draft of one; nothing is saved."""
    return workspace.try_category(_draft(trial), trial.texts)


@router.post("/codebook/finds", summary="Try what a category would catch")
def finds(workspace: Lent, trial: Trial) -> Finds:
    """Return which passages a category or a draft of one would catch; nothing is saved."""
    return workspace.draft_finds(_draft(trial))


@router.get("/sources", summary="List sources that can be connected")
def sources(workspace: Lent) -> list[Connected]:
    """Return all connectors: what each needs, what of that is there, and when it was last read; never a secret."""
    return workspace.connectors()


@router.post("/sources/{name}/check", response_model=Done, summary="Try a connected source")
def check(workspace: Lent, name: Name) -> Any:
    """Try a connected source with one cheap call."""
    return {"done": workspace.check_source(name), "undo": 0}


def _draft(trial: Trial) -> dict[str, object]:
    return {"name": trial.name, **trial.changes.model_dump(exclude_none=True)}


def _changed(changed: Changed) -> dict[str, object]:
    return {"keys": list(changed.keys), "effect": changed.effect}
