"""Commands about who may come in: users list, add, password, role, remove; tokens list, make, revoke."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from icp_voice.access.nouns import Role
from icp_voice.access.tokens import DAYS
from icp_voice.cli.common import HERE, Format, FormatOption, WorkspaceOption, open_workspace, show, tell
from icp_voice.errors import AccessError

users = typer.Typer(help="People who may come in, their roles and passwords.", no_args_is_help=True)
tokens = typer.Typer(help="Keys by which programs act for a person.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="A person, by name; case does not matter.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(users, name="users")
    app.add_typer(tokens, name="tokens")


@users.command("list")
def list_users(workspace: WorkspaceOption = HERE, format: FormatOption = Format.TABLE) -> None:
    """List the people with their roles, and when they were last there."""
    from icp_voice.publish.people import person_record

    found = open_workspace(workspace).people()
    _show(format, lambda: [person_record(person) for person in found], ("name", "role", "created", "last seen"))


@users.command("add")
def add_user(
    name: Annotated[str, typer.Argument(help="How the person signs in, and signs what they change.")],
    role: Annotated[
        Role | None, typer.Option("--role", help="What they may do: researcher unless said; the first is an admin.")
    ] = None,
    workspace: WorkspaceOption = HERE,
) -> None:
    """Let a person in. The password is asked for, or is the first line of standard input."""
    opened = open_workspace(workspace)
    chosen = role or (Role.RESEARCHER if opened.access.has_people() else Role.ADMIN)
    person = opened.add_person(name, _asked_password(), chosen)
    print(f"{person.name} may come in as {person.role}")


@users.command("password")
def set_password(name: Name, workspace: WorkspaceOption = HERE) -> None:
    """Give a person another password, and sign them out. It is asked for, or is the first line of standard input."""
    opened = open_workspace(workspace)
    person = opened.access.person(name)
    opened.set_password(person.name, _asked_password())
    print(f"{person.name} has another password, and is signed out")
    if opened.tokens(person.name):
        tell(f"note: {person.name}'s tokens stay good; icp-voice tokens list --person shows them")


@users.command("role")
def set_role(
    name: Name,
    role: Annotated[Role, typer.Argument(help="What they may do from now on.")],
    workspace: WorkspaceOption = HERE,
) -> None:
    """Give a person another role; it holds at once."""
    opened = open_workspace(workspace)
    opened.set_role(name, role)
    print(f"{opened.access.person(name).name} is {role}")


@users.command("remove")
def remove_user(name: Name, workspace: WorkspaceOption = HERE) -> None:
    """Let a person in no longer: their sessions and tokens end. What they did stays theirs."""
    opened = open_workspace(workspace)
    person = opened.access.person(name)
    opened.remove_person(person.name)
    print(f"{person.name} may come in no longer")


@tokens.command("list")
def list_tokens(
    person: Annotated[str, typer.Option("--person", help="Only this person's.")] = "",
    workspace: WorkspaceOption = HERE,
    format: FormatOption = Format.TABLE,
) -> None:
    """List the tokens, the newest first, and when each was last used; the keys themselves are kept nowhere."""
    from icp_voice.publish.people import token_record

    found = open_workspace(workspace).tokens(person)
    columns = ("id", "person", "label", "role", "created", "expires", "last used")
    _show(format, lambda: [token_record(token) for token in found], columns)


@tokens.command("make")
def make_token(
    person: Annotated[str, typer.Argument(help="The person for whom the program acts.")],
    label: Annotated[str, typer.Argument(help="What it is for.")],
    role: Annotated[
        Role | None, typer.Option("--role", help="What it may do at most; as the person unless said.")
    ] = None,
    days: Annotated[int, typer.Option("--days", help="How long it holds, 1 to 366.")] = DAYS,
    workspace: WorkspaceOption = HERE,
) -> None:
    """Make a token, and print its key: this once, it cannot be shown again."""
    raw, token = open_workspace(workspace).make_token(person, label, role, days=days)
    print(raw)
    tell(f"token {token.id}: {token.person}, {token.role}, for {days} days; keep the key, it cannot be shown again")


@tokens.command("revoke")
def revoke_token(
    id: Annotated[int, typer.Argument(help="The token, by id.")],
    workspace: WorkspaceOption = HERE,
) -> None:
    """End a token at once."""
    open_workspace(workspace).revoke_token(id)
    print(f"token {id} is good no longer")


def _show(format: Format, records: Callable[[], Sequence[dict[str, Any]]], columns: Sequence[str]) -> None:
    show(format, records, lambda: (columns, [[value or "never" for value in one.values()] for one in records()]))


def _asked_password() -> str:
    """Ask for a password twice without showing it, or read the first line where nobody can be asked."""
    import getpass

    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != password:
        raise AccessError("The two are not the same.", hint="Nothing was changed; try again.")
    return password
