"""Commands by which researchers come and go with their work: export and import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from icp_voice.cli.common import HERE, WorkspaceOption, open_workspace, pairs, tell


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command("export")(export)
    app.command("import")(import_)


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file ending in .qdpx (project) or .qdc (codebook).")],
    workspace: WorkspaceOption = HERE,
) -> None:
    """Write the project for NVivo, ATLAS.ti, MAXQDA, QualCoder and others: documents, codes, and what is coded."""
    print(open_workspace(workspace).export(file))


def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A REFI-QDA project or codebook, or Taguette's database.")
    ],
    map: Annotated[
        list[str],
        typer.Option("--map", metavar="CODE=CATEGORY", help="What a code means here; a name not yet known is made."),
    ] = [],  # noqa: B006
    skip: Annotated[
        list[str], typer.Option("--skip", metavar="CODE", help="A code to leave out, with those below.")
    ] = [],  # noqa: B006
    by: Annotated[str, typer.Option("--by", help="Who coded what the file names nobody for.")] = "imported",
    workspace: WorkspaceOption = HERE,
) -> None:
    """Bring in what people coded in other programs: documents, codes, passages, and who coded them."""
    opened = open_workspace(workspace)
    brought = opened.import_coded(file, mapping=pairs(map, "--map"), skip=skip, by=by)
    print(
        f"{len(brought.new)} documents new, {len(brought.known)} known; {brought.highlights} passages,"
        f" {brought.codings} codings new, by {', '.join(brought.coders) or 'nobody'}"
    )
    for code, category in brought.categories.items():
        print(f"  {code} -> {category}{' (new)' if category in brought.added else ''}")
    for note in brought.notes:
        tell(f"note: {note}")
    for reason, count in brought.left.items():
        tell(f"left out: {count} {reason}")
    for error in brought.errors:
        tell(f"not read: {error.file}: {error.error} {error.hint}".rstrip())
    if brought.errors:
        raise typer.Exit(1)
