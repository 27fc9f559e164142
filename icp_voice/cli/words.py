"""Commands by which words and accounts come in: init, accounts, icp, add, documents, assign."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from icp_voice.cli.common import HERE, Format, FormatOption, WorkspaceOption, bars, open_workspace, pairs, show, tell
from icp_voice.errors import IcpVoiceError
from icp_voice.model import Document
from icp_voice.workspace import Workspace

accounts = typer.Typer(help="Companies, from a CRM export.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(init)
    app.add_typer(accounts, name="accounts")
    app.command()(icp)
    app.command()(add)
    app.command()(documents)
    app.command()(assign)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR")],
    company: Annotated[str, typer.Option("--company", help="Our own name.")],
    domain: Annotated[list[str], typer.Option("--domain", help="Our own mail domain; repeat for more.")] = [],  # noqa: B006
    person: Annotated[
        list[str], typer.Option("--person", help="One of our people, by full name; repeat for more.")
    ] = [],  # noqa: B006
    competitor: Annotated[list[str], typer.Option("--competitor", help="A product customers compare us with.")] = [],  # noqa: B006
) -> None:
    """Make a workspace: settings, codebook, and one SQLite file."""
    Workspace.init(folder, company=company, domains=domain, people=person, competitors=competitor)
    print(f"{folder} is ready. Settings: {folder / 'icp-voice.toml'}, codebook: {folder / 'pipelines/codebook.toml'}")


@accounts.command("import")
def accounts_import(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX.")],
    id: Annotated[str, typer.Option("--id", help="The column with the account's id.")] = "",
    name: Annotated[str, typer.Option("--name", help="The column with its name.")] = "",
    domain: Annotated[str, typer.Option("--domain", help="The column with its website or mail domain.")] = "",
    workspace: WorkspaceOption = HERE,
) -> None:
    """Add or update accounts; columns that are not id, name or domain are kept as attributes."""
    mapping = {key: column for key, column in (("id", id), ("name", name), ("domain", domain)) if column}
    imported = open_workspace(workspace).import_accounts(file, mapping=mapping)
    for warning in imported.warnings:
        tell(f"note: {warning}")
    print(f"{imported.accounts} accounts ({imported.new} new), {imported.contacts} people")


@accounts.command("list")
def accounts_list(workspace: WorkspaceOption = HERE, format: FormatOption = Format.TABLE) -> None:
    """List the accounts with their attributes and tags."""
    known = open_workspace(workspace).store.accounts.all()

    def records() -> list[dict[str, object]]:
        return [
            {
                "id": account.id,
                "name": account.name,
                "domains": list(account.domains),
                "tags": list(account.tags),
                "attributes": dict(account.attributes),
            }
            for account in known
        ]

    def table() -> tuple[Sequence[str], list[list[object]]]:
        rows: list[list[object]] = [
            [
                account.id,
                account.name,
                ", ".join(account.tags),
                ", ".join(account.domains),
                "; ".join(f"{key}={value}" for key, value in account.attributes.items()),
            ]
            for account in known
        ]
        return ("id", "name", "tags", "domains", "attributes"), rows

    show(format, records, table)


def icp(
    where: Annotated[
        str, typer.Option("--where", help="The rule, such as: status = 'active' and acv_usd >= 40000")
    ] = "",
    add: Annotated[list[str], typer.Option("--add", help="An account that is ICP whatever the rule says.")] = [],  # noqa: B006
    remove: Annotated[list[str], typer.Option("--remove", help="An account that is not, whatever the rule says.")] = [],  # noqa: B006
    workspace: WorkspaceOption = HERE,
    format: FormatOption = Format.TABLE,
) -> None:
    """Set or show which accounts are ICP and why, near misses, and ICP accounts without any feedback."""
    from icp_voice.publish import records

    opened = open_workspace(workspace)
    found = opened.set_icp(where=where, add=add, remove=remove) if where or add or remove else opened.icp()
    if format is Format.JSON:
        print(records.as_json(records.icp_record(found)))
        return
    silent = set(found.without_feedback)

    def table() -> tuple[Sequence[str], list[list[object]]]:
        rows: list[list[object]] = [
            ["in", one.id, one.name, one.by, one.reason, "none" if one.id in silent else "yes"]
            for one in found.accounts
        ]
        rows += [["near", one.id, one.name, "rule", one.reason, ""] for one in found.near_misses]
        rows += [["kept out", one, "", "hand", "", ""] for one in found.kept_out]
        return ("ICP", "id", "name", "by", "why", "feedback"), rows

    show(format, lambda: records.icp_record(found)["accounts"], table)
    if format is Format.TABLE:
        rule = found.rule or "none yet; set one with --where"
        print(f"rule: {rule}\n{len(found.accounts)} accounts, {len(silent)} of them without any feedback")


def add(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files and folders.")],
    map: Annotated[
        list[str], typer.Option("--map", metavar="FIELD=COLUMN", help="Name a table's column, such as text=Comment.")
    ] = [],  # noqa: B006
    new_accounts: Annotated[
        bool, typer.Option("--new-accounts", help="Make accounts of names that no account has.")
    ] = False,
    workspace: WorkspaceOption = HERE,
    format: FormatOption = Format.TABLE,
) -> None:
    """Read transcripts, tickets, notes and tables. Exits with 1 if a file could not be read; the others are kept."""
    from icp_voice.publish import records

    opened = open_workspace(workspace)
    with bars() as progress:
        added = opened.add(*paths, mapping=pairs(map, "--map"), new_accounts=new_accounts, progress=progress)
    if format is Format.TABLE:
        print(
            f"{added.files} files: {len(added.new)} documents new, {len(added.updated)} updated,"
            f" {len(added.unchanged)} unchanged, {len(added.duplicates)} known from another file"
        )
        for warning in added.warnings:
            tell(f"note: {warning}")
        if added.errors:
            show(
                format,
                list,
                lambda: (("not read", "why", "what to do"), [[one.file, one.error, one.hint] for one in added.errors]),
            )
    elif format is Format.JSON:
        print(records.as_json(records.added_record(added)))
    else:
        show(format, lambda: records.added_record(added)["errors"], lambda: ((), ()))
    if added.errors:
        raise typer.Exit(1)


def documents(
    unmatched: Annotated[bool, typer.Option("--unmatched", help="Only those without an account.")] = False,
    workspace: WorkspaceOption = HERE,
    format: FormatOption = Format.TABLE,
) -> None:
    """List the documents: account, date, speakers and their sides, duplicates."""
    from icp_voice.publish import records

    opened = open_workspace(workspace)
    listed = opened.documents(unmatched=unmatched)
    turns = opened.store.documents.turn_counts()
    names = {account.id: account.name for account in opened.store.accounts.all()}

    def table() -> tuple[Sequence[str], list[list[object]]]:
        rows: list[list[object]] = [
            [
                document.id,
                f"{document.file} {document.place}".strip(),
                document.kind,
                names.get(document.account, "") or f"? {document.account_reason}",
                document.date,
                turns.get(document.id, ""),
                f"same as {document.duplicate_of}" if document.duplicate_of else _who(document),
            ]
            for document in listed
        ]
        return ("id", "file", "kind", "account", "date", "turns", "speakers"), rows

    show(format, lambda: [records.document_record(one, turns.get(one.id, 0)) for one in listed], table)


def _who(document: Document) -> str:
    return ", ".join(f"{speaker.name or '(unnamed)'} ({speaker.side})" for speaker in document.speakers)


def assign(
    document: Annotated[str, typer.Argument(help="A document, by id or file.")],
    account: Annotated[str, typer.Argument(help="Its account, by id, name or domain.")] = "",
    side: Annotated[
        list[str],
        typer.Option(
            "--side",
            metavar="SPEAKER=SIDE",
            help="customer, vendor or unknown; repeat for more. Without SPEAKER= for words of nobody named.",
        ),
    ] = [],  # noqa: B006
    workspace: WorkspaceOption = HERE,
) -> None:
    """Settle by hand whose words a document holds and who in it is the customer; no re-import undoes it."""
    if not account and not side:
        raise IcpVoiceError("Nothing to settle.", hint="Give an account, or --side SPEAKER=customer.")
    settled = open_workspace(workspace).assign(document, account=account, sides=_sides(side))
    print(f"{settled.file}: account {settled.account or 'unknown'}{', ' * bool(settled.speakers)}{_who(settled)}")


def _sides(given: Sequence[str]) -> dict[str, str]:
    """Read SPEAKER=SIDE; a side alone is that of the words of which nobody is named."""
    return {name: side for name, _, side in (one.rpartition("=") for one in given)}
