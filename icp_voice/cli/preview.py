"""The command that shows what would be read of files before they are added."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from icp_voice.cli.common import HERE, WorkspaceOption, open_workspace, pairs

if TYPE_CHECKING:
    from icp_voice.ingest.preview import Preview, PreviewedDocument


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command()(preview)


def preview(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files to look at.")],
    map: Annotated[
        list[str], typer.Option("--map", metavar="FIELD=COLUMN", help="Name a table's column, such as text=Comment.")
    ] = [],  # noqa: B006
    workspace: WorkspaceOption = HERE,
) -> None:
    """Show what would be read: format, speakers and sides, account, first turns, columns. Nothing is kept."""
    from icp_voice.ingest.choices import Choices

    opened = open_workspace(workspace)
    choices = Choices(mapping=pairs(map, "--map"))
    shown = [opened.preview(file, choices=choices) for file in files]
    print("\n\n".join("\n".join(_lines(one)) for one in shown))
    if any(one.error for one in shown):
        raise typer.Exit(1)


def _lines(shown: Preview) -> list[str]:
    lines = [f"{shown.file}: {shown.format or 'not read'}"]
    if shown.error:
        lines.append(f"  {shown.error}. {shown.hint}".rstrip())
    if shown.accounts:
        told = shown.accounts
        lines.append(f"  {told.accounts} accounts, {told.new} new, {told.changed} changed; {told.contacts} people")
    if shown.fates:
        lines.append("  documents: " + ", ".join(f"{count} {fate}" for fate, count in shown.fates.items()))
    for one in shown.documents:
        lines += _document(one)
    for column in shown.columns:
        lines.append(f"  column {column.name} -> {column.meaning} ({'; '.join(column.samples)})")
    return [*lines, *(f"  note: {warning}" for warning in shown.warnings)]


def _document(one: PreviewedDocument) -> list[str]:
    document = one.document
    who = ", ".join(
        f"{speaker.name or '(unnamed)'} ({speaker.side}: {speaker.reason or '?'})" for speaker in document.speakers
    )
    account = one.account_name or "unknown"
    lines = [
        f"  {document.place or document.title or document.kind}: {document.kind}, {document.date or 'no date'},"
        f" {one.turns} turns, {one.fate}{f' as {one.known_as}' if one.known_as else ''}",
        f"    account: {account} ({document.account_reason})",
        f"    speakers: {who}",
    ]
    return [*lines, *(f"    {turn.speaker or '?'}: {turn.text}" for turn in document.turns[:3])]
