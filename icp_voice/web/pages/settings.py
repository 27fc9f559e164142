"""Settings: what a workspace is set to, by parts; its models; and the sources it is connected to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from icp_voice.errors import SettingsError
from icp_voice.settings.form import Setting
from icp_voice.settings.settings import FILE
from icp_voice.web.asker import Governing, Here, Lent, NotFound, Who
from icp_voice.web.show import page, went_well
from icp_voice.workspace import Workspace
from icp_voice.workspace.editing import Changed

router = APIRouter(prefix="/settings")
# address -> title, and the groups of settings that stand there
PARTS = {
    "company": ("Who we are", ("",)),
    "coverage": ("What counts as known", ("coverage", "answers")),
    "reading": ("Tags and themes", ("tags", "themes")),
    "models": ("Models", ("models",)),
    "privacy": ("Privacy", ("privacy",)),
    "limits": ("Limits and hooks", ("limits", "hooks")),
}
MOST_FIELDS = 60
# What a change of these does is seen after a run.
RUN_AFTER = frozenset(
    {"competitors", "models.embedding", "models.language", "tags.threshold", "themes.smallest", "themes.method"}
    | {"privacy.find_names", "privacy.phone_region"}
)


async def typed(request: Request) -> FormData:
    """Return the fields of a form, whatever they are called."""
    return await request.form(max_fields=MOST_FIELDS, max_files=0)


Typed = Annotated[FormData, Depends(typed)]


@router.get("")
def first(request: Request, workspace: Lent) -> Response:
    """Show who we are."""
    return _shown(request, workspace, "company")


@router.get("/models")
def models(request: Request, workspace: Lent) -> Response:
    """Show which models read the words."""
    return _shown(request, workspace, "models", models=workspace.models())


@router.post("/models/try")
def try_model(request: Request, workspace: Lent, text: Annotated[str, Form(max_length=2_000)] = "") -> Response:
    """Embed a sentence and tell the time."""
    return _shown(request, workspace, "models", models=workspace.models(), tried=workspace.try_model(text), text=text)


@router.get("/sources")
def sources(request: Request, workspace: Lent) -> Response:
    """Show what can be connected, what is, and what each lacks."""
    return page(
        request,
        "settings_sources.html.j2",
        open="settings",
        sources=sorted(workspace.connectors(), key=lambda one: (not one.connected, one.title.casefold())),
    )


@router.post("/sources/{name}/check")
def check(request: Request, workspace: Lent, name: str) -> Response:
    """Ask a source with one cheap call whether it lets us in."""
    return went_well(request, f"/settings/sources#{name}", f"{name} answers: {workspace.check_source(name)}")


@router.post("/sources/{name}/sync")
def sync(request: Request, workspace: Lent, here: Here, asker: Who, name: str) -> Response:
    """Read what is new at a source, as work that goes on by itself."""
    if name not in workspace.settings.connectors:
        raise NotFound(f'"{name}" is not connected.', hint="Connect it first: its entry tells how.")
    job = here.jobs.start("sync", {"sources": [name]}, by=asker.name)
    return went_well(request, f"/jobs/{job.id}", f"{name} is being read.")


@router.get("/{part}")
def show(request: Request, workspace: Lent, part: str) -> Response:
    """Show one part of the settings."""
    return _shown(request, workspace, part)


@router.post("/{part}/preview", dependencies=[Governing])
def preview(request: Request, workspace: Lent, part: str, form: Typed) -> Response:
    """Tell what the typed settings would change, and change nothing."""
    given = _given(workspace, part, form)
    try:
        return _shown(request, workspace, part, given=given, would=workspace.would_change(given))
    except SettingsError as error:
        return _shown(request, workspace, part, given=given, error=error)


@router.post("/{part}", dependencies=[Governing])
def save(request: Request, workspace: Lent, part: str, form: Typed) -> Response:
    """Change what was typed; what is not allowed is told beside its field."""
    given = _given(workspace, part, form)
    try:
        done = workspace.change_settings(given)
    except SettingsError as error:
        return _shown(request, workspace, part, given=given, error=error)
    to = "/settings" if part == "company" else f"/settings/{part}"
    if not done.keys:
        return went_well(request, to, "Nothing was different, so nothing was changed.")
    return went_well(request, to, " ".join(["Saved.", *effects(done)]))


def effects(done: Changed) -> list[str]:
    """Return what a change of settings does, in sentences."""
    effect, told = done.effect, []
    for count, where in (
        (effect.to_customer, "count as customers"),
        (effect.to_vendor, "count as ours"),
        (effect.to_unknown, "stand on no side"),
    ):
        if count:
            told.append(f"{count:,} {'speaker' if count == 1 else 'speakers'} now {where}.")
    if effect.moved:
        told.append(
            f"{effect.moved:,} {'document comes' if effect.moved == 1 else 'documents come'} to another account."
        )
    if effect.lost:
        told.append(f"{effect.lost:,} {'document loses its' if effect.lost == 1 else 'documents lose their'} account.")
    if set(done.keys) & RUN_AFTER:
        told.append("The next run reads by it.")
    return told


def _given(workspace: Workspace, part: str, form: FormData) -> dict[str, str | bool]:
    """Return what was typed for the settings of a part; a box that is not ticked sends nothing."""
    given: dict[str, str | bool] = {}
    for one in _settings(workspace, part):
        if isinstance(one.value, bool):
            given[one.name] = one.name in form
        elif one.name in form:
            given[one.name] = str(form[one.name])
    return given


def _settings(workspace: Workspace, part: str) -> list[Setting]:
    if part not in PARTS:
        raise NotFound("There is no such part of the settings.", hint=f"Those that are: {', '.join(PARTS)}.")
    return [one for one in workspace.settings_form() if one.group in PARTS[part][1]]


def _shown(
    request: Request,
    workspace: Workspace,
    part: str,
    *,
    given: Mapping[str, str | bool] | None = None,
    error: SettingsError | None = None,
    would: Changed | None = None,
    **more: Any,
) -> Response:
    typed_in, field = given or {}, (error.field if error else "")
    settings = _settings(workspace, part)
    told = error.message.removeprefix(f"{FILE}: ") if error else ""
    beside = next((one.name for one in settings if field == one.name or field.startswith(f"{one.name}.")), "")
    return page(
        request,
        "settings.html.j2",
        status=422 if error else 200,
        open="settings",
        part=part,
        parts=PARTS,
        settings=settings,
        typed={one.name: typed_in.get(one.name, one.value) for one in settings},
        beside=beside,
        error=f"{told} {error.hint}".strip() if error else "",
        would=effects(would) if would else [],
        previewed=would is not None,
        differs=bool(would and would.keys),
        models=more.get("models", ()),
        tried=more.get("tried"),
        text=more.get("text", "We close the books three days faster now."),
    )
