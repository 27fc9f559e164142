"""Commands about editions of the ICP document: freeze, list, show, compare, export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from icp_voice.cli.common import HERE, Format, FormatOption, WorkspaceOption, open_workspace, show
from icp_voice.cli.pages import Page

edition = typer.Typer(help="Freeze the ICP document, and see what changed since.", no_args_is_help=True)

EditionArgument = Annotated[str, typer.Argument(metavar="EDITION", help="By number, name or id.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(edition, name="edition")


@edition.command("freeze")
def freeze(
    name: Annotated[str, typer.Argument(help='What it is called, such as "Spring 2026".')],
    note: Annotated[str, typer.Option("--note", help="A sentence that stands at its top.")] = "",
    workspace: WorkspaceOption = HERE,
) -> None:
    """Keep the ICP document as it is now."""
    made = open_workspace(workspace).freeze_edition(name, note)
    print(f"edition {made.number}, {made.name}: {made.counts['themes']} themes of {made.counts['quotes']} quotes")


@edition.command("list")
def listed(workspace: WorkspaceOption = HERE, format: FormatOption = Format.TABLE) -> None:
    """List the editions."""
    found = open_workspace(workspace).editions()

    def table() -> tuple[Sequence[str], list[list[object]]]:
        rows: list[list[object]] = [
            [one.number, one.name, one.at, one.by, one.counts["themes"], one.counts["quotes"], one.note]
            for one in found
        ]
        return ("no.", "edition", "frozen (UTC)", "by", "themes", "quotes", "note"), rows

    def records() -> list[dict[str, object]]:
        from icp_voice.publish.records import edition_record

        return [edition_record(one) for one in found]

    show(format, records, table)


@edition.command("show")
def shown(
    edition: EditionArgument,
    format: Annotated[
        Page, typer.Option("--format", help="markdown or html; `edition export` writes docx.")
    ] = Page.MARKDOWN,
    workspace: WorkspaceOption = HERE,
) -> None:
    """Show an edition as it was frozen."""
    print(open_workspace(workspace).show_edition(edition, format=format))


@edition.command("compare")
def compared(
    before: EditionArgument,
    after: Annotated[str, typer.Argument(help="Another edition, or the document as it is now.")] = "now",
    workspace: WorkspaceOption = HERE,
) -> None:
    """Tell what changed, which quotes made it change, and which statements lost their evidence."""
    opened = open_workspace(workspace)
    print(opened.show_comparison(opened.compare_editions(before, after), format="markdown"))


@edition.command("export")
def exported(
    edition: EditionArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file ending in .html, .md or .docx.")],
    workspace: WorkspaceOption = HERE,
) -> None:
    """Write an edition to a file."""
    print(open_workspace(workspace).write_edition(edition, file))
