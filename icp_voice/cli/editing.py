"""Commands that change settings, try categories and rules, and put a hand to accounts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icp_voice.cli.common import HERE, WorkspaceOption, open_workspace, pairs, print_table, tell
from icp_voice.cli.words import accounts
from icp_voice.errors import RuleError

if TYPE_CHECKING:
    from icp_voice.profile.icp import Member

TryOption = Annotated[bool, typer.Option("--try", help="Say what would change, and change nothing.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command("settings")(settings)
    app.command("try")(try_category)
    app.command("try-icp")(try_icp)


def settings(
    change: Annotated[
        list[str], typer.Option("--set", metavar="KEY=VALUE", help="Such as tags.threshold=0.5; lists by comma.")
    ] = [],  # noqa: B006
    reset: Annotated[list[str], typer.Option("--reset", metavar="KEY", help="Back to its default.")] = [],  # noqa: B006
    trying: TryOption = False,
    workspace: WorkspaceOption = HERE,
) -> None:
    """List the settings, or change some: comments in the file and its order stay."""
    opened = open_workspace(workspace)
    form = {one.name: one for one in opened.settings_form()}
    if not change and not reset:
        print_table(
            ("setting", "value", "what it is"), [(one.name, _said(one.value), one.help) for one in form.values()]
        )
        return
    changes: dict[str, str | list[str] | None] = dict.fromkeys(reset)
    for key, value in pairs(change, "--set").items():
        listed = key in form and form[key].kind == "list"
        changes[key] = [part.strip() for part in value.split(",")] if listed else value
    done = opened.would_change(changes) if trying else opened.change_settings(changes)
    effect = done.effect
    print(f"{'would change' if trying else 'changed'}: {', '.join(done.keys) or 'nothing'}")
    if effect.documents:
        print(
            f"{effect.speakers} speakers in {effect.documents} documents change side ({effect.to_vendor} to us,"
            f" {effect.to_customer} to customer), {effect.moved + effect.lost} documents change account"
        )


def try_category(
    category: Annotated[str, typer.Argument(help="A category of the codebook.")],
    texts: Annotated[list[str], typer.Argument(help="What somebody might say.")],
    workspace: WorkspaceOption = HERE,
) -> None:
    """Show how words would be coded, and which example of a category they are most like."""
    for tried in open_workspace(workspace).try_category(category, texts):
        best = sorted(tried.scores, key=lambda one: -one[1])[:3]
        print(f"{tried.text}\n  {', '.join(f'{name} {score:.2f}' for name, score in best)}")
        print(f'  nearest example of {category} ({tried.similarity:.2f}): "{tried.nearest}"')


def try_icp(
    where: Annotated[str, typer.Argument(help="A rule, such as: status = 'active' and acv_usd >= 40000")],
    workspace: WorkspaceOption = HERE,
) -> None:
    """Show who would enter and leave by another ICP rule; nothing is kept."""
    tried = open_workspace(workspace).preview_icp(where)
    if tried.error:
        raise RuleError(tried.error, hint=tried.hint)
    print(f"{tried.members} accounts: {tried.entering} enter, {tried.leaving} leave, {tried.staying} stay")
    rows = [*_rows("enters", tried.enters), *_rows("leaves", tried.leaves)]
    rows += [("near", missed.id, missed.name, missed.reason) for missed in tried.near_misses]
    if rows:
        print_table(("", "id", "name", "why"), rows)


@accounts.command("preview")
def accounts_preview(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX.")],
    id: Annotated[str, typer.Option("--id", help="The column with the account's id.")] = "",
    name: Annotated[str, typer.Option("--name", help="The column with its name.")] = "",
    domain: Annotated[str, typer.Option("--domain", help="The column with its website or mail domain.")] = "",
    workspace: WorkspaceOption = HERE,
) -> None:
    """Show what an import would bring: columns, new accounts, changed fields; nothing is kept."""
    mapping = {key: column for key, column in (("id", id), ("name", name), ("domain", domain)) if column}
    shown = open_workspace(workspace).preview_accounts(file, mapping=mapping)
    print_table(
        ("column", "taken for", "holds"),
        [(one.name, one.meaning or "left out", "; ".join(one.samples)) for one in shown.columns],
    )
    for warning in shown.warnings:
        tell(f"note: {warning}")
    if shown.error:
        tell(f"error: {shown.error} {shown.hint}")
        raise typer.Exit(1)
    print(f"{shown.new} new, {shown.changed} changed, {shown.unchanged} unchanged, {shown.contacts} people")
    if shown.changes:
        rows = [(one.account, one.name, one.field, one.before, one.after) for one in shown.changes]
        print_table(("id", "name", "field", "now", "then"), rows)


@accounts.command("put")
def accounts_put(
    account: Annotated[str, typer.Argument(help="An account that is known; leave out to add one.")] = "",
    name: Annotated[str | None, typer.Option("--name", help="Its name.")] = None,
    domain: Annotated[list[str] | None, typer.Option("--domain", help="Its mail domain; repeat for more.")] = None,
    attribute: Annotated[
        list[str], typer.Option("--set", metavar="NAME=VALUE", help="An attribute; an empty value takes it away.")
    ] = [],  # noqa: B006
    workspace: WorkspaceOption = HERE,
) -> None:
    """Type in an account, or correct one; no import undoes it."""
    attributes = {key: value or None for key, value in pairs(attribute, "--set").items()}
    done = open_workspace(workspace).put_account(account, name=name, domains=domain, attributes=attributes)
    print(f"{done.id}  {done.name}  {', '.join(done.tags)}".rstrip())


@accounts.command("merge")
def accounts_merge(
    account: Annotated[str, typer.Argument(help="The account that goes.")],
    into: Annotated[str, typer.Argument(help="The account that it is from now on.")],
    workspace: WorkspaceOption = HERE,
) -> None:
    """Say that two accounts are one company: words, people and attributes of the first go to the second."""
    done = open_workspace(workspace).merge_accounts(account, into)
    print(f"{account} is {done.id} ({done.name}) from now on")


def _rows(what: str, members: tuple[Member, ...]) -> list[tuple[str, str, str, str]]:
    return [(what, one.id, one.name, one.reason) for one in members]


def _said(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
