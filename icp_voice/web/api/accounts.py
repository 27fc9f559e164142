"""Accounts: list, type in, tag, merge; people to ask; the ICP rule, tried and set. A CRM export comes by uploads."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import Field

from icp_voice.model import Account, Contact
from icp_voice.profile.account_page import AccountPage
from icp_voice.profile.icp_preview import IcpPreview
from icp_voice.publish import records
from icp_voice.store.account_pages import AccountColumn
from icp_voice.web.api import told
from icp_voice.web.api.given import Given, Id, Most, Name, Search, Sent, Start, Words
from icp_voice.web.api.shapes import AccountRecord, Done, IcpRecord, Listed
from icp_voice.web.asker import Lent

TAG = "accounts"
# An id may hold slashes, so nothing else is to be read under "/accounts/": what is, would hide an account of that id.
ONE = "/accounts/{account:path}"
router = APIRouter(tags=[TAG])
Which = Annotated[Id, Path(description="Its id, name or domain.")]
Rule = Annotated[Words, Field(max_length=4_000, examples=["status = 'active' and acv_usd >= 40000"])]
Several = Annotated[list[Id], Field(max_length=1_000)]
Scalar = str | bool | int | float | None


class Typed(Sent):
    """What is known of an account; what is not given stays, an attribute of null is taken away."""

    name: Name | None = None
    domains: Annotated[list[Name], Field(max_length=50)] | None = None
    attributes: Annotated[dict[Given, Annotated[Scalar, Field(union_mode="left_to_right")]], Field(max_length=200)] = {}  # noqa: RUF012


class Held(Sent):
    """Whether an account is in a tag by hand; null leaves it to the rule. Without a tag, the one of the document."""

    held: bool | None
    tag: Name = ""


class Into(Sent):
    """The account that stays."""

    into: Id


class IcpSent(Sent):
    """A rule, and accounts that are in or out whatever it says."""

    where: Rule = ""
    add: Several = []  # noqa: RUF012
    remove: Several = []  # noqa: RUF012


class Person(Sent):
    """A person who can be asked."""

    account: Id
    name: Given
    role: Name = ""
    email: Name = ""


@router.get("/accounts", response_model=Listed[AccountRecord], summary="List accounts")
def accounts(
    workspace: Lent,
    search: Search = "",
    tag: Name = "",
    where: Annotated[Words, Query(max_length=4_000, description="A rule, as the ICP rule is written.")] = "",
    sort: Annotated[
        Name, Query(description='name, id, documents, newest, ... or an attribute; "-" turns it.')
    ] = "name",
    start: Start = 0,
    most: Most = 50,
) -> Any:
    """Return some accounts."""
    page = workspace.accounts_page(search=search, tag=tag, where=where, sort=sort, start=start, most=most)
    after = str(page.start + most) if page.start + most < page.total else ""
    before = str(max(page.start - most, 0)) if page.start else ""
    return {
        "items": [_record(row.account) for row in page.rows],
        "total": page.total,
        "next": after,
        "previous": before,
    }


@router.post("/accounts", response_model=AccountRecord, status_code=201, summary="Type in an account")
def add(workspace: Lent, typed: Typed) -> Any:
    """Add an account by hand."""
    return _record(workspace.put_account(name=typed.name or "", domains=typed.domains, attributes=typed.attributes))


@router.get("/icp/columns", summary="List the columns that a rule may name")
def columns(workspace: Lent) -> list[AccountColumn]:
    """Return the columns with their types, ranges and commonest values."""
    return list(workspace.account_columns())


@router.get(ONE, summary="Show an account")
def account(workspace: Lent, account: Which, start: Start = 0, most: Most = 25) -> AccountPage:
    """Return all there is of one account: cells, gaps, people, themes, facts, and some of its documents."""
    return workspace.account_page(account, start=start, most=most)


@router.patch(ONE, response_model=AccountRecord, summary="Correct an account")
def put(workspace: Lent, account: Which, typed: Typed) -> Any:
    """Correct what is known of an account; no import undoes it."""
    return _record(
        workspace.put_account(account, name=typed.name, domains=typed.domains, attributes=typed.attributes or None)
    )


@router.put(f"{ONE}/tag", response_model=AccountRecord, summary="Tag an account by hand")
def tag(workspace: Lent, account: Which, held: Held) -> Any:
    """Put an account into a tag, keep it out, or leave it to the rule."""
    return _record(workspace.tag_account(account, held=held.held, tag=held.tag))


@router.post(f"{ONE}/merge", response_model=AccountRecord, summary="Merge an account into another")
def merge(workspace: Lent, account: Which, into: Into) -> Any:
    """Say that two accounts are one company."""
    return _record(workspace.merge_accounts(account, into.into))


@router.get("/contacts", summary="List people who can be asked")
def contacts(
    workspace: Lent, account: Annotated[Id, Query(description="An account by id, name or domain.")]
) -> list[Contact]:
    """Return the people known at an account."""
    return workspace.contacts(account)


@router.put("/contacts", summary="Add or correct a person who can be asked")
def put_contact(workspace: Lent, person: Person) -> Contact:
    """Add a person of an account, or correct what is known of them."""
    return workspace.put_contact(person.account, person.name, role=person.role, email=person.email)


@router.delete("/contacts", response_model=Done, summary="Forget a person")
def remove_contact(workspace: Lent, account: Annotated[Id, Query()], name: Annotated[Id, Query()]) -> Any:
    """Forget a person of an account."""
    workspace.remove_contact(account, name)
    return {"done": "Forgotten.", "undo": 0}


@router.get("/icp", response_model=IcpRecord, summary="Show who is ICP and why")
def icp(workspace: Lent) -> Any:
    """Return the rule, who is in, who came near, and of whom nothing was heard."""
    return records.icp_record(workspace.icp())


@router.post("/icp/preview", summary="Try an ICP rule")
def preview(workspace: Lent, sent: IcpSent, most: Most = 50) -> IcpPreview:
    """Say who would enter, leave and stay; nothing is changed."""
    return workspace.preview_icp(sent.where, add=sent.add, remove=sent.remove, most=most)


@router.put("/icp", response_model=IcpRecord, summary="Set who is ICP")
def put_icp(workspace: Lent, sent: IcpSent) -> Any:
    """Tag accounts by a rule and by hand; what is empty stays."""
    return records.icp_record(workspace.set_icp(where=sent.where, add=sent.add, remove=sent.remove))


@router.delete("/icp/rule", response_model=Done, summary="Tag by rule no more")
def forget_rule(workspace: Lent) -> Any:
    """Take the rule away; what was decided by hand stays."""
    workspace.remove_icp_rule()
    return told.done(workspace, "There is no rule now.")


def _record(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "name": account.name,
        "domains": list(account.domains),
        "tags": list(account.tags),
        "attributes": dict(account.attributes),
    }
