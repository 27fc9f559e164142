"""The codebook: what is looked for, in which words; a category is tried on any sentence before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from icp_voice.errors import IcpVoiceError, SettingsError
from icp_voice.settings.codebook import FEWEST_EXAMPLES, FILE, SHIPPED, Category
from icp_voice.web.asker import Lent, NotFound
from icp_voice.web.show import page, went_well
from icp_voice.workspace import Workspace

if TYPE_CHECKING:
    from icp_voice.run.trying import Likeness

router = APIRouter(prefix="/settings/codebook")
LISTS = ("examples", "counter_examples", "interview_questions", "asked_as")
EXPECTED = (("icp", "every ICP account"), ("churned", "accounts that have left"), ("nobody", "nobody in particular"))
FOUND = 8
Text = Annotated[str, Form(max_length=2_000)]
Flag = Annotated[str, Form(max_length=1)]
Lines = Annotated[str, Form(max_length=200_000)]


def typed(
    name: Annotated[str, Form(max_length=80)] = "",
    title: Text = "",
    definition: Text = "",
    question: Text = "",
    expected_of: Annotated[str, Form(max_length=20)] = "nobody",
    enough: Annotated[str, Form(max_length=9)] = "2",
    examples: Lines = "",
    counter_examples: Lines = "",
    interview_questions: Lines = "",
    asked_as: Lines = "",
) -> dict[str, str]:
    """Return a category as it was typed."""
    return {
        "name": name.strip(),
        "title": title,
        "definition": definition,
        "question": question,
        "expected_of": expected_of,
        "enough": enough.strip() or "2",
        "examples": examples,
        "counter_examples": counter_examples,
        "interview_questions": interview_questions,
        "asked_as": asked_as,
    }


Typed = Annotated[dict[str, str], Depends(typed)]


@router.get("")
def listed(request: Request, workspace: Lent, text: str = "") -> Response:
    """Show the categories; a sentence can be tried on all of them."""
    return page(
        request,
        "codebook.html.j2",
        open="settings",
        categories=list(workspace.codebook),
        hidden=list(workspace.codebook.hidden),
        shipped=SHIPPED,
        text=text[:2_000],
        likely=workspace.try_text(text),
        lacking="",
    )


@router.get("/new")
def new(request: Request, workspace: Lent) -> Response:
    """Ask for a new category."""
    return _form(request, workspace, typed(), fresh=True)


@router.post("/order")
def order(
    request: Request,
    workspace: Lent,
    category: Annotated[str, Form(max_length=80)],
    by: Annotated[int, Form(ge=-1, le=1)],
) -> Response:
    """Move a category one place up or down."""
    names = list(workspace.codebook.names)
    at = names.index(workspace.codebook[category].name)
    names.insert(min(max(at + by, 0), len(names)), names.pop(at))
    workspace.order_categories(names)
    return went_well(request, "/settings/codebook")


@router.post("/try")
def try_draft(request: Request, workspace: Lent, given: Typed, text: Text = "", fresh: Flag = "") -> Response:
    """Show what all categories, and the draft among them, make of a sentence."""
    return _form(request, workspace, given, fresh=bool(fresh), text=text)


@router.post("/finds")
def finds(request: Request, workspace: Lent, given: Typed, text: Text = "", fresh: Flag = "") -> Response:
    """Show which passages of the workspace the draft would find."""
    return _form(request, workspace, given, fresh=bool(fresh), text=text, look=True)


@router.post("")
def save(request: Request, workspace: Lent, given: Typed, fresh: Flag = "") -> Response:
    """Add a category, or change one; what is not allowed is told beside its field."""
    try:
        if fresh:
            given["name"] = given["name"] or _name(given["title"])
            _refuse_known(workspace, given["name"])
        kept = workspace.put_category(_whole(given))
    except SettingsError as error:
        return _form(request, workspace, given, fresh=bool(fresh), error=error)
    return went_well(request, f"/settings/codebook/{kept.name}?saved=1", f"“{kept.title}” is saved.")


@router.post("/{name}/remove")
def remove(request: Request, workspace: Lent, name: str) -> Response:
    """Take a category out; a shipped one is hidden, and can be shown again."""
    title = _known(workspace, name).title
    kept = workspace.remove_category(name)
    told = f"“{title}” is hidden: it is looked for no more." if kept else f"“{title}” is taken out of the codebook."
    return went_well(request, "/settings/codebook", told)


@router.post("/{name}/show")
def show_again(request: Request, workspace: Lent, name: str) -> Response:
    """Look for a hidden category again."""
    workspace.hide_category(name, hidden=False)
    return went_well(request, "/settings/codebook", f"“{_known(workspace, name).title}” is looked for again.")


@router.get("/{name}")
def edit(request: Request, workspace: Lent, name: str, saved: str = "") -> Response:
    """Show one category to change."""
    values = _known(workspace, name).model_dump()
    given = {key: "\n".join(values[key]) if key in LISTS else str(values[key]) for key in typed()}
    return _form(request, workspace, given, fresh=False, saved=bool(saved))


def _form(
    request: Request,
    workspace: Workspace,
    given: Mapping[str, str],
    *,
    fresh: bool,
    text: str = "",
    look: bool = False,
    saved: bool = False,
    error: SettingsError | None = None,
) -> Response:
    likely: tuple[Likeness, ...] = ()
    found, lacking = None, ""
    try:
        if text.strip() and not error:
            likely = workspace.try_text(text, _draft(given))
        if look:
            found = workspace.draft_finds(_draft(given), most=FOUND)
    except IcpVoiceError as wrong:
        lacking = _told(wrong)
    return page(
        request,
        "codebook_category.html.j2",
        status=422 if error else 200,
        open="settings",
        given=given,
        fresh=fresh,
        shipped=given["name"] in SHIPPED,
        own=_draft(given)["name"],
        expected=EXPECTED,
        fewest=FEWEST_EXAMPLES,
        beside=error.field.partition(".")[0] if error else "",
        error=_told(error) if error else "",
        text=text,
        likely=likely,
        found=found,
        lacking=lacking,
        saved=saved,
    )


def _draft(given: Mapping[str, str]) -> dict[str, Any]:
    """Return what was typed as a draft to try: its name may still be missing."""
    return {**_whole(given), "name": given["name"] or _name(given["title"]) or "the_new_one"}


def _whole(given: Mapping[str, str]) -> dict[str, Any]:
    return {**given, "enough": int(given["enough"]) if given["enough"].isdecimal() else given["enough"]}


def _name(title: str) -> str:
    """Return the name by which files know a category of a title: "Pricing & terms" is pricing_terms."""
    plain = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in title.lower())
    return "_".join(plain.split()).lstrip("0123456789_")[:60]


def _refuse_known(workspace: Workspace, name: str) -> None:
    if name in {one.name for one in (*workspace.codebook, *workspace.codebook.hidden)}:
        raise SettingsError(f'There is a category "{name}" already.', hint="Take another title.", field="title")
    if not name:
        raise SettingsError("The title needs letters of a to z.", hint="Or type a short name below.", field="title")


def _known(workspace: Workspace, name: str) -> Category:
    known: list[Category] = [*workspace.codebook, *workspace.codebook.hidden]
    for one in known:
        if one.name == name:
            return one
    raise NotFound(f'There is no category "{name}".', hint="It may have been taken out. See the codebook.")


def _told(error: IcpVoiceError) -> str:
    message = error.message.removeprefix(FILE).lstrip(":, ")
    return f"{message[:1].upper()}{message[1:]} {error.hint}".strip()
