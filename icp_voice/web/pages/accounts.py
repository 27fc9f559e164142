"""Accounts: the table of all, one by itself with all that is known of it, and typing in and correcting by hand."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from icp_voice.model import View
from icp_voice.profile.rule_writer import COMPARISONS, Row, write_rule
from icp_voice.profile.typed import shown_value, typed_changes
from icp_voice.web.asker import Lent
from icp_voice.web.pages.sign_in import inside
from icp_voice.web.show import account_place, page, query, went_well
from icp_voice.workspace import Workspace

router = APIRouter(prefix="/accounts")
MOST = 50
QUOTES = 12
DOCUMENTS = 10
SHOWN_COLUMNS = 3
FIELDS = 8
HELD = {"in": True, "out": False, "rule": None}
Words = Annotated[str, Form(max_length=2_000)]


@router.get("")
def listed(
    request: Request,
    workspace: Lent,
    search: str = "",
    tag: str = "",
    attribute: str = "",
    comparison: str = "is",
    value: str = "",
    sort: str = "name",
    start: int = 0,
    col: Annotated[list[str] | None, Query()] = None,
) -> Response:
    """Show the accounts, or those that somebody looks for."""
    alone = comparison in ("is filled", "is empty")
    narrowed = attribute if value.strip() or alone else ""
    where = write_rule([Row(column=narrowed, comparison=comparison, value=value)])
    found = workspace.accounts_page(search=search, tag=tag, where=where, sort=sort, start=start, most=MOST)
    columns = workspace.account_columns()
    shown = col if col is not None else [one.name for one in columns[:SHOWN_COLUMNS]]
    chosen = {"search": search, "tag": tag, "attribute": attribute, "comparison": comparison, "value": value}
    return page(
        request,
        "accounts.html.j2",
        open="accounts",
        found=found,
        chosen={**chosen, "sort": sort, "col": col if col is not None else []},
        narrowed=bool(search or tag or where),
        columns=columns,
        shown=[one for one in shown if one],
        tag=workspace.tag,
        comparisons=list(COMPARISONS),
    )


@router.get("/new")
def new(request: Request, workspace: Lent) -> Response:
    """Ask what is known of an account that is typed in."""
    return _form(request, workspace, "")


@router.get("/edit")
def edit(request: Request, workspace: Lent, account: str) -> Response:
    """Show what is known of an account, to be corrected."""
    return _form(request, workspace, account)


def _form(request: Request, workspace: Workspace, said: str) -> Response:
    account = workspace.account(said) if said else None
    columns = [one.name for one in workspace.account_columns()]
    own = list(account.attributes) if account else []
    names = [*own, *(name for name in columns if name not in own)][: max(len(own), FIELDS)]
    values = [(name, shown_value(account.attributes.get(name) if account else None)) for name in names]
    return page(
        request,
        "account_form.html.j2",
        open="accounts",
        account=account,
        fields=values,
        columns=columns,
        tag=workspace.tag,
    )


@router.post("/save")
def save(
    request: Request,
    workspace: Lent,
    name: Words,
    account: Words = "",
    domains: Words = "",
    attribute: Annotated[list[str] | None, Form()] = None,
    value: Annotated[list[str] | None, Form()] = None,
    icp: Words = "",
) -> Response:
    """Keep an account as it was typed."""
    before = workspace.account(account) if account else None
    typed = typed_changes(before, list(zip(attribute or [], value or [], strict=False)))
    said = None if before and before.domains == tuple(domains.split()) else domains
    called = None if before and before.name == name.strip() else name
    kept = workspace.put_account(account, name=called, domains=said, attributes=typed)
    if icp in ("in", "out"):
        kept = workspace.tag_account(kept.id, held=HELD[icp])
    return _told(request, workspace, account_place(kept.id), f"{kept.name} is {'kept' if before else 'added'}.")


@router.post("/tag")
def tag(request: Request, workspace: Lent, account: Words, held: Words, next: Words = "") -> Response:
    """Put an account in or out by hand, or leave it to the rule."""
    kept = workspace.tag_account(account, held=HELD.get(held))
    told = {"in": f"is {workspace.tag} by hand", "out": f"is kept out of {workspace.tag} by hand"}
    text = f"{kept.name} {told.get(held, 'is left to the rule')}."
    return _told(request, workspace, inside(next or account_place(kept.id)), text)


@router.post("/people")
def put_person(
    request: Request, workspace: Lent, account: Words, name: Words, role: Words = "", email: Words = ""
) -> Response:
    """Add a person who can be asked, or correct what is known of them."""
    kept = workspace.put_contact(account, name, role=role, email=email)
    return _told(request, workspace, account_place(kept.account) + "#people", f"{kept.name} is known.")


@router.post("/people/remove")
def remove_person(request: Request, workspace: Lent, account: Words, name: Words) -> Response:
    """Forget a person of an account."""
    workspace.remove_contact(account, name)
    to = account_place(workspace.account(account).id) + "#people"
    return _told(request, workspace, to, f"{name} is taken off.")


@router.post("/merge")
def merge(request: Request, workspace: Lent, account: Words, into: Words) -> Response:
    """Say that two accounts are one company."""
    kept = workspace.merge_accounts(account, into)
    return _told(request, workspace, account_place(kept.id), f"Both are {kept.name} now.")


def _told(request: Request, workspace: Workspace, to: str, text: str) -> Response:
    done = workspace.last_undoable()
    return went_well(request, to, text, undo=done.number if done else 0)


@router.get("/{account:path}")
@router.get("/id/{account:path}")  # the lower one is registered first
def one(
    request: Request,
    workspace: Lent,
    account: str,
    category: str = "",
    theme: str = "",
    at: str = "",
    start: int = 0,
) -> Response:
    """Show all there is of one account; `category` or `theme` leaves some of its quotes."""
    found = workspace.account_page(account, start=start, most=DOCUMENTS)
    view = View(account=found.account.id, category=category, theme=theme)
    return page(
        request,
        "account.html.j2",
        open="accounts",
        found=found,
        here=account_place(found.account.id),
        chosen={"category": category, "theme": theme, "start": start or ""},
        quotes=workspace.highlights_page(view, start_after=at, most=QUOTES),
        titles={category.name: category.title for category in workspace.codebook},
        contacts={contact.name for contact in workspace.contacts(found.account.id)},
        tag=workspace.tag,
        most=DOCUMENTS,
        path=account_place(found.account.id) + query({"category": category, "theme": theme}),
    )
