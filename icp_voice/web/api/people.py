"""People and tokens: who may come in, and keys for programs; only admins see and change them.

A token may list, remove and revoke. It lets nobody in: that takes the session of an admin who signed in.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import Field, SecretStr

from icp_voice.access.nouns import Role
from icp_voice.access.passwords import check_password
from icp_voice.publish.people import person_record, token_record
from icp_voice.web.api.given import Given, Name, Number, Sent, Words
from icp_voice.web.api.shapes import Done, PersonRecord, TokenMade, TokenRecord
from icp_voice.web.asker import Governing, Lent, SignedIn, Who

TAG = "people"
LETTING_IN = [Governing, SignedIn]
router = APIRouter(tags=[TAG])
PersonName = Annotated[Words, Path(min_length=1, max_length=200, description="A name; case does not matter.")]
Password = Annotated[SecretStr, Field(min_length=1, max_length=1_000)]


class Newcomer(Sent):
    """Somebody who is to come in."""

    name: Given
    password: Password
    role: Role = Role.RESEARCHER


class PersonSent(Sent):
    """Another role, another password, or both."""

    role: Role | None = None
    password: Password | None = None


class TokenSent(Sent):
    """A token for a person; with their own role unless said."""

    person: Given
    label: Given
    role: Role | None = None
    days: Annotated[int, Field(ge=1, le=366)] = 90


class Me(Sent):
    """Who asks."""

    name: str
    role: str


@router.get("/me", response_model=Me, summary="Tell who asks")
def me(asker: Who) -> Any:
    """Return the name and the role with which a request comes in."""
    return {"name": asker.name, "role": str(asker.role)}


@router.get("/people", response_model=list[PersonRecord], summary="List people", dependencies=[Governing])
def people(workspace: Lent) -> Any:
    """Return the people with their roles, and when they were last there."""
    return [person_record(one) for one in workspace.people()]


@router.post("/people", response_model=PersonRecord, status_code=201, summary="Add a person", dependencies=LETTING_IN)
def add(workspace: Lent, newcomer: Newcomer) -> Any:
    """Let a person in; in the session of a browser, not with a token."""
    return person_record(workspace.add_person(newcomer.name, newcomer.password.get_secret_value(), newcomer.role))


@router.patch("/people/{name:path}", response_model=PersonRecord, summary="Change a person", dependencies=LETTING_IN)
def change(workspace: Lent, name: PersonName, sent: PersonSent) -> Any:
    """Give a person another role, which holds at once, or another password, which signs them out; not with a token."""
    if sent.password:  # both are changed, or neither
        check_password(sent.password.get_secret_value(), workspace.access.person(name).name)
    if sent.role:
        workspace.set_role(name, sent.role)
    if sent.password:
        workspace.set_password(name, sent.password.get_secret_value())
    return person_record(workspace.access.person(name))


@router.delete("/people/{name:path}", response_model=Done, summary="Remove a person", dependencies=[Governing])
def remove(workspace: Lent, name: PersonName) -> Any:
    """Let a person in no longer; what they did stays theirs."""
    workspace.remove_person(name)
    return {"done": "Removed.", "undo": 0}


@router.get("/tokens", response_model=list[TokenRecord], summary="List tokens", dependencies=[Governing])
def tokens(workspace: Lent, person: Name = "") -> Any:
    """Return the tokens of a person, or of all; keys are kept nowhere."""
    return [token_record(one) for one in workspace.tokens(person)]


@router.post("/tokens", response_model=TokenMade, status_code=201, summary="Make a token", dependencies=LETTING_IN)
def make(workspace: Lent, sent: TokenSent) -> Any:
    """Make a key by which a program acts for a person; it is shown once. In the session of a browser, not with a token."""
    key, token = workspace.make_token(sent.person, sent.label, sent.role, days=sent.days)
    return {**token_record(token), "key": key}


@router.delete("/tokens/{number}", response_model=Done, summary="Revoke a token", dependencies=[Governing])
def revoke(workspace: Lent, number: Number) -> Any:
    """End a token at once."""
    workspace.revoke_token(number)
    return {"done": "Revoked.", "undo": 0}
